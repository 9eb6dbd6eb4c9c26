/*
 * audience: everybody who gets what is written in a conversation, and the way it takes to them.
 *
 * A person alone; the other members of a group, each under an envelope of their own, so that no
 * outside form lists them; or all the members of a room under one envelope that goes to the room.
 */
#ifndef SOTTO_CORE_OUTBOX_AUDIENCE_H
#define SOTTO_CORE_OUTBOX_AUDIENCE_H

#include <glib.h>
#include <stdbool.h>
#include "core/model/contact.h"
#include "core/profile/directory.h"
#include "core/profile/living.h"

struct content;

struct audience {
	char *address; /* of the conversation */
	enum contact_kind kind;
	char **people;	     /* addresses, NULL-terminated; the own one isn't among them */
	struct group *group; /* NULL with a person */
	bool is_apart;	     /* it is for them alone, not for our own other devices */
};

/*
 * Who reads what is written to CONTACT. ERROR_POLICY for a group that we are out of, that nobody is
 * in but us, or whose owner hasn't said yet who is.
 */
gboolean audience_init(struct living *living, const struct contact *contact,
		       struct audience *audience, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void audience_clear(struct audience *audience);

/*
 * Ask the carrier for the devices of all of them and the own ones (core/profile/lately.h); to write
 * to them is first contact (core/profile/directory.h), to look isn't. DONE gets the first error; a
 * fatal one (not of the carrier, nor of one person missing there) ends it.
 */
void audience_refresh(struct living *living, const struct audience *audience,
		      enum directory_act act, directory_done done, void *user);
/* Whether ERROR is more than somebody or the carrier being out of reach. */
bool audience_is_fatal(const GError *error);

/*
 * Whether words may be sealed for them: as policy_judge_send for each. With a group, people that
 * nothing can be sealed for are left out as long as somebody is left: MISSING (char *, a whole
 * sentence each) says who and why; NULL for not wanted. ERROR_TRUST, ERROR_NO_DEVICES.
 */
gboolean audience_judge(struct living *living, const struct audience *audience, GPtrArray *missing,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same before anybody is asked: as it will be when they are written to, first contact with
 * those who never were included. */
gboolean audience_foresee(struct living *living, const struct audience *audience,
			  GPtrArray *missing, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Seal CONTENT, whose to and group are set here, for all of them and the own other devices, into
 * the outbox; inside the caller's transaction. ID: the message's, or NULL. *TRUST, unless NULL: the
 * least of those it is sealed for.
 */
gboolean audience_post(struct living *living, const struct audience *audience, const char *id,
		       const struct content *content, enum trust *trust,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Note that message ID, which is stored, is on its way to each of them; only with a group. */
gboolean audience_mark(struct living *living, const struct audience *audience, const char *id,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
