/*
 * fake_link: a link that answers from lists in memory, when the test says so.
 *
 * Jobs wait in order until fake_link_settle(). What was asked stays on record as one line a job.
 */
#ifndef SOTTO_TESTS_FAKE_LINK_H
#define SOTTO_TESTS_FAKE_LINK_H

#include "tui/link.h"

struct fake_link {
	struct link link;
	GQueue jobs;
	GPtrArray *contacts; /* of struct contact, in the order they are answered */
	GPtrArray *messages; /* of struct message, by seq */
	GString *record;     /* "send bob hello\n", ... */
	const char *fail;    /* sentence of the error that the next jobs get, or NULL */
	int64_t now;
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

#endif
