#include "tui/confine/detach.h"

#include <glib.h>
#include <string.h>
#include "tui/confine/broker.h"

enum { DETACH_FOLLOW_S = 5 };
enum { DETACH_SETTLE_MS = 700 /* tmux tells of the focus before it counts who is left */ };

struct detach {
	struct broker *broker;
	guint timer;
	bool is_waiting; /* for screen to be detached */
	guint follow;	 /* the next question to tmux */
	bool was_attached;
	detach_answer gone; /* what that is for */
	void *gone_user;
	detach_answer answers[BROKER_QUESTIONS];
	detach_colours colours;
	void *user;
};

struct detach *detach_new(struct broker *broker)
{
	struct detach *detach;

	bool is_tmux = g_getenv("TMUX") && g_getenv("TMUX_PANE");

	if (!broker || (!is_tmux && !g_getenv("STY")))
		return NULL;
	detach = g_new0(struct detach, 1);
	detach->broker = broker;
	return detach;
}

void detach_free(struct detach *detach)
{
	if (!detach)
		return;
	if (detach->timer)
		g_source_remove(detach->timer);
	if (detach->follow)
		g_source_remove(detach->follow);
	broker_forget(detach->broker, detach);
	g_free(detach);
}

/* -- what was said ---------------------------------------------------------------------------- */

static void attached(const char *text, void *user)
{
	struct detach *detach = user;

	if (text)
		detach->answers[BROKER_IS_ATTACHED](strcmp(text, "0") == 0, detach->user);
}

static bool is_on(const char *text)
{
	return strcmp(text, "on") == 0 || strcmp(text, "1") == 0;
}

static void alternate(const char *text, void *user)
{
	struct detach *detach = user;

	if (text)
		detach->answers[BROKER_ALTERNATE](is_on(text), detach->user);
}

/* What was cut off isn't known. */
static void colours(const char *text, void *user)
{
	struct detach *detach = user;
	bool is_whole = text && strlen(text) < BROKER_TEXT_MAX;

	detach->colours(is_whole ? flicker_tmux_read(text) : FLICKER_TMUX_SILENT, detach->user);
}

/* -- asking ----------------------------------------------------------------------------------- */

static void ask(struct detach *detach, enum broker_question question, broker_answer said,
		detach_answer answer, void *user)
{
	detach->answers[question] = answer;
	detach->user = user;
	broker_ask(detach->broker, question, said, detach);
}

static gboolean settled(void *user)
{
	struct detach *detach = user;

	detach->timer = 0;
	broker_ask(detach->broker, BROKER_IS_ATTACHED, attached, detach);
	return G_SOURCE_REMOVE;
}

void detach_ask(struct detach *detach, detach_answer answer, void *user)
{
	detach->answers[BROKER_IS_ATTACHED] = answer;
	detach->user = user;
	if (!detach->timer)
		detach->timer = g_timeout_add(DETACH_SETTLE_MS, settled, detach);
}

void detach_ask_colours(struct detach *detach, detach_colours answer, void *user)
{
	detach->colours = answer;
	detach->user = user;
	broker_ask(detach->broker, BROKER_COLOURS, colours, detach);
}

void detach_ask_alternate(struct detach *detach, detach_answer answer, void *user)
{
	ask(detach, BROKER_ALTERNATE, alternate, answer, user);
}

static void shown(const char *text, void *user)
{
	struct detach *detach = user;

	if (text)
		detach->answers[BROKER_IS_SHOWN](strcmp(text, "1 1") == 0, detach->user);
}

void detach_ask_shown(struct detach *detach, detach_answer answer, void *user)
{
	ask(detach, BROKER_IS_SHOWN, shown, answer, user);
}

static void detached(const char *text, void *user)
{
	struct detach *detach = user;

	detach->is_waiting = false;
	if (text)
		detach->answers[BROKER_DETACHED](true, detach->user);
}

static gboolean follow(void *user);

/* Where nobody ever was, the session was made for something else than to be looked at. */
static void followed(const char *text, void *user)
{
	struct detach *detach = user;
	bool is_attached = text && strcmp(text, "0") != 0;

	if (text && !is_attached && detach->was_attached) {
		detach->was_attached = false;
		detach->gone(true, detach->gone_user);
		return;
	}
	detach->was_attached |= is_attached;
	if (!detach->follow)
		detach->follow = g_timeout_add_seconds(DETACH_FOLLOW_S, follow, detach);
}

static gboolean follow(void *user)
{
	struct detach *detach = user;

	detach->follow = 0;
	broker_ask(detach->broker, BROKER_IS_ATTACHED, followed, detach);
	return G_SOURCE_REMOVE;
}

void detach_wait(struct detach *detach, detach_answer answer, void *user)
{
	detach->gone = answer;
	detach->gone_user = user;
	if (g_getenv("TMUX") && !detach->follow)
		follow(detach);
	if (detach->is_waiting || !g_getenv("STY"))
		return;
	detach->is_waiting = true;
	ask(detach, BROKER_DETACHED, detached, answer, user);
}
