/*
 * world: people for tests of the engine: each a real engine over a store in memory, all on one hub.
 */
#ifndef SOTTO_TESTS_WORLD_H
#define SOTTO_TESTS_WORLD_H

#include "core/base/cancel.h"
#include "core/base/secret.h"
#include "core/engine/engine.h"
#include "core/model/contact.h"
#include "tests/support/fake_carrier.h"
#include "tests/support/fake_store.h"

struct person {
	char *name;
	struct hub *hub;
	struct store_door *door;
	struct engine *engine;
	const struct clock *clock; /* the system's, unless given */
	struct secret *passphrase;
	struct cancel cancel; /* what the engine looks at */
	GPtrArray *events; /* struct event *, copies */
	GError *error;	   /* of the last send or fetch */
	struct message *sent;
};

/* Make the profile, unlocked and connected; asserts that it works. */
struct person *person_new(struct hub *hub, const char *name);
/* The same by a clock of the test's, borrowed. */
struct person *person_new_by(struct hub *hub, const char *name, const struct clock *clock);
void person_free(struct person *person);
/* Lock, throw the engine away and open the profile again: a restart. */
void person_restart(struct person *person);

/* Lock, and open again with the profile as COPY (fake_door_copy) has it. */
void person_put_back(struct person *person, struct store_door *copy);
/* Somebody who has a copy of the profile, opened and connected at the same time. */
struct person *person_clone(struct person *person);

/* Send BODY; gives the exit code. */
int person_send(struct person *person, const char *to, const char *body);
/* Fetch; gives the exit code. */
int person_fetch(struct person *person);
/* How many messages the conversation holds, of KIND_TEXT. */
unsigned person_count(struct person *person, const char *with);
/* The newest message of the conversation, or NULL; free it. */
struct message *person_last(struct person *person, const char *with);
/* Fail unless the placeholders of PERSON's conversation WITH are WANTED, oldest first:
 * "cause*count ". */
void person_check_gaps(struct person *person, const char *with, const char *wanted);
uint32_t person_device(struct person *person);
/* Decide on DEVICE of ADDRESS by hand; one of the own account by what its own screen would show. */
gboolean person_trust(struct person *person, const char *address, uint32_t device,
		      enum trust_act act);

/* Two of them on one carrier, for cmocka: setup and teardown of a test whose state it is. */
struct couple {
	struct hub *hub;
	struct person *alice;
	struct person *bob;
};
int couple_setup(void **state);
int couple_teardown(void **state);

/* Those two, and somebody whose keys are put in others' places. */
struct trio {
	struct hub *hub;
	struct person *alice, *bob, *mallory;
};
int trio_setup(void **state);
int trio_teardown(void **state);

#endif
