#include "tests/support/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "storage/vault.h"

struct secret *profile_word(const char *text)
{
	char *copy = g_strdup(text);
	struct secret *word = secret_take(copy, strlen(text), NULL);

	g_free(copy);
	assert_non_null(word);
	return word;
}

void profile_init(struct profile *profile)
{
	profile->root = g_dir_make_tmp(NULL, NULL);
	assert_non_null(profile->root);
	profile->folder = g_build_filename(profile->root, "profile", NULL);
	profile->door = vault_door_new(profile->folder, clock_system());
}

static void remove_tree(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		char *below = g_build_filename(path, name, NULL);

		remove_tree(below);
		g_free(below);
	}
	if (dir)
		g_dir_close(dir);
	g_remove(path);
}

void profile_clear(struct profile *profile)
{
	profile->door->ops->free(profile->door);
	remove_tree(profile->root);
	g_free(profile->root);
	g_free(profile->folder);
	memset(profile, 0, sizeof(*profile));
}

struct store *profile_create(struct profile *profile)
{
	struct secret *word = profile_word("word");
	GError *error = NULL;
	struct store *store = profile->door->ops->create(profile->door, word, KDF_FLOOR, &error);

	secret_free(word);
	if (!store || !profile->door->ops->finish(profile->door, &error))
		fail_msg("create: %s", error->message);
	return store;
}

struct store *profile_open(struct profile *profile, const char *text, GError **error)
{
	struct secret *word = profile_word(text);
	struct store *store = NULL;

	if (profile->door->ops->hold(profile->door, error))
		store = profile->door->ops->open(profile->door, word, error);
	secret_free(word);
	return store;
}

void profile_renew(struct profile *profile)
{
	profile->door->ops->free(profile->door);
	profile->door = vault_door_new(profile->folder, clock_system());
}

char *profile_file(const struct profile *profile, const char *name)
{
	return g_build_filename(profile->folder, name, NULL);
}
