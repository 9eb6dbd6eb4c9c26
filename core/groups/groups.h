/*
 * groups: making, changing and leaving a group, and taking what others say of one.
 *
 * Every change is one transaction: the list, a line in the conversation, a row of the journal and
 * the sealed word to everybody whom it concerns. Who is thrown out hears that, and not who stays.
 */
#ifndef SOTTO_CORE_GROUPS_GROUPS_H
#define SOTTO_CORE_GROUPS_GROUPS_H

#include <glib.h>
#include <stdbool.h>
#include "core/model/contact.h"
#include "core/model/group.h"
#include "core/model/message.h"
#include "core/profile/directory.h"
#include "core/profile/living.h"

/* ADDRESS: of the group that was made, NULL when it wasn't. ERROR UNREACHABLE: it is made, and
 * somebody hears of it later. */
typedef void (*groups_made)(void *user, const char *address, const GError *error);

/*
 * Make a group called NAME, owned by us, with PEOPLE (addresses, NULL-terminated, may be none).
 * ERROR_USAGE for a bad name, ERROR_EXISTS, ERROR_LIMIT, ERROR_NO_CONTACT for somebody whom the
 * carrier doesn't know: then nothing is made.
 */
void groups_create(struct living *living, const char *name, const char *const *people,
		   groups_made done, void *user);
/*
 * Put ADDED into the group ADDRESS and take REMOVED out (each NULL-terminated, may be empty; who
 * is in already, or isn't, changes nothing). ERROR_POLICY when we don't own it.
 */
void groups_change(struct living *living, const char *address, const char *const *added,
		   const char *const *removed, directory_done done, void *user);
/* Leave; an owner hands the group to the next member. Its messages stay. ERROR_POLICY when out. */
void groups_leave(struct living *living, const char *address, directory_done done, void *user);

/* The group ADDRESS; ERROR_NO_CONTACT, ERROR_USAGE for what isn't one. group_free(). */
struct group *groups_get(struct living *living, const char *address,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Put a line that says TEXT, by DEVICE of AUTHOR, into GROUP's conversation, and the change into
 * the journal; in the caller's transaction. *NOTICE is what was stored.
 */
gboolean groups_note(struct living *living, const struct group *group, const char *author,
		     uint32_t device, const char *text, struct message **notice,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * After GROUP, ours, lost a member who left: store and tell the newer list, in the caller's
 * transaction.
 */
gboolean groups_tell(struct living *living, struct group *group,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A group that isn't known here, as WORD names it, under an address of its own; with its
 * conversation, in the caller's transaction. NULL with ERROR_LIMIT when there are too many, which
 * is sooner when a stranger says so. */
struct group *groups_meet(struct living *living, const struct group_word *word, bool is_stranger,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
