/*
 * places: which files and folders a confined process needs, and giving up the rest
 * (tui/confine/sandbox.h).
 *
 * Written: the profile, the settings, the spool; read: terminal descriptions, themes, authorities.
 * Where the profile lives is said by its note, and checked with what was so before
 * (tui/confine/start_record.h): whoever took over a confined process could have written the note.
 */
#ifndef SOTTO_TUI_CONFINE_PLACES_H
#define SOTTO_TUI_CONFINE_PLACES_H

#include <stdbool.h>
#include <stdint.h>
#include "tui/confine/guard.h"
#include "tui/confine/helper.h"

struct account;
struct store_door;

struct places {
	struct store_door *door;
	const char *config;	    /* the settings file */
	const char *themes;	    /* the system's */
	const struct account *made; /* where a profile is made now (as account_decode_place() says
				       it), or NULL */
	const char *folder;	    /* one more to write in; NULL: none */
	/* Do what can't be done afterwards; PLACE is NULL where there is no profile. */
	gboolean (*prepare)(void *user, const struct account *place, bool is_new, GError **error);
	void *user;
};

/* Make the folders of a profile in ACCOUNT's place, which isn't PLACES' to know, and of what is
 * kept beside it: what isn't there can't be allowed to a confined process. MAKE_SPOOL makes a
 * spool. MADE gets those that weren't there, deepest first, to be removed where no profile comes of
 * it; on error they are gone again. places_made_clear() it in any case. */
gboolean places_make(const struct places *places, const struct account *account,
		     gboolean (*make_spool)(const char *root, GError **error),
		     struct helper_made *made, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void places_made_clear(struct helper_made *made);

/*
 * Enter the sandbox: without a network unless the carrier is XMPP. The folder
 * of the settings is made for that where it is missing. Where an older version's note doesn't
 * say what XMPP needs, GUARDS' FILES is off, this once.
 */
gboolean places_confine(const struct places *places, struct guards *guards,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The profile in HOME is gone: remove what its device has on a spool (REMOVE_DEVICE), as ACCOUNT,
 * of its note, says. FALSE where something stays there: the note can't be read (ACCOUNT is NULL),
 * or was changed, whose word isn't taken; ERROR says which folder to look into.
 */
gboolean places_unclaim(const char *home, const struct account *account,
			const char *default_spool,
			gboolean (*remove_device)(const char *root, const char *name,
						  uint32_t device, GError **error),
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
