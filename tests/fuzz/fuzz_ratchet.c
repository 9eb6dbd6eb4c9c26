/*
 * Sealed keys from outside. The first byte chooses: raw bytes as a message, a genuine message with
 * bytes changed (pairs of place and mask), or bytes as a session record. What opens must be what
 * was sealed; what doesn't must leave the session as it was.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/appclock.h"
#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/port/store.h"
#include "core/ratchet/ratchet.h"
#include "core/ratchet/ratchet_keys.h"
#include "core/ratchet/ratchet_record.h"
#include "tests/support/fake_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DEVICE = 5, MODE_PREKEY = 1, MODE_GENUINE = 2, MODE_RECORD = 4 };

static const char text[] = "what was sealed";

struct side {
	struct store *store;
	struct ratchet *ratchet;
};

struct scene {
	struct side bob;
	GBytes *genuine[2]; /* by is_prekey */
	GBytes *session;
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* The system's; lives as long as the program. */
static struct appclock *appclock(void)
{
	static struct appclock *one;

	if (!one)
		one = appclock_new(clock_system(), &(const struct apptime){ 0 });
	return one;
}

static void side_init(struct side *side)
{
	side->store = fake_store_new();
	must(side->store->ops->begin(side->store, NULL));
	must(ratchet_create(side->store, clock_system(), NULL));
	side->ratchet = ratchet_new(side->store, appclock(), NULL);
	must(side->ratchet != NULL);
}

static GBytes *seal(struct side *side, const char *to, bool expect_prekey)
{
	bool is_prekey = !expect_prekey;
	GBytes *sealed =
		ratchet_seal(side->ratchet, to, DEVICE, text, sizeof(text), &is_prekey, NULL);

	must(sealed && is_prekey == expect_prekey);
	return sealed;
}

static bool open_bytes(struct side *side, const char *from, const void *data, size_t bytes,
		       bool is_prekey)
{
	struct ratchet_opened opened;

	if (!ratchet_open(side->ratchet, from, DEVICE, data, bytes, is_prekey, &opened, NULL)) {
		must(!opened.data);
		return false;
	}
	must(opened.bytes == sizeof(text) && memcmp(opened.data, text, sizeof(text)) == 0);
	ratchet_opened_clear(&opened);
	return true;
}

static void open_genuine(struct side *side, const char *from, GBytes *sealed, bool is_prekey)
{
	must(open_bytes(side, from, g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed),
			is_prekey));
}

/* Nothing is sealed for a key that isn't on record. */
static void note_key(struct side *side, const char *address, struct side *other)
{
	struct device row = { .address = g_strdup(address), .id = DEVICE, .is_active = true,
			      .has_key = true };

	ratchet_identity(other->ratchet, row.key);
	must(side->store->ops->device_put(side->store, &row, NULL));
	g_free(row.address);
}

/* Bob has a session with alice, and one message of each kind that he hasn't opened. */
static struct scene *scene_new(void)
{
	struct scene *scene = g_new0(struct scene, 1);
	struct side alice;
	struct bundle bundle;
	g_autoptr(GBytes) first = NULL;
	g_autoptr(GBytes) answer = NULL;

	must(secret_start(NULL));
	side_init(&alice);
	side_init(&scene->bob);
	must(ratchet_bundle(scene->bob.ratchet, &bundle, NULL));
	bundle.device = DEVICE;
	note_key(&alice, "bob", &scene->bob);
	note_key(&scene->bob, "alice", &alice);
	must(ratchet_start(alice.ratchet, "bob", &bundle, NULL));
	first = seal(&alice, "bob", true);
	scene->genuine[true] = seal(&alice, "bob", true);
	open_genuine(&scene->bob, "alice", first, true);
	answer = seal(&scene->bob, "alice", false);
	open_genuine(&alice, "bob", answer, false);
	scene->genuine[false] = seal(&alice, "bob", false);
	must(ratchet_flush(scene->bob.ratchet, NULL));
	must(scene->bob.store->ops->session_get(scene->bob.store, "alice", DEVICE, &scene->session,
						NULL));
	must(scene->bob.store->ops->commit(scene->bob.store, NULL));
	bundle_clear(&bundle);
	ratchet_free(alice.ratchet);
	alice.store->ops->close(alice.store);
	return scene;
}

static void read_record(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) record = g_bytes_new(data, size);
	uint8_t key[CONTACT_KEY_BYTES];

	(void)ratchet_record_identity(record, key);
	(void)ratchet_record_has_answered(record);
	(void)ratchet_record_waits(record, NULL);
	memset(key, 5, sizeof(key));
	(void)ratchet_record_waits(record, key);
	(void)ratchet_record_is_begun_by(record, data, size);
}

/* Open what DATA says; when it fails, a flush must find nothing to write. */
static void try_open(struct scene *scene, const uint8_t *data, size_t size, bool is_prekey)
{
	struct store *store = scene->bob.store;

	must(store->ops->begin(store, NULL));
	if (!open_bytes(&scene->bob, "alice", data, size, is_prekey)) {
		GBytes *session = NULL;

		must(ratchet_flush(scene->bob.ratchet, NULL));
		must(store->ops->session_get(store, "alice", DEVICE, &session, NULL));
		must(session && g_bytes_equal(session, scene->session));
		g_bytes_unref(session);
	}
	store->ops->rollback(store);
	ratchet_forget(scene->bob.ratchet);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct scene *scene;
	g_autofree uint8_t *copy = NULL;
	GBytes *genuine;
	uint8_t mode;

	if (!size)
		return 0;
	if (!scene)
		scene = scene_new();
	mode = *data++;
	size--;
	if (mode & MODE_RECORD) {
		read_record(data, size);
		return 0;
	}
	if (!(mode & MODE_GENUINE)) {
		try_open(scene, data, size, mode & MODE_PREKEY);
		return 0;
	}
	genuine = scene->genuine[mode & MODE_PREKEY];
	copy = g_memdup2(g_bytes_get_data(genuine, NULL), g_bytes_get_size(genuine));
	for (size_t i = 0; i + 1 < size; i += 2)
		copy[data[i] % g_bytes_get_size(genuine)] ^= data[i + 1];
	try_open(scene, copy, g_bytes_get_size(genuine), mode & MODE_PREKEY);
	return 0;
}
