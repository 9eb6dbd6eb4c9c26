/*
 * fake_link: a link that answers from lists in memory, when the test says so.
 *
 * Jobs wait in order until fake_link_settle(). What was asked stays on record as one line a job.
 */
#ifndef SOTTO_TESTS_FAKE_LINK_H
#define SOTTO_TESTS_FAKE_LINK_H

#include "core/model/group.h"
#include "core/profile/journal.h"
#include "tui/client/link.h"

struct fake_link {
	struct link link;
	GQueue jobs;
	GPtrArray *contacts; /* of struct contact, in the order they are answered */
	GPtrArray *messages; /* of struct message, by seq */
	GString *record;     /* "send bob hello\n", ... */
	const char *fail;    /* sentence of the error that the next jobs get, or NULL */
	GPtrArray *devices;  /* of struct device; for those without one, one is made up */
	GPtrArray *records;  /* of struct journal_row */
	int64_t bad_record;
	int64_t remind_at;
	bool was_verified;
	struct group *group;	/* the one there is, or NULL */
	const char *missing;	/* who can't read what is sent there, or NULL */
	const char *const *people; /* on the spool, or NULL */
	int64_t now;
	bool is_xmpp;
	bool is_open;
};

struct fake_link *fake_link_new(void);
/* Answer what waits, and what the answers ask, until nothing waits. */
void fake_link_settle(struct fake_link *fake);

struct contact *fake_link_contact(struct fake_link *fake, const char *address, const char *alias);
/* A message with BODY at AT (wall ms); its contact's last_at, preview and unread follow. Not an
 * event. */
struct message *fake_link_message(struct fake_link *fake, const char *address,
				  enum direction direction, int64_t at, const char *body);
/* The message at SEQ goes; none is added behind it then. */
void fake_link_drop(struct fake_link *fake, int64_t seq);

/* The safety number of everybody. */
extern const char FAKE_NUMBER[];
/* A device that was seen a month ago; owned by FAKE, to be changed at will. */
struct device *fake_link_device(struct fake_link *fake, const char *address, uint32_t id,
				enum trust trust);
struct journal_row *fake_link_record(struct fake_link *fake, enum journal_what what,
				     const char *address, uint32_t device, const char *detail);

/* For fake_link.c. */
void fake_link_answer_trust(struct fake_link *fake, struct job *job);
void fake_link_trust_init(struct fake_link *fake);
void fake_link_trust_clear(struct fake_link *fake);

#endif
