/*
 * app_parts: what the front door hands to the interface.
 */
#ifndef SOTTO_TUI_APP_APP_PARTS_H
#define SOTTO_TUI_APP_APP_PARTS_H

#include <glib.h>
#include <stdbool.h>
#include "core/engine/engine.h"

struct broker;
struct desk;
struct first_answers;
struct outlet;
struct secrets;
struct watch;

/* Everything is borrowed for the run. */
struct app_parts {
	const struct engine_parts *engine; /* context and listener are the desk's to set */
	const char *const *theme_folders;  /* NULL-terminated, searched in order before the built-in
					      ones; or NULL */
	const char *config_file; /* [settings] and [keys]; the interface reads and writes it; may be
				    missing */
	struct broker *broker;		   /* may be NULL: then nothing is told outside */
	struct outlet *outlet;		   /* to the terminal, opened before the sandbox */
	const struct watch *watch;	   /* who watches, as looked before; may be NULL */
	/* It was looked at again; may be NULL. */
	void (*watched)(void *user, const struct watch *watch);
	struct secrets *secrets;	   /* the passphrase, if one was given */
	const char *greeting;		   /* what is said when it opens first; or NULL */
	bool is_plain;			   /* --plain: lines, for screen readers */
	const struct first_answers *first; /* there is no profile yet: what was answered */
	/* The desk is there (the control socket lives on its context); and it is about to go. Both
	 * may be NULL. */
	void (*started)(void *user, struct desk *desk);
	/* The setting NAME has changed, on the core thread as soon as what was posted is done. */
	void (*changed)(void *user, const char *name);
	void (*stopping)(void *user, struct desk *desk);
	void *user;
};

#endif
