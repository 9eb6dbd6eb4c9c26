#include "tests/support/fake_store.h"

#include "core/base/secret.h"
#include "tests/support/fake_inside.h"

struct fake_door {
	struct store_door door;
	struct fake_rows *rows; /* of the profile while no store is open; NULL: no profile */
	struct fake_store *open;
	struct secret *passphrase;
	GBytes *note;
	enum kdf_level level;
	bool exists;
	bool is_held;
};

static struct fake_door *door_of(struct store_door *door)
{
	return (struct fake_door *)door;
}

void fake_door_closed(struct fake_door *door, struct fake_rows *rows)
{
	door->open = NULL;
	if (door->exists)
		door->rows = rows;
	else
		fake_rows_free(rows);
}

static void door_free(struct store_door *base)
{
	struct fake_door *door = door_of(base);

	if (!door)
		return;
	if (door->open)
		door->open->door = NULL;
	fake_rows_free(door->rows);
	secret_free(door->passphrase);
	g_clear_pointer(&door->note, g_bytes_unref);
	g_free(door);
}

static const char *door_path(struct store_door *base)
{
	(void)base;
	return "/nowhere/fake";
}

static bool door_exists(struct store_door *base)
{
	return door_of(base)->exists;
}

static gboolean door_is_free(struct store_door *base, GError **error)
{
	if (door_of(base)->exists)
		error_set_plain(error, ERROR_EXISTS);
	return !door_of(base)->exists;
}

static gboolean door_hold(struct store_door *base, GError **error)
{
	if (!door_of(base)->exists) {
		error_set_plain(error, ERROR_NO_PROFILE);
		return FALSE;
	}
	door_of(base)->is_held = true;
	return TRUE;
}

static void door_release(struct store_door *base)
{
	door_of(base)->is_held = false;
}

static struct store *door_over(struct fake_door *door)
{
	door->open = fake_store_over(g_steal_pointer(&door->rows));
	door->open->door = door;
	return &door->open->store;
}

static struct store *door_create(struct store_door *base, const struct secret *passphrase,
				 enum kdf_level level, GError **error)
{
	struct fake_door *door = door_of(base);

	if (!door_is_free(base, error))
		return NULL;
	g_clear_pointer(&door->passphrase, secret_free);
	door->passphrase = secret_copy(passphrase, error);
	if (!door->passphrase)
		return NULL;
	door->is_held = true;
	door->level = level;
	door->rows = fake_rows_new();
	return door_over(door);
}

static gboolean door_finish(struct store_door *base, GError **error)
{
	(void)error;
	door_of(base)->exists = true;
	return TRUE;
}

static struct store *door_open(struct store_door *base, const struct secret *passphrase,
			       GError **error)
{
	struct fake_door *door = door_of(base);

	if (!door->exists) {
		error_set_plain(error, ERROR_NO_PROFILE);
		return NULL;
	}
	if (!door->is_held || door->open) {
		error_set(error, ERROR_FAILED, "The profile isn't held, or is open already.");
		return NULL;
	}
	if (!secret_equal(passphrase, door->passphrase)) {
		error_set_plain(error, ERROR_PASSPHRASE);
		return NULL;
	}
	return door_over(door);
}

static gboolean door_change(struct store_door *base, const struct secret *old,
			    const struct secret *fresh, GError **error)
{
	struct fake_door *door = door_of(base);

	if (!door->exists || !secret_equal(old, door->passphrase)) {
		error_set_plain(error, door->exists ? ERROR_PASSPHRASE : ERROR_NO_PROFILE);
		return FALSE;
	}
	struct secret *copy = secret_copy(fresh, error);
	if (!copy)
		return FALSE;
	secret_free(door->passphrase);
	door->passphrase = copy;
	return TRUE;
}

static char *door_other_names(struct store_door *base, bool is_secret)
{
	(void)base;
	(void)is_secret;
	return NULL;
}

static gboolean door_wipe(struct store_door *base, GError **error)
{
	struct fake_door *door = door_of(base);

	if (!door->is_held) {
		error_set_plain(error, ERROR_NO_PROFILE);
		return FALSE;
	}
	door->exists = false;
	door->is_held = false;
	g_clear_pointer(&door->rows, fake_rows_free);
	g_clear_pointer(&door->passphrase, secret_free);
	return TRUE;
}

static gboolean door_note_put(struct store_door *base, GBytes *note, GError **error)
{
	(void)error;
	g_clear_pointer(&door_of(base)->note, g_bytes_unref);
	door_of(base)->note = g_bytes_ref(note);
	return TRUE;
}

static GBytes *door_note_get(struct store_door *base)
{
	return door_of(base)->note ? g_bytes_ref(door_of(base)->note) : NULL;
}

static gboolean door_expire(struct store_door *base, int64_t *wait, GError **error)
{
	(void)base;
	(void)error;
	*wait = 0;
	return TRUE;
}

static gboolean door_peek(struct store_door *base, struct store_peek *peek, GError **error)
{
	struct fake_door *door = door_of(base);

	if (!door->exists) {
		error_set_plain(error, ERROR_NO_PROFILE);
		return FALSE;
	}
	*peek = (struct store_peek){ .is_held = door->is_held, .level = door->level };
	return TRUE;
}

struct store_door *fake_door_new(void)
{
	static const struct store_door_ops ops = {
		.free = door_free,
		.path = door_path,
		.exists = door_exists,
		.is_free = door_is_free,
		.hold = door_hold,
		.hold_rest = door_hold,
		.release = door_release,
		.create = door_create,
		.finish = door_finish,
		.open = door_open,
		.change = door_change,
		.other_names = door_other_names,
		.wipe = door_wipe,
		.note_put = door_note_put,
		.note_get = door_note_get,
		.expire = door_expire,
		.peek = door_peek,
	};
	struct fake_door *door = g_new0(struct fake_door, 1);

	door->door.ops = &ops;
	return &door->door;
}

struct store *fake_door_store(struct store_door *base)
{
	struct fake_door *door = door_of(base);

	return door->open ? &door->open->store : NULL;
}

static struct fake_rows *copy_rows(const struct fake_door *door)
{
	if (!door->open)
		return fake_rows_copy(door->rows);
	return fake_rows_copy(door->open->snapshot ? door->open->snapshot : door->open->rows);
}

struct store_door *fake_door_copy(struct store_door *base)
{
	struct fake_door *door = door_of(base);
	struct fake_door *copy = door_of(fake_door_new());

	copy->rows = copy_rows(door);
	copy->passphrase = secret_copy(door->passphrase, NULL);
	copy->note = door->note ? g_bytes_ref(door->note) : NULL;
	copy->level = door->level;
	copy->exists = true;
	return &copy->door;
}

void fake_door_put_back(struct store_door *base, struct store_door *copy)
{
	struct fake_door *door = door_of(base);

	g_assert(!door->open);
	fake_rows_free(door->rows);
	door->rows = copy_rows(door_of(copy));
}
