#include "tui/ui/shell_hold.h"

#include <glib.h>
#include "core/base/secret.h"

enum { KEYS_MAX = 1000 };

struct shell_hold {
	void (*give)(void *user, const struct key *key);
	void *user;
	GArray *keys; /* struct key, texts in plain memory; NULL: none are kept now */
};

static void clear_key(void *data)
{
	struct key *key = data;

	plain_free((char *)key->text);
	wipe(key, sizeof(*key));
}

struct shell_hold *shell_hold_new(void (*give)(void *user, const struct key *key), void *user)
{
	struct shell_hold *hold = g_new0(struct shell_hold, 1);

	hold->give = give;
	hold->user = user;
	return hold;
}

void shell_hold_free(struct shell_hold *hold)
{
	if (!hold)
		return;
	g_clear_pointer(&hold->keys, g_array_unref);
	g_free(hold);
}

void shell_hold_begin(struct shell_hold *hold)
{
	if (hold->keys)
		return;
	/* As long as it gets: nothing is left where a shorter one stood. */
	hold->keys = g_array_sized_new(FALSE, FALSE, sizeof(struct key), KEYS_MAX);
	g_array_set_clear_func(hold->keys, clear_key);
}

bool shell_hold_is_on(const struct shell_hold *hold)
{
	return hold->keys != NULL;
}

bool shell_hold_add(struct shell_hold *hold, const struct key *key)
{
	struct key copy = *key;

	if (hold->keys->len == KEYS_MAX)
		return false;
	copy.text = key->text ? plain_dup(key->text) : NULL;
	g_array_append_val(hold->keys, copy);
	return true;
}

unsigned shell_hold_give(struct shell_hold *hold)
{
	g_autoptr(GArray) keys = g_steal_pointer(&hold->keys);

	/* One of them may begin it anew: then the rest is kept again. */
	for (guint i = 0; keys && i < keys->len; i++)
		hold->give(hold->user, &g_array_index(keys, struct key, i));
	return keys ? keys->len : 0;
}

unsigned shell_hold_drop(struct shell_hold *hold)
{
	g_autoptr(GArray) keys = g_steal_pointer(&hold->keys);

	return keys ? keys->len : 0;
}
