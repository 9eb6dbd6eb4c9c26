/*
 * Seals and opens a second in bursts through ratchet.h, against libsignal's own calls over the same
 * callbacks and the same store in memory: what the checks and the way back after a failure cost.
 * Lines as bench.h says, operations a second against libsignal's, the best of several rounds each.
 */
#include <signal/protocol.h>
#include <signal/session_cipher.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/appclock.h"
#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/port/store.h"
#include "core/ratchet/ratchet.h"
#include "core/ratchet/ratchet_keys.h"
#include "core/ratchet/ratchet_store.h"
#include "tests/bench/bench.h"
#include "tests/support/fake_store.h"

enum { BURST = 1000, ROUNDS = 15, DEVICE = 7 };

struct side {
	const char *peer;
	struct store *store;
	struct ratchet *ratchet;
};

static void must(gboolean is_done, GError *error)
{
	if (is_done)
		return;
	fprintf(stderr, "bench_ratchet: %s\n", error ? error->message : "failed");
	exit(1);
}

static void begin(struct side *side)
{
	GError *error = NULL;

	must(side->store->ops->begin(side->store, &error), error);
}

static void commit(struct side *side)
{
	GError *error = NULL;

	must(ratchet_flush(side->ratchet, &error), error);
	must(side->store->ops->commit(side->store, &error), error);
}

/* The system's; lives as long as the program. */
static struct appclock *appclock(void)
{
	static struct appclock *one;

	if (!one)
		one = appclock_new(clock_system(), &(const struct apptime){ 0 });
	return one;
}

static void side_init(struct side *side, const char *peer)
{
	GError *error = NULL;

	side->peer = peer;
	side->store = fake_store_new();
	must(side->store->ops->begin(side->store, &error), error);
	must(ratchet_create(side->store, clock_system(), &error), error);
	side->ratchet = ratchet_new(side->store, appclock(), &error);
	must(side->ratchet != NULL, error);
	commit(side);
}

static void put_device(struct side *side, const struct side *other)
{
	struct device row = { .id = DEVICE, .has_key = true, .is_active = true };
	GError *error = NULL;

	row.address = g_strdup(side->peer);
	ratchet_identity(other->ratchet, row.key);
	begin(side);
	must(side->store->ops->device_put(side->store, &row, &error), error);
	commit(side);
	g_free(row.address);
}

static GBytes *seal(struct side *side, const void *data, size_t bytes, bool *is_prekey)
{
	GError *error = NULL;
	GBytes *sealed =
		ratchet_seal(side->ratchet, side->peer, DEVICE, data, bytes, is_prekey, &error);

	must(sealed != NULL, error);
	return sealed;
}

static void open_sealed(struct side *side, GBytes *sealed, bool is_prekey)
{
	struct ratchet_opened opened;
	GError *error = NULL;
	gsize bytes = 0;
	const void *data = g_bytes_get_data(sealed, &bytes);

	must(ratchet_open(side->ratchet, side->peer, DEVICE, data, bytes, is_prekey, &opened,
			  &error),
	     error);
	ratchet_opened_clear(&opened);
	g_bytes_unref(sealed);
}

static void ping(struct side *from, struct side *to)
{
	bool is_prekey;
	GBytes *sealed;

	begin(from);
	sealed = seal(from, "ping", 4, &is_prekey);
	commit(from);
	begin(to);
	open_sealed(to, sealed, is_prekey);
	commit(to);
}

static void start(struct side *from, struct side *to)
{
	struct bundle bundle;
	GError *error = NULL;

	must(ratchet_bundle(to->ratchet, &bundle, &error), error);
	bundle.device = DEVICE;
	begin(from);
	must(ratchet_start(from->ratchet, from->peer, &bundle, &error), error);
	commit(from);
	bundle_clear(&bundle);
}

/* -- libsignal alone -------------------------------------------------------------------------- */

static GBytes *raw_seal(struct side *side, const void *data, size_t bytes)
{
	const signal_protocol_address name = { side->peer, strlen(side->peer), DEVICE };
	session_cipher *cipher = NULL;
	ciphertext_message *message = NULL;
	signal_buffer *sealed;
	GBytes *result;

	must(session_cipher_create(&cipher, side->ratchet->callbacks, &name,
				   side->ratchet->context) == 0,
	     NULL);
	must(session_cipher_encrypt(cipher, data, bytes, &message) == 0, NULL);
	sealed = ciphertext_message_get_serialized(message);
	result = g_bytes_new(signal_buffer_data(sealed), signal_buffer_len(sealed));
	SIGNAL_UNREF(message);
	session_cipher_free(cipher);
	return result;
}

static void raw_open(struct side *side, GBytes *sealed)
{
	const signal_protocol_address name = { side->peer, strlen(side->peer), DEVICE };
	session_cipher *cipher = NULL;
	signal_message *message = NULL;
	signal_buffer *plain = NULL;
	gsize bytes = 0;
	const uint8_t *data = g_bytes_get_data(sealed, &bytes);

	must(session_cipher_create(&cipher, side->ratchet->callbacks, &name,
				   side->ratchet->context) == 0,
	     NULL);
	must(signal_message_deserialize(&message, data, bytes, side->ratchet->context) == 0, NULL);
	must(session_cipher_decrypt_signal_message(cipher, message, NULL, &plain) == 0, NULL);
	signal_buffer_bzero_free(plain);
	SIGNAL_UNREF(message);
	session_cipher_free(cipher);
	g_bytes_unref(sealed);
}

/* -- bursts ----------------------------------------------------------------------------------- */

struct rates {
	double seal;
	double open;
};

static double rate(int64_t since)
{
	return BURST * 1e6 / (double)MAX(g_get_monotonic_time() - since, 1);
}

static void burst(struct side *from, struct side *to, size_t bytes, bool is_raw, struct rates *best)
{
	static const uint8_t data[1024];
	GBytes *sealed[BURST];
	bool is_prekey;
	int64_t since;

	begin(from);
	since = g_get_monotonic_time();
	for (int i = 0; i < BURST; i++)
		sealed[i] =
			is_raw ? raw_seal(from, data, bytes) : seal(from, data, bytes, &is_prekey);
	best->seal = MAX(best->seal, rate(since));
	commit(from);
	begin(to);
	since = g_get_monotonic_time();
	for (int i = 0; i < BURST; i++) {
		if (is_raw)
			raw_open(to, sealed[i]);
		else
			open_sealed(to, sealed[i], false);
	}
	best->open = MAX(best->open, rate(since));
	commit(to);
}

static void compare(struct side *alice, struct side *bob, size_t bytes)
{
	struct rates ours = { 0, 0 };
	struct rates raw = { 0, 0 };
	char name[64];

	for (int i = 0; i < ROUNDS; i++) {
		burst(alice, bob, bytes, true, &raw);
		burst(alice, bob, bytes, false, &ours);
		ping(bob, alice);
	}
	g_snprintf(name, sizeof(name), "seal_%zu_bytes_per_second:libsignal", bytes);
	bench_line(name, ours.seal, raw.seal);
	g_snprintf(name, sizeof(name), "open_%zu_bytes_per_second:libsignal", bytes);
	bench_line(name, ours.open, raw.open);
}

static void turns(struct side *alice, struct side *bob)
{
	int64_t since = g_get_monotonic_time();

	for (int i = 0; i < BURST; i++)
		ping(i % 2 ? bob : alice, i % 2 ? alice : bob);
	bench_line("in_turns_per_second", rate(since), 0);
	since = g_get_monotonic_time();
	for (int i = 0; i < BURST / 10; i++)
		start(alice, bob);
	bench_line("sessions_started_per_second", rate(since) / 10, 0);
}

int main(void)
{
	struct side alice;
	struct side bob;
	GError *error = NULL;

	must(secret_start(&error), error);
	side_init(&alice, "bob");
	side_init(&bob, "alice");
	put_device(&alice, &bob);
	put_device(&bob, &alice);
	start(&alice, &bob);
	ping(&alice, &bob);
	ping(&bob, &alice);
	compare(&alice, &bob, 32);
	compare(&alice, &bob, 1024);
	turns(&alice, &bob);
	ratchet_free(alice.ratchet);
	ratchet_free(bob.ratchet);
	alice.store->ops->close(alice.store);
	bob.store->ops->close(bob.store);
	return 0;
}
