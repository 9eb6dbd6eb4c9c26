/*
 * What the store costs with many messages: bench_store [MESSAGES [CONVERSATIONS]]. Lines as bench.h
 * says: against what was promised, or against a bare write and sync in the same run.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "storage/opened.h"
#include "storage/search.h"
#include "tests/bench/bench.h"

enum { BATCH = 250, SESSION_BYTES = 3000, PAGE = 50, COMMITS = 200, CATCH_UP = 10000 };

static const char *const syllables[] = { "ka", "lo", "mi",  "ter", "san",
					 "do", "ri", "ven", "pol", "ux" };
static const char rare[] = "zyzzyva";

struct bench {
	char *folder;
	char *path;
	struct secret *master;
	struct store *store;
	unsigned conversations;
	unsigned number; /* of the last message made */
	uint32_t dice;
};

static unsigned roll(struct bench *bench, unsigned below)
{
	bench->dice = bench->dice * 1664525u + 1013904223u;
	return (bench->dice >> 8) % below;
}

static double now_ms(void)
{
	return (double)g_get_monotonic_time() / 1000;
}

/* The peak isn't asked for: what is resident now, in MiB. */
static double resident(void)
{
	long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	malloc_trim(0);
	if (!file || fscanf(file, "%*s %ld", &pages) != 1)
		pages = 0;
	if (file)
		fclose(file);
	return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1048576;
}

static void must(gboolean ok, GError *error)
{
	if (ok)
		return;
	fprintf(stderr, "bench_store: %s\n", error ? error->message : "failed");
	exit(1);
}

#define DO(call)                                          \
	do {                                              \
		GError *error_ = NULL, **error = &error_; \
		gboolean ok_ = (call);                    \
		must(ok_, error_);                        \
	} while (0)

static void open_store(struct bench *bench, bool make)
{
	struct opened_options options = { bench->path, make, clock_system(), SEARCH_INDEX_FROM,
					  NULL };
	GError *error = NULL;

	bench->store = opened_new(&options, bench->master, &error);
	must(bench->store != NULL, error);
}

/* Some sixty bytes, now and then several hundred; the rare word once in 100,000. */
static char *make_body(struct bench *bench)
{
	GString *text = g_string_new(NULL);
	unsigned words = roll(bench, 20) == 0 ? 80 : 4 + roll(bench, 10);

	while (words-- > 0) {
		for (unsigned n = 1 + roll(bench, 4); n > 0; n--)
			g_string_append(text, syllables[roll(bench, G_N_ELEMENTS(syllables))]);
		g_string_append_c(text, ' ');
	}
	if (bench->number % 100000 == 5000)
		g_string_append(text, rare);
	char *body = plain_dup(text->str);
	g_string_free(text, TRUE);
	return body;
}

static void put_message(struct bench *bench, unsigned conversation)
{
	char address[16], id[33];
	bool is_new;
	uint8_t noise[16];

	bench->number++;
	crypto_random(noise, sizeof(noise));
	for (int i = 0; i < 16; i++)
		g_snprintf(id + 2 * i, 3, "%02x", noise[i]);
	g_snprintf(address, sizeof(address), "user%03u", conversation);
	struct message message = {
		.id = id,
		.conversation = address,
		.from = bench->number % 2 ? address : (char[]){ "me" },
		.device = 1,
		.direction = bench->number % 2 ? DIRECTION_IN : DIRECTION_OUT,
		.state = STATE_DELIVERED,
		.kind = KIND_TEXT,
		.trust = TRUST_VERIFIED,
		.sent_at = 1700000000000 + bench->number,
		.sealed = true,
		.received_at = bench->number % 2 ? 1700000000500 + bench->number : 0,
		.read_at = bench->number % 2 && bench->number % 1000 != 1 ? 1 : 0,
		.body = make_body(bench),
	};
	DO(bench->store->ops->message_put(bench->store, &message, &is_new, error));
	plain_free(message.body);
}

static void fill(struct bench *bench, unsigned messages)
{
	double start = now_ms();

	DO(bench->store->ops->begin(bench->store, error));
	for (unsigned i = 0; i < bench->conversations; i++) {
		char address[16];
		struct contact contact = { .address = address, .is_listed = true };

		g_snprintf(address, sizeof(address), "user%03u", i);
		DO(bench->store->ops->contact_put(bench->store, &contact, error));
	}
	for (unsigned i = 0; i < messages; i++) {
		/* In runs, as people talk. */
		put_message(bench, (i / 20) % bench->conversations);
		if (i % 5000 == 4999) {
			DO(bench->store->ops->commit(bench->store, error));
			DO(bench->store->ops->begin(bench->store, error));
		}
	}
	DO(bench->store->ops->commit(bench->store, error));
	double took = now_ms() - start;
	bench_line("fill_per_second", messages / took * 1000, 0);
}

/* As the engine does while catching up: message, session and seen digest, in batches. */
static void catch_up(struct bench *bench)
{
	uint8_t blob[SESSION_BYTES], digest[32];
	double start = now_ms();
	bool is_new;

	for (unsigned i = 0; i < CATCH_UP; i++) {
		if (i % BATCH == 0)
			DO(bench->store->ops->begin(bench->store, error));
		crypto_random(blob, sizeof(blob));
		crypto_random(digest, sizeof(digest));
		GBytes *record = g_bytes_new(blob, sizeof(blob));
		put_message(bench, 0);
		DO(bench->store->ops->session_put(bench->store, "user000", 1, record, error));
		DO(bench->store->ops->seen_put(bench->store, digest, 1, &is_new, error));
		g_bytes_unref(record);
		if (i % BATCH == BATCH - 1)
			DO(bench->store->ops->commit(bench->store, error));
	}
	double took = now_ms() - start;
	bench_line("rows_of_catch_up_per_second:promised", CATCH_UP / took * 1000, 3000);
}

static int compare_double(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

/* The same number of bytes appended to a bare file and synced: what a commit can't go below. */
static double bare_sync(struct bench *bench)
{
	char *path = g_build_filename(bench->folder, "bare", NULL);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	double times[COMMITS];
	char data[32768] = { 1 };

	for (int i = 0; i < COMMITS; i++) {
		double start = now_ms();

		if (write(fd, data, sizeof(data)) < 0 || fdatasync(fd) < 0)
			must(FALSE, NULL);
		times[i] = now_ms() - start;
	}
	close(fd);
	unlink(path);
	g_free(path);
	qsort(times, COMMITS, sizeof(times[0]), compare_double);
	return times[COMMITS / 2];
}

static void commits(struct bench *bench)
{
	double times[COMMITS];
	double bare = bare_sync(bench);

	for (int i = 0; i < COMMITS; i++) {
		double start = now_ms();

		DO(bench->store->ops->begin(bench->store, error));
		put_message(bench, (unsigned)i % bench->conversations);
		DO(bench->store->ops->commit(bench->store, error));
		times[i] = now_ms() - start;
	}
	qsort(times, COMMITS, sizeof(times[0]), compare_double);
	bench_line("commit_ms:bare_sync_ms", times[COMMITS / 2], bare);
}

static gboolean count_message(const struct message *message, void *user)
{
	(*(unsigned *)user)++;
	return message != NULL;
}

static gboolean count_contact(const struct contact *contact, void *user)
{
	(*(unsigned *)user)++;
	return contact != NULL;
}

static gboolean note_seq(const struct message *message, void *user)
{
	*(int64_t *)user = message->seq;
	return TRUE;
}

static void pages(struct bench *bench)
{
	double longest = 0, all = now_ms();
	int64_t before = 0, last = -1;
	unsigned n = 0;

	for (; before != last; n++) {
		double start = now_ms();

		last = before;
		DO(bench->store->ops->message_before(bench->store, "user000", before, PAGE,
						     note_seq, &before, error));
		longest = MAX(longest, now_ms() - start);
	}
	bench_line("page_mean_ms:promised", (now_ms() - all) / n, 16);
	bench_line("page_longest_ms:promised", longest, 16);
}

static void opening(struct bench *bench)
{
	unsigned contacts = 0, messages = 0;
	double start = now_ms();

	open_store(bench, false);
	double opened = now_ms();
	DO(bench->store->ops->contact_each(bench->store, count_contact, &contacts, error));
	DO(bench->store->ops->message_before(bench->store, "user001", 0, PAGE, count_message,
					     &messages, error));
	double done = now_ms();
	bench_line("key_to_first_page_ms:promised", done - start, 50);
	bench_line("key_to_first_page_ms:of_it_opening", done - start, opened - start);
	contacts = 0;
	start = now_ms();
	DO(bench->store->ops->contact_each(bench->store, count_contact, &contacts, error));
	bench_line("contact_list_ms", now_ms() - start, 0);
}

static void find(struct bench *bench, const char *word, const char *name, double reference)
{
	const char *const words[] = { word, NULL };
	unsigned hits = 0;
	double start = now_ms();

	DO(bench->store->ops->message_search(bench->store, words, NULL, 50, count_message, &hits,
					     error));
	bench_line(name, now_ms() - start, reference);
}

static void searching(struct bench *bench)
{
	double longest = 0, start;
	double before = resident();
	bool done = false;

	bench_line("resident_before_search_mib:promised", before, 30);
	find(bench, rare, "search_rare_scanning_ms", 0);
	find(bench, "katerlo", "search_common_scanning_ms", 0);
	start = now_ms();
	while (!done) {
		double slice = now_ms();

		DO(bench->store->ops->search_build(bench->store, 5, &done, error));
		longest = MAX(longest, now_ms() - slice);
	}
	bench_line("index_built_ms", now_ms() - start, 0);
	bench_line("index_longest_slice_ms:asked", longest, 5);
	bench_line("index_mib", resident() - before, 0);
	find(bench, rare, "search_rare_ms:promised", 20);
	find(bench, rare, "search_rare_again_ms:promised", 20);
	find(bench, "katerlo", "search_common_ms", 0);
	find(bench, "ka", "search_two_letters_ms", 0);
}

/* As a sweep does: a hundred bodies in one transaction, out of table and index. */
static void dropping(struct bench *bench)
{
	double start = now_ms();

	DO(bench->store->ops->begin(bench->store, error));
	for (int64_t seq = 1; seq <= 100; seq++)
		DO(bench->store->ops->message_read(bench->store, "user001", seq, 1, 0, true,
						   error));
	DO(bench->store->ops->commit(bench->store, error));
	bench_line("hundred_bodies_dropped_ms", now_ms() - start, 0);
}

int main(int argc, char **argv)
{
	unsigned messages = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 1000000;
	struct bench bench = { .conversations =
				       argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 200,
			       .dice = 1 };
	GError *error = NULL;

	must(secret_start(&error), error);
	bench.folder = g_dir_make_tmp(NULL, &error);
	must(bench.folder != NULL, error);
	bench.path = g_build_filename(bench.folder, "store.db", NULL);
	bench.master = secret_new_random(32, &error);
	must(bench.master != NULL, error);
	open_store(&bench, true);
	fill(&bench, messages);
	bench.store->ops->close(bench.store);
	opening(&bench);
	pages(&bench);
	searching(&bench);
	dropping(&bench);
	commits(&bench);
	catch_up(&bench);
	double start = now_ms();
	bench.store->ops->close(bench.store);
	bench_line("closing_ms", now_ms() - start, 0);
	unlink(bench.path);
	rmdir(bench.folder);
	secret_free(bench.master);
	g_free(bench.path);
	g_free(bench.folder);
	return 0;
}
