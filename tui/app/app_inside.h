/*
 * app_inside: what the files of the running interface share.
 */
#ifndef SOTTO_TUI_APP_APP_INSIDE_H
#define SOTTO_TUI_APP_APP_INSIDE_H

#include "tui/app/app_lines.h"
#include "tui/app/app_parts.h"
#include "tui/client/link.h"
#include "tui/confine/detach.h"
#include "tui/observe/flicker_place.h"
#include "tui/observe/watch.h"
#include "tui/term/grid.h"
#include "tui/term/term.h"
#include "tui/term/theme.h"
#include "tui/ui/shell.h"

enum { APP_ATTENDED_MS = 5000 };

struct app {
	const struct app_parts *parts;
	const struct clock *clock;
	GMainLoop *loop;
	struct desk *desk;
	struct link *link;
	struct shell *shell;
	struct plain *plain;   /* while --plain runs */
	const struct app_lines *lines; /* then, what it does */
	struct detach *detach; /* NULL outside tmux */
	struct settings *settings; /* the interface's own copy: the engine's lives on its thread */
	struct term *term;
	struct grid *grid;
	struct theme *theme;
	char *mistake;	       /* those in files of the user's, to be said; NULL: none */
	struct settings_follow *follow; /* NULL: nobody tells of the settings file */
	GHashTable *settings_told; /* what was written there and isn't heeded: name to value */
	guint draw_source;
	guint signals[3];
	GSource *idle_source;
	int64_t idle_ms;       /* 0: never lock by itself */
	int64_t cover_ms;      /* 0: never cover by itself */
	bool is_cover_awaited; /* the alarm wakes up for that */
	bool tells_focus;      /* the terminal has told of its focus */
	int64_t last_input;    /* boot time */
	struct watch *watch;   /* NULL: nobody has looked */
	int64_t watched_at;    /* boot time, of the last asking */
	struct {
		guint source;
		unsigned count; /* since the last look that was answered */
	} watch_retry;
	unsigned unread;       /* of what isn't muted */
	bool has_unread;       /* muted or not */
	unsigned wrong;	       /* passphrases since the last right one (opening.h) */
	struct {
		GPtrArray *news; /* of struct news (app_alert.c), until they were told or seen */
		int64_t told_at; /* boot time */
		guint late;	 /* one waits until it may be told */
		guint idle;	 /* it waits until nobody pressed a key for long enough */
		guint unmuted;	 /* the next time that something isn't muted any more */
	} alert;
	struct {
		enum copy_place place; /* COPY_NOWHERE: nothing of ours is anywhere */
		char *address;	       /* of the message that it is from */
		int64_t seq;
		bool is_awaited;    /* it may not be there yet */
		bool is_overdue;    /* the terminal takes nothing: it is cleared when it does */
		bool was_elsewhere; /* the focus, since then */
		guint due;
		/* Called when the terminal has taken what it was given; NULL: nobody waits */
		void (*taken)(struct app *app);
	} copy; /* app_copy.c */
	bool is_leaving;       /* the loop has to end */
	bool is_shown;	       /* the terminal is ours just now */
	bool is_dirty;
	bool is_drawn;	       /* what is in front, but the terminal hasn't taken it all */
	int64_t behind_since;  /* boot time: it hasn't taken what there was before; 0: it has */
	bool is_focused;
	bool is_resting;       /* the carrier knows that nobody looks */
	enum flicker_tmux tmux; /* what it said last of the terminals around it */
};

/* Give the terminal back for a while, and take it again. */
void app_hide(struct app *app);
void app_show(struct app *app);
void app_opened(struct app *app, const char *warning);
/* One alarm at the earliest moment that could be due; keys only note the time. */
void app_watch_idle(struct app *app);
/* The server may keep to itself what nobody looks at (XEP-0352). */
void app_rest(struct app *app, bool is_resting);
/* Draw now, or when the terminal has taken what it was given; the second is for term_on_taken. */
void app_draw(struct app *app);
void app_taken(void *user);
void app_schedule_draw(struct app *app);
/* Settings and keys from the file; a mistake there is noted, and its row is as without. */
gboolean app_load(struct app *app, GError **error);
/* The theme that is set; where it can't be had the default one, which is noted. */
gboolean app_start_theme(struct app *app, GError **error);
/* WARNING (may be NULL) behind what is wrong in the user's files, and with the terminal; NULL:
 * nothing is. */
char *app_warnings(const struct app *app, const char *warning);
/* What setting NAME (NULL: all of them) says takes effect. */
gboolean app_apply(struct app *app, const char *name, GError **error);
/* From now on heed what others write into the settings file. */
void app_follow_settings(struct app *app);
/* Change a setting here, in the file and in the engine. */
gboolean app_set(struct app *app, const char *name, const char *value, GError **error);
/* Until app_quit(). What this thread had on its stack goes whenever the profile was locked. */
void app_run_loop(struct app *app);
void app_quit(struct app *app);
/* Sealed messages: what shell_ops asks for; USER is the app. */
void app_ask_flicker(void *user, struct flicker_means *means);
bool app_put_flicker(void *user, int row, int col, int cols, const uint8_t *cells);
/* Files that the user names: as shell_ops. */
void app_file(void *user, enum host_file act, const char *path, const char *name, host_filed filed,
	      void *filed_user);
/* Words copied out of the screen: what shell_ops asks for; USER is the app. */
void app_ask_copy(void *user, struct copy_means *means);
void app_copy(void *user, const struct copy_order *order);
/* Take it back; forget of it, at the end; when the focus goes; when messages do. */
void app_copy_clear(struct app *app);
void app_copy_forget(struct app *app);
void app_copy_left(struct app *app);
void app_copy_event(struct app *app, const struct event *event);
/* Who is attached may have changed. */
void app_ask_colours(struct app *app);
/* Whether somebody looks, as far as that is known: the terminal has the focus, or where it doesn't
 * tell, a key was pressed in the last APP_ATTENDED_MS. */
bool app_is_attended(const struct app *app);
/* What came, and that the roster was looked at: told when nobody looks. */
void app_alert_news(struct app *app, const struct message *message);
void app_alert_unread(struct app *app);
/* Locked, or at the end: nothing of it stays, here or on the desktop. */
void app_alert_stop(struct app *app);
/* Who watches: take in what was seen, look again when that was long ago; may a profile be opened
 * here? */
void app_watch_take(struct app *app, const struct watch *watch);
void app_watch_again(struct app *app);
void app_watch_stop(struct app *app);
/* Say it in front of a question outside the screens, for who isn't watched clearly. */
void app_watch_warn(const struct app *app);
gboolean app_watch_allows(struct app *app, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A crash puts the terminal OUT in order before the process ends. */
void app_guard_crashes(int out);
/* From now on SIGINT too; before there is a screen it is C-c at the passphrase, which has nothing
 * to put in order. */
void app_guard_interrupt(void);

#endif
