/*
 * store_suite: what every struct store has to do (core/port/store.h), as tests that run on any of
 * them.
 */
#ifndef SOTTO_TESTS_STORE_SUITE_H
#define SOTTO_TESTS_STORE_SUITE_H

#include "core/port/store.h"

/* How to get a store. Every test gets a fresh one. */
struct store_maker {
	/* An open, empty store; fails the test itself. */
	struct store *(*make)(void *user);
	/*
	 * Close STORE and open the same rows again; NULL where a store doesn't outlive its
	 * closing.
	 */
	struct store *(*reopen)(struct store *store, void *user);
	/* Close STORE and remove it. */
	void (*drop)(struct store *store, void *user);
	void *user;
};

/* Run all of it as a cmocka group called NAME; the number of failures. */
int store_suite_run(const char *name, const struct store_maker *maker);

/* A contact, and messages, as tests need them. Times grow with N. */
void store_suite_contact(struct store *store, const char *address);
void store_suite_message(struct message *message, const char *conversation, int n,
			 enum direction direction, const char *body);

#endif
