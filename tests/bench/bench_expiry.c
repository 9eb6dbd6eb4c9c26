/*
 * What going costs: bench_expiry [MESSAGES [DUE]]. All that is due is swept by the engine, slice by
 * slice, while the main loop is timed; once with the wiping layer and once without. The ratio
 * carries over to other machines.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/engine/engine.h"
#include "core/engine/engine_expiry.h"
#include "core/model/account.h"
#include "storage/db.h"
#include "storage/erase_vfs.h"
#include "storage/vault.h"
#include "tests/support/fake_carrier.h"
#include "tests/support/still_clock.h"

enum { BATCH = 500, PEOPLE = 200, HOUR = 3600, ROUNDS = 3 };

struct bench {
	struct hub *hub;
	char *folder;
	struct still_clock clock;
	struct store_door *door;
	struct secret *word;
	struct engine *engine;
};

/* What a child hands back. */
struct result {
	double sweep_ms; /* all slices and the scrub */
	double longest_ms;
	unsigned slices;
	double wake_ms; /* when nothing is due */
};

static double now_ms(void)
{
	return (double)g_get_monotonic_time() / 1000;
}

static void must(gboolean ok, GError *error)
{
	if (ok)
		return;
	fprintf(stderr, "bench_expiry: %s\n", error ? error->message : "failed");
	exit(1);
}

#define DO(call)                                          \
	do {                                              \
		GError *error_ = NULL, **error = &error_; \
		gboolean ok_ = (call);                    \
		must(ok_, error_);                        \
	} while (0)

static struct transport *make_transport(void *user, const struct account *account, GError **error)
{
	(void)error;
	return fake_carrier_new(((struct bench *)user)->hub, account->address, account->device);
}

static void start(struct bench *bench)
{
	struct engine_parts parts = { .door = bench->door, .clock = &bench->clock.clock,
				      .make_transport = make_transport, .user = bench };

	bench->engine = engine_new(&parts);
}

static void put(struct store *store, unsigned n, unsigned due, unsigned messages, int64_t deadline)
{
	struct message message = { .device = 7, .direction = DIRECTION_OUT, .state = STATE_SENT,
				   .trust = TRUST_TRUSTED, .sent_at = 1000 + n };
	bool is_new;

	message.id = g_strdup_printf("%032x", n);
	/* One conversation after the other: filling is quicker, and what is due lies as far apart.
	 */
	message.conversation = g_strdup_printf("p%u", (unsigned)((uint64_t)n * PEOPLE / messages));
	message.from = g_strdup("me");
	message.body =
		plain_dup("A line such as people write to each other, neither long nor short.");
	/* Spread over all of the table, as they would be. */
	if ((uint64_t)n * due / messages != (uint64_t)(n + 1) * due / messages) {
		message.expire_seconds = HOUR;
		message.expires_at = deadline;
	}
	DO(store->ops->message_put(store, &message, &is_new, error));
	message_clear(&message);
}

static void fill(struct bench *bench, unsigned messages, unsigned due)
{
	struct store *store;

	DO(bench->door->ops->hold(bench->door, error));
	DO((store = bench->door->ops->open(bench->door, bench->word, error)) != NULL);
	for (unsigned n = 0; n < messages;) {
		DO(store->ops->begin(store, error));
		for (unsigned i = 0; n == 0 && i < PEOPLE; i++) {
			struct contact contact = { .address = g_strdup_printf("p%u", i) };

			DO(store->ops->contact_put(store, &contact, error));
			contact_clear(&contact);
		}
		for (unsigned i = 0; i < BATCH && n < messages; i++)
			put(store, n++, due, messages, bench->clock.wall + HOUR * 1000);
		DO(store->ops->commit(store, error));
	}
	store->ops->close(store);
}

/* Every turn of the main loop is what a key press could have to wait for. */
static void sweep(struct bench *bench, struct result *result)
{
	struct engine_erasing erasing;
	double began = now_ms();

	engine_wake(bench->engine);
	result->wake_ms = now_ms() - began;
	still_clock_pass(&bench->clock, HOUR * 1000);
	began = now_ms();
	engine_wake(bench->engine);
	result->longest_ms = now_ms() - began;
	for (double at = now_ms(); g_main_context_iteration(NULL, FALSE); at = now_ms()) {
		result->longest_ms = MAX(result->longest_ms, now_ms() - at);
		result->slices++;
	}
	result->sweep_ms = now_ms() - began;
	DO(engine_erasing(bench->engine, &erasing, error));
	if (erasing.store.due || erasing.store.rows)
		must(FALSE, NULL);
}

static void run(enum erase_mode mode, unsigned messages, unsigned due, struct result *result)
{
	struct bench bench = { .hub = hub_new() };
	struct account account = { .carrier = (char *)"spool", .address = (char *)"me",
				   .spool = (char *)"/nowhere" };
	char word[] = "a word for tests";

	if (erase_vfs_add(DB_VFS, NULL, mode) != 0)
		must(FALSE, NULL);
	still_clock_init(&bench.clock);
	bench.folder = g_dir_make_tmp("sotto-bench-XXXXXX", NULL);
	bench.word = secret_take(word, strlen(word), NULL);
	char *profile = g_build_filename(bench.folder, "profile", NULL);
	bench.door = vault_door_new(profile, &bench.clock.clock);
	start(&bench);
	DO(engine_create(bench.engine, &account, bench.word, KDF_FLOOR, error));
	engine_free(bench.engine);
	fill(&bench, messages, due);
	start(&bench);
	DO(engine_unlock(bench.engine, bench.word, error));
	sweep(&bench, result);
	DO(engine_wipe(bench.engine, error));
	engine_free(bench.engine);
	bench.door->ops->free(bench.door);
	rmdir(bench.folder);
	g_free(bench.folder);
	g_free(profile);
	secret_free(bench.word);
	hub_free(bench.hub);
}

/* In a process of its own: the wiping layer is chosen once in a process's life. */
static struct result run_apart(enum erase_mode mode, unsigned messages, unsigned due)
{
	struct result result = { 0 };
	int ends[2], status;

	if (pipe(ends) < 0)
		must(FALSE, NULL);
	pid_t child = fork();
	if (child == 0) {
		run(mode, messages, due, &result);
		_exit(write(ends[1], &result, sizeof(result)) == sizeof(result) ? 0 : 1);
	}
	if (child < 0 || read(ends[0], &result, sizeof(result)) != sizeof(result) ||
	    waitpid(child, &status, 0) != child || status != 0)
		must(FALSE, NULL);
	close(ends[0]);
	close(ends[1]);
	return result;
}

/* In turns, the quickest of each: what else the machine does isn't asked for. */
static void take_quicker(struct result *best, struct result other)
{
	double longest = MAX(best->longest_ms, other.longest_ms);

	if (other.sweep_ms < best->sweep_ms)
		*best = other;
	best->longest_ms = longest;
}

int main(int argc, char **argv)
{
	unsigned messages = argc > 1 ? (unsigned)atoi(argv[1]) : 100000;
	unsigned due = argc > 2 ? (unsigned)atoi(argv[2]) : messages / 10;

	if (!secret_start(NULL) || messages == 0 || due > messages)
		return 1;
	struct result without = run_apart(ERASE_NOTHING, messages, due);
	struct result with = run_apart(ERASE_TWO_PHASES, messages, due);
	for (int round = 1; round < ROUNDS; round++) {
		take_quicker(&without, run_apart(ERASE_NOTHING, messages, due));
		take_quicker(&with, run_apart(ERASE_TWO_PHASES, messages, due));
	}
	printf("%u of %u due\n", due, messages);
	printf("sweep with wiping     %8.0f ms, %u slices, longest %.1f ms (at most 16)\n",
	       with.sweep_ms, with.slices, with.longest_ms);
	printf("sweep without         %8.0f ms, %u slices, longest %.1f ms\n", without.sweep_ms,
	       without.slices, without.longest_ms);
	printf("ratio                 %8.2f (at most 1.25)\n", with.sweep_ms / without.sweep_ms);
	printf("wake, nothing due     %8.2f ms\n", with.wake_ms);
	return 0;
}
