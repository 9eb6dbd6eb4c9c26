/*
 * roster: the contact list as the interface knows it: last answer of the store, newest first.
 *
 * Contacts screen, completion, palette, titles and the unread sum read the same roster. It is asked
 * for again after events, one question at a time however many events there are.
 */
#ifndef SOTTO_TUI_CLIENT_ROSTER_H
#define SOTTO_TUI_CLIENT_ROSTER_H

#include <glib.h>
#include "core/model/contact.h"
#include "tui/client/link.h"

struct roster;

/* CHANGED is called after each new answer. */
struct roster *roster_new(struct link *link, void (*changed)(void *user), void *user);
void roster_free(struct roster *roster);
/* Ask again. */
void roster_refresh(struct roster *roster);
/* Forget everybody (locked). */
void roster_wipe(struct roster *roster);
/* Whether an answer has come since the start or the last wipe. */
bool roster_is_known(const struct roster *roster);

size_t roster_count(const struct roster *roster);
const struct contact *roster_at(const struct roster *roster, size_t index);
/* By exact address; NULL when unknown. */
const struct contact *roster_find(const struct roster *roster, const char *address);
/*
 * The name of somebody whom the contact at ADDRESS might be taken for: their names look alike, and
 * they were there first (strangers come last); NULL when nobody is. Not made safe.
 */
const char *roster_lookalike(const struct roster *roster, const char *address);
/* Whom TEXT means, as it was typed (core/profile/naming.h). NULL: nobody, or ERROR_USAGE where
 * it means two. */
const struct contact *roster_resolve(const struct roster *roster, const char *text,
				     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* How ADDRESS, of a contact or not, is typed so that it means that one. g_free. */
char *roster_typed(const struct roster *roster,
		   const char *address) G_GNUC_WARN_UNUSED_RESULT;
/* Nobody is called TEXT: who was probably meant, and who there is. HINT as nobody_refuse's. An
 * ERROR that is set stays. */
void roster_refuse(const struct roster *roster, const char *text, const char *hint, GError **error);
/* Unread messages of all that aren't muted at NOW (wall ms); with *MUTED (may be NULL) those of all
 * that are. */
unsigned roster_unread(const struct roster *roster, int64_t now, unsigned *muted);
/* When the next of those that are muted at NOW isn't any more; 0: none will be by itself. */
int64_t roster_unmutes_at(const struct roster *roster, int64_t now);
/* What to call ADDRESS: the alias, else the address itself. Not made safe. */
const char *roster_name(const struct roster *roster, const char *address);

#endif
