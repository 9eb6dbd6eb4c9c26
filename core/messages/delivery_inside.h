/*
 * delivery_inside: one batch on its way in, for the files that share that work: delivery_in takes
 * parcels and commits, delivery_open opens one, delivery_take stores what it says,
 * delivery_file what it says of files, delivery_lost what can't be shown,
 * delivery_again ids that come again, delivery_budget what it costs, delivery_batch what is told.
 *
 * A step that gives FALSE with ERROR means that the batch can't go on: the store failed.
 */
#ifndef SOTTO_CORE_MESSAGES_DELIVERY_INSIDE_H
#define SOTTO_CORE_MESSAGES_DELIVERY_INSIDE_H

#include <glib.h>
#include <stdbool.h>
#include "core/messages/author.h"
#include "core/messages/receipts.h"
#include "core/model/contact.h"
#include "core/omemo/content.h"
#include "core/omemo/envelope.h"
#include "core/port/event.h"
#include "core/port/transport.h"
#include "core/profile/living.h"
#include "core/ratchet/ratchet.h"

/* One batch on its way in. Nothing in it is told to anybody before the commit. */
struct intake {
	struct living *living;
	GPtrArray *events;     /* struct event *, for after the commit */
	struct answers *answers; /* receipts and empty answers, sealed at the end of the batch */
	GHashTable *touched; /* addresses whose contact changed */
	GHashTable *words;   /* what can't be shown and has no conversation: delivery_lost.c */
	bool is_erasing;     /* former words of a message have to be scrubbed */
	bool has_posted;	 /* something was put into the outbox besides the answers */
	struct author author;	 /* of the arrival before */
	GPtrArray *unread;	 /* struct unread *, to be answered: repair_answer() */
	GArray *left;		 /* tokens of what stays for another time */
	bool is_unsure;		 /* it was said that somebody's first message waits */
	unsigned turned_away;	 /* and how many were dropped where nothing can stay */
};

/* DEVICE of ADDRESS began a session with its key BASE that can't be opened here. */
struct unread {
	char *address;
	uint32_t device;
	GBytes *base;
};

/* One parcel, decoded so far. */
struct arrival {
	struct intake *intake;
	const struct parcel *parcel;
	struct envelope envelope;
	struct ratchet_opened opened;
	struct envelope_opened inside;
	struct content content;
	struct contact *contact; /* of the conversation it belongs to */
	struct device *device;	 /* the author's */
	bool is_own;		 /* from another device of the own account */
	bool is_paid;		 /* it was charged to its source's budget */
	bool is_left;		 /* that is spent: nothing becomes of it now */
	bool is_refused;	 /* it can't be opened */
	enum cause refusal; /* why it is refused, though it opens; CAUSE_OTHER: it isn't */
};
/* Charge ARRIVAL, once its sender is known and before anything of it is opened: unless it says that
 * it is a contact's, in a session that is there, it costs what it would make. Over the budget it is
 * left. */
gboolean arrival_afford(struct arrival *arrival, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* It is no message, or can't be opened: whether that can be afforded. */
bool arrival_afford_failure(struct arrival *arrival);
/* Whether one row more can be, for a placeholder; and that it was made. */
bool arrival_afford_row(const struct arrival *arrival);
void arrival_pay_row(const struct arrival *arrival);

/* Tell EVENT, which is copied, once the batch is committed. */
void intake_event(struct intake *intake, const struct event *event);
/* The same with a sentence for the user, which is taken over. */
void intake_notice(struct intake *intake, char *text);

/* A device of the author waits for a decision; TEXT says which. */
void arrival_trust(struct arrival *arrival, const char *text);
/*
 * What ARRIVAL brings isn't shown: leave a placeholder (core/profile/placeholder.h) with CAUSE and
 * the sentence WHY in its conversation; where it has none, a word is said once the batch is
 * committed, one for each author and cause, with their number.
 */
gboolean arrival_lost(struct arrival *arrival, enum cause cause, const char *why,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * One that can't be opened with the session that there is, or isn't what its author sealed. The
 * same as arrival_lost, with what to do about it; and its device is told, the 1st, 2nd, 4th,
 * 8th ... time in a gap: two that can't read each other must come to an end.
 */
gboolean arrival_unopened(struct arrival *arrival, enum cause cause, const char *why,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* ARRIVAL says that messages of this device couldn't be opened there. */
gboolean arrival_told_lost(struct arrival *arrival, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Say those words: notices among the events. */
void intake_words(struct intake *intake);
/* Open envelope and content. FALSE with WHY when it can't be opened, with ERROR when the store
 * failed. */
gboolean arrival_open(struct arrival *arrival, GError **why,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Store what an opened arrival says, under its author and in its conversation. */
gboolean arrival_store(struct arrival *arrival, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Store MESSAGE. *IS_NEW false: it is here already, a sotto sent it once more. Other clients' ids
 * are their stanzas', which may count from 1 each time they start (nothing asks for more): one that
 * was used before is given another.
 */
gboolean arrival_put(const struct arrival *arrival, struct message *message, bool *is_new,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether ID names one message of the author's and no more; between sottos it always does. */
gboolean arrival_names_one(const struct arrival *arrival, const char *id, bool *is_one,
			   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* MESSAGE, which was stored just now, brings a file: a row for it. */
gboolean arrival_offer(struct arrival *arrival, const struct message *message,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Keep the part of a file that the arrival brings, where it has a place. */
gboolean arrival_chunk(struct arrival *arrival, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
