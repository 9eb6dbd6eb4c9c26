/*
 * senders: the users of the host, as far as they leave files for us. Whose uid is a contact's, who
 * is blocked, and what each has had of its budget (core/model/budget.h).
 */
#ifndef SOTTO_CORE_PROFILE_SENDERS_H
#define SOTTO_CORE_PROFILE_SENDERS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/model/budget.h"
#include "core/profile/living.h"

enum {
	SENDERS_BLOCKED_MAX = 4096,
	SENDERS_STRANGERS_MAX = 32, /* contacts of one uid that nobody has decided about */
	SENDERS_UID_BYTES = 16,
};

struct senders;
void senders_free(struct senders *senders);

/* What the carrier does with what UID leaves: contacts' files are always handed over. */
enum transport_heed senders_heed(struct living *living, uint32_t uid);

/* Whether SOURCE (a uid, or what stands for a domain) with TIMES the budget has COST left, now. */
bool senders_allow(struct living *living, uint32_t source, unsigned times,
		   const struct cost *cost);
void senders_charge(struct living *living, uint32_t source, const struct cost *cost);
/* Put what was charged into the store, in the caller's transaction. */
gboolean senders_keep(struct living *living, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* That transaction was rolled back. */
void senders_forget(struct living *living);

/* A uid as the user names it, "uid:1234"; into OUT, which is returned. */
char *senders_name(uint32_t uid, char out[static SENDERS_UID_BYTES]);
/* Whether TEXT begins so; *UID, or ERROR_USAGE where it is none. */
bool senders_is_name(const char *text);
gboolean senders_parse(const char *text, uint32_t *uid, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Block UID, or hear it again, in a transaction of its own with a row of the journal. What it left
 * under any name is removed unread from then on. ERROR_USAGE for the own one, ERROR_NO_CONTACT when
 * it isn't blocked, ERROR_LIMIT.
 */
gboolean senders_block(struct living *living, uint32_t uid, bool is_blocked,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* COUNT files of UID were removed so. */
void senders_dropped(struct living *living, uint32_t uid, unsigned count);
/* Each uid that is blocked, with how many files were removed since. */
typedef void (*sender_func)(uint32_t uid, uint32_t dropped, void *user);
gboolean senders_each(struct living *living, sender_func func, void *user,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
