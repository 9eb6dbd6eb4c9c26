/*
 * front: what only the front door can give to verbs, and to the runs on behalf of other processes.
 */
#ifndef SOTTO_TUI_CLI_FRONT_H
#define SOTTO_TUI_CLI_FRONT_H

#include <glib.h>
#include <stdbool.h>

struct account;
struct guards;
struct helper;
struct secrets;
struct settings;
struct watch;

/* All may be NULL in shared calls. */
struct verb_front {
	/* What was read from descriptors before all else, or is asked for. */
	struct secrets *secrets;
	/* Whether QUESTION was answered on the terminal by typing WORD; false without one. */
	bool (*confirm)(void *user, const char *question, const char *word);
	/* Start the helper, before anything secret is read. MADE: where it makes a profile, or
	 * NULL. */
	gboolean (*help)(void *user, const struct account *made, GError **error);
	/* Give up what a verb doesn't need, before there are keys. MADE: where it makes a profile,
	 * or NULL; FOLDER, or NULL, is needed. */
	gboolean (*confine)(void *user, const struct account *made, const char *folder,
			    GError **error);
	/* Who watches the terminal; watch_free(). NULL when nobody has looked. */
	struct watch *(*watch)(void *user);
	struct helper *helper; /* makes and reaches the control socket; NULL: this process does */
	const struct guards *guards; /* what stands around this process; may be NULL */
	/* Start the terminal interface's demo world. */
	int (*demo)(void *user);
	struct settings *settings; /* the engine's own; on its thread */
	const char *const *theme_folders; /* as in tui/app/app_parts.h */
	const char *config_file; /* the settings file, there or not */
	const char *profile;	/* its name, or the folder */
	const char *default_spool;
	char **versions;	/* of the libraries, NULL-terminated */
	void *user;
};

#endif
