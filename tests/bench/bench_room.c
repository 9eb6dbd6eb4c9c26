/*
 * A room of 100 members with 2 devices each: one message sealed and sent, against what libsignal
 * itself takes for its 200 keys: over a store in memory, and over one like ours, in one durable
 * transaction and nothing else in it. A real engine and a real store on the disk; the carrier takes
 * everything at once. Once for the first message, which starts 200 sessions, and for those that
 * follow.
 */
#include <signal/protocol.h>
#include <signal/session_cipher.h>
#include <string.h>
#include "core/base/appclock.h"
#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/engine/engine_messages.h"
#include "core/model/contact.h"
#include "core/model/draft.h"
#include "core/model/group.h"
#include "core/omemo/envelope.h"
#include "core/port/store.h"
#include "core/port/store_groups.h"
#include "core/ratchet/ratchet.h"
#include "core/ratchet/ratchet_keys.h"
#include "core/ratchet/ratchet_store.h"
#include "storage/vault.h"
#include "tests/bench/bench.h"
#include "tests/support/fake_carrier.h"
#include "tests/support/fake_store.h"

enum { MEMBERS = 100, DEVICES = 2, KEYS = MEMBERS * DEVICES, SENDS = 50, NAME_BYTES = 64 };

static const char own[] = "alice@bench.example", room[] = "lab@rooms.bench.example";

/* -- the others ------------------------------------------------------------------------------- */

struct member {
	char address[NAME_BYTES];
	struct bundle bundles[DEVICES];
};

/* The system's; lives as long as the program. */
static struct appclock *appclock(void)
{
	static struct appclock *one;

	if (!one)
		one = appclock_new(clock_system(), &(const struct apptime){ 0 });
	return one;
}

static void make_bundle(struct bundle *bundle, uint32_t device)
{
	struct store *store = fake_store_new();
	struct ratchet *ratchet;
	GError *error = NULL;

	bench_must(store->ops->begin(store, &error) &&
			   ratchet_create(store, clock_system(), &error) &&
			   store->ops->commit(store, &error),
		   error);
	ratchet = ratchet_new(store, appclock(), &error);
	bench_must(ratchet && ratchet_bundle(ratchet, bundle, &error), error);
	bundle->device = device;
	ratchet_free(ratchet);
	store->ops->close(store);
}

/* Their keys are published at HUB. */
static struct member *make_members(struct hub *hub)
{
	struct member *members = g_new0(struct member, MEMBERS);

	for (unsigned i = 0; i < MEMBERS; i++) {
		snprintf(members[i].address, NAME_BYTES, "member%u@bench.example", i);
		for (unsigned k = 0; k < DEVICES; k++) {
			make_bundle(&members[i].bundles[k], 1000 + i * DEVICES + k);
			hub_publish(hub, members[i].address, &members[i].bundles[k]);
		}
	}
	return members;
}

/* -- libsignal alone -------------------------------------------------------------------------- */

static struct ratchet *make_bare(struct store *store, const struct member *members)
{
	struct ratchet *ratchet;
	GError *error = NULL;

	bench_must(store->ops->begin(store, &error) &&
			   ratchet_create(store, clock_system(), &error),
		   error);
	ratchet = ratchet_new(store, appclock(), &error);
	bench_must(ratchet != NULL, error);
	for (unsigned i = 0; i < KEYS; i++) {
		const struct member *member = &members[i / DEVICES];
		const struct bundle *bundle = &member->bundles[i % DEVICES];
		struct device row = { .address = (char *)member->address,
				      .id = bundle->device,
				      .has_key = true,
				      .is_active = true };

		memcpy(row.key, bundle->identity, CONTACT_KEY_BYTES);
		bench_must(store->ops->device_put(store, &row, &error), error);
	}
	bench_must(store->ops->commit(store, &error), error);
	return ratchet;
}

static void bare_start(struct ratchet *ratchet, const struct member *members)
{
	GError *error = NULL;

	for (unsigned i = 0; i < KEYS; i++)
		bench_must(ratchet_start(ratchet, members[i / DEVICES].address,
					 &members[i / DEVICES].bundles[i % DEVICES], &error),
			   error);
}

static void bare_seal(struct ratchet *ratchet, const char *address, uint32_t device)
{
	static const uint8_t blob[ENVELOPE_BLOB_BYTES];
	const signal_protocol_address name = { address, strlen(address), (int32_t)device };
	session_cipher *cipher = NULL;
	ciphertext_message *message = NULL;

	bench_must(session_cipher_create(&cipher, ratchet->callbacks, &name, ratchet->context) == 0,
		   NULL);
	bench_must(session_cipher_encrypt(cipher, blob, sizeof(blob), &message) == 0, NULL);
	g_bytes_unref(g_bytes_new(signal_buffer_data(ciphertext_message_get_serialized(message)),
				  signal_buffer_len(ciphertext_message_get_serialized(message))));
	SIGNAL_UNREF(message);
	session_cipher_free(cipher);
}

/* The time it takes; the commit counts. START: with the sessions. */
static double bare_seal_all(struct ratchet *ratchet, const struct member *members, bool start)
{
	struct store *store = ratchet->store;
	double since = bench_now();
	GError *error = NULL;

	bench_must(store->ops->begin(store, &error), error);
	if (start)
		bare_start(ratchet, members);
	for (unsigned i = 0; i < KEYS; i++)
		bare_seal(ratchet, members[i / DEVICES].address,
			  members[i / DEVICES].bundles[i % DEVICES].device);
	bench_must(ratchet_flush(ratchet, &error) && store->ops->commit(store, &error), error);
	return bench_now() - since;
}

/* -- through the engine ----------------------------------------------------------------------- */

static struct transport *make_transport(void *user, const struct account *account, GError **error)
{
	(void)error;
	return fake_carrier_new(user, account->address, account->device);
}

static void put_room(struct store_door *door, struct secret *passphrase,
		     const struct member *members)
{
	struct contact contact = { .address = (char *)room,
				   .kind = CONTACT_ROOM,
				   .is_known = true };
	struct group *group = group_new(room, NULL, "lab", NULL);
	GError *error = NULL;
	struct store *store = door->ops->open(door, passphrase, &error);

	bench_must(store != NULL, error);
	group_add(group, own);
	for (unsigned i = 0; i < MEMBERS; i++)
		group_add(group, members[i].address);
	bench_must(store->ops->begin(store, &error) &&
			   store->ops->contact_put(store, &contact, &error) &&
			   store->ops->groups->put(store, group, &error) &&
			   store->ops->commit(store, &error),
		   error);
	store->ops->close(store);
	group_free(group);
}

static struct engine *make_engine(struct store_door *door, struct hub *hub,
				  const struct member *members)
{
	const struct engine_parts parts = {
		.clock = clock_system(), .door = door, .make_transport = make_transport, .user = hub
	};
	struct account account = { .carrier = (char *)"xmpp", .address = (char *)own };
	struct engine *engine = engine_new(&parts);
	char word[] = "a word for tests";
	GError *error = NULL;
	struct secret *passphrase = secret_take(word, strlen(word), &error);

	bench_must(passphrase != NULL, error);
	bench_must(engine_create(engine, &account, passphrase, KDF_FLOOR, &error), error);
	engine_lock(engine, "bench");
	put_room(door, passphrase, members);
	bench_must(engine_unlock(engine, passphrase, &error) &&
			   engine_connect(engine, false, &error),
		   error);
	secret_free(passphrase);
	return engine;
}

static void sent(void *user, const struct message *message, const GError *error)
{
	(void)message;
	*(bool *)user = true;
	bench_must(error == NULL, error);
}

static double send_one(struct engine *engine)
{
	struct draft draft = {
		.address = (char *)room,
		.body = (char *)"Sixty bytes or so, as people write them in a room."
	};
	double since = bench_now();
	bool is_done = false;

	engine_send(engine, &draft, 10000, sent, &is_done);
	while (!is_done)
		g_main_context_iteration(NULL, TRUE);
	return bench_now() - since;
}

static struct store *make_store(struct store_door *door)
{
	char word[] = "a word for tests";
	GError *error = NULL;
	struct secret *passphrase = secret_take(word, strlen(word), &error);
	struct store *store =
		passphrase ? door->ops->create(door, passphrase, KDF_FLOOR, &error) : NULL;

	bench_must(store && door->ops->finish(door, &error), error);
	secret_free(passphrase);
	return store;
}

static void compare(struct engine *engine, struct store *memory, struct store *disk,
		    const struct member *members)
{
	struct ratchet *bare = make_bare(memory, members), *stored = make_bare(disk, members);
	double ours[SENDS], theirs[SENDS], both[SENDS], first = bare_seal_all(bare, members, true);

	bare_seal_all(stored, members, true);
	bench_line("room_200_first_ms:libsignal", send_one(engine), first);
	for (unsigned i = 0; i < SENDS; i++) {
		theirs[i] = bare_seal_all(bare, members, false);
		both[i] = bare_seal_all(stored, members, false);
		ours[i] = send_one(engine);
	}
	first = bench_share(ours, SENDS, 0.5);
	bench_line("room_200_ms:libsignal", first, bench_share(theirs, SENDS, 0.5));
	bench_line("room_200_ms:libsignal_stored", first, bench_share(both, SENDS, 0.5));
	ratchet_free(bare);
	ratchet_free(stored);
}

int main(void)
{
	char *folder = g_dir_make_tmp("sotto-bench-XXXXXX", NULL);
	const char *const remove[] = { "rm", "-rf", folder, NULL };
	struct hub *hub = hub_new();
	struct store *memory, *disk;
	struct store_door *door, *other;
	struct member *members;
	struct engine *engine;
	GError *error = NULL;

	bench_must(folder && secret_start(&error), error);
	door = vault_door_new(g_build_filename(folder, "home", NULL), clock_system());
	other = vault_door_new(g_build_filename(folder, "other", NULL), clock_system());
	memory = fake_store_new();
	disk = make_store(other);
	members = make_members(hub);
	engine = make_engine(door, hub, members);
	compare(engine, memory, disk, members);
	bench_must(hub_taken(hub)->len == SENDS + 1, NULL);
	engine_free(engine);
	memory->ops->close(memory);
	disk->ops->close(disk);
	door->ops->free(door);
	other->ops->free(other);
	hub_free(hub);
	for (unsigned i = 0; i < KEYS; i++)
		bundle_clear(&members[i / DEVICES].bundles[i % DEVICES]);
	g_free(members);
	bench_run(remove);
	g_free(folder);
	return 0;
}
