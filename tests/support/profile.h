/*
 * profile: a real profile in a temporary folder, for tests of the store.
 */
#ifndef SOTTO_TESTS_PROFILE_H
#define SOTTO_TESTS_PROFILE_H

#include "core/port/store.h"

struct secret;

struct profile {
	char *root;   /* the temporary folder */
	char *folder; /* the profile's, within */
	struct store_door *door;
};

/* TEXT as a passphrase. */
struct secret *profile_word(const char *text);

void profile_init(struct profile *profile);
/* Removes everything. */
void profile_clear(struct profile *profile);
/* Make it at the floor with passphrase "word"; fails the test itself. */
struct store *profile_create(struct profile *profile);
/* Open it with passphrase TEXT (hold first); NULL with ERROR. */
struct store *profile_open(struct profile *profile, const char *text, GError **error);
/* Let go of the door and take a new one, as another process would. */
void profile_renew(struct profile *profile);
/* The path of a file in the profile's folder; g_free. */
char *profile_file(const struct profile *profile, const char *name);

#endif
