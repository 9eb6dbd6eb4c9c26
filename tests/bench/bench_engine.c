/*
 * What two people pay: catching up with 10,000 waiting messages, against a bare loop that decrypts
 * the same with libsignal, inserts the same rows in the same batches, and overwrites, syncs and
 * unlinks the same files; and one durable send, against the time that its own fsyncs take. Real
 * engines, real stores, a real spool; the peer that writes the 10,000 does so in memory (/dev/shm),
 * where a sync costs nothing, and the files are copied to the disk.
 */
#include <fcntl.h>
#include <signal/protocol.h>
#include <signal/session_cipher.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "core/base/appclock.h"
#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/secret.h"
#include "core/engine/engine_messages.h"
#include "core/model/draft.h"
#include "core/omemo/envelope.h"
#include "core/ratchet/ratchet.h"
#include "core/ratchet/ratchet_store.h"
#include "core/transport/spool/spool.h"
#include "core/xml/stanza.h"
#include "storage/vault.h"
#include "tests/bench/bench.h"

enum { WAITING = 10000, SENDS = 300, ROUNDS = 3, PATH_BYTES = 256 };

/* -- what syncing takes: the libc's calls, measured ------------------------------------------ */

static struct {
	double ms;
	unsigned count;
} synced;

static int measured(int (*call)(int), int fd)
{
	double since = bench_now();
	int code = call(fd);

	synced.ms += bench_now() - since;
	synced.count++;
	return code;
}

static int call_fsync(int fd)
{
	return (int)syscall(SYS_fsync, fd);
}

static int call_fdatasync(int fd)
{
	return (int)syscall(SYS_fdatasync, fd);
}

static int call_syncfs(int fd)
{
	return (int)syscall(SYS_syncfs, fd);
}

/* In place of the libc's, for the libraries too. */
int fsync(int fd)
{
	return measured(call_fsync, fd);
}

int fdatasync(int fd)
{
	return measured(call_fdatasync, fd);
}

int syncfs(int fd)
{
	return measured(call_syncfs, fd);
}

/* -- people ---------------------------------------------------------------------------------- */

struct person {
	const char *name;
	char home[PATH_BYTES];
	char spool[PATH_BYTES];
	struct store_door *door;
	struct engine *engine;
	struct secret *passphrase;
};

static struct transport *make_transport(void *user, const struct account *account, GError **error)
{
	struct person *person = user;

	(void)error;
	return spool_new(person->spool, account->address, account->device, clock_system());
}

static gboolean claim(void *user, const struct account *account, const struct patience *patience,
		      struct certificate **refused, GError **error)
{
	struct person *person = user;

	(void)patience;
	(void)refused;
	return spool_claim(person->spool, account->address, false, NULL, error);
}

/* NAME at HOME/NAME, by way of SPOOL; made when it isn't there. */
static void person_open(struct person *person, const char *name, const char *home,
			const char *spool)
{
	struct engine_parts parts = {
		.clock = clock_system(), .make_transport = make_transport, .claim = claim,
		.user = person,
	};
	struct account account = { .carrier = (char *)"spool", .address = (char *)name };
	char word[] = "a word for tests";
	GError *error = NULL;

	*person = (struct person){ .name = name };
	snprintf(person->home, PATH_BYTES, "%s/%s", home, name);
	snprintf(person->spool, PATH_BYTES, "%s", spool);
	account.spool = person->spool;
	person->passphrase = secret_take(word, strlen(word), &error);
	bench_must(person->passphrase != NULL, error);
	parts.door = person->door = vault_door_new(person->home, clock_system());
	person->engine = engine_new(&parts);
	if (!person->door->ops->exists(person->door))
		bench_must(engine_create(person->engine, &account, person->passphrase, KDF_FLOOR,
					 &error),
			   error);
	else
		bench_must(engine_unlock(person->engine, person->passphrase, &error) &&
				   engine_connect(person->engine, false, &error),
			   error);
}

static void person_close(struct person *person)
{
	engine_free(person->engine);
	person->door->ops->free(person->door);
	secret_free(person->passphrase);
}

static void settled(void *user, const GError *error)
{
	*(bool *)user = true;
	bench_must(error == NULL, error);
}

static void sent(void *user, const struct message *message, const GError *error)
{
	(void)message;
	settled(user, error);
}

static void person_send(struct person *person, const char *to, const char *body)
{
	struct draft draft = { .address = to, .body = body };
	bool is_done = false;

	engine_send(person->engine, &draft, 10000, sent, &is_done);
	bench_must(is_done, NULL);
}

static void person_fetch(struct person *person)
{
	bool is_done = false;

	engine_fetch(person->engine, 600000, settled, &is_done);
	while (!is_done)
		g_main_context_iteration(NULL, TRUE);
}

/* -- the waiting messages -------------------------------------------------------------------- */

static const char body[] = "Sixty bytes or so, as people write them to one another: %d.";

static void copy_tree(const char *from, const char *to)
{
	const char *const words[] = { "cp", "-a", from, to, NULL };

	bench_run(words);
}

static void remove_tree(const char *path)
{
	const char *const words[] = { "rm", "-rf", path, NULL };

	bench_run(words);
}

/* Two who know each other, and 10,000 messages of bob's that alice hasn't fetched; in FOLDER. */
static void prepare(const char *folder)
{
	char *spool = g_build_filename(folder, "spool", NULL);
	struct person alice, bob;

	person_open(&alice, "alice", folder, spool);
	person_open(&bob, "bob", folder, spool);
	person_send(&alice, "bob", "hello");
	person_fetch(&bob);
	person_send(&bob, "alice", "hello");
	person_fetch(&alice);
	person_fetch(&bob);
	for (int i = 0; i < WAITING; i++) {
		char *text = g_strdup_printf(body, i);

		person_send(&bob, "alice", text);
		g_free(text);
	}
	person_close(&alice);
	person_close(&bob);
	g_free(spool);
}

/* -- the bare loop --------------------------------------------------------------------------- */

/* One file, read and taken apart beforehand. */
struct waiting {
	char *path;
	size_t bytes;
	struct timespec changed;
	GBytes *sealed;
	uint32_t device;
	uint8_t digest[CRYPTO_HASH_BYTES];
};

static int by_time(const void *left, const void *right)
{
	const struct timespec *a = &((const struct waiting *)left)->changed;
	const struct timespec *b = &((const struct waiting *)right)->changed;

	if (a->tv_sec != b->tv_sec)
		return a->tv_sec < b->tv_sec ? -1 : 1;
	return a->tv_nsec < b->tv_nsec ? -1 : a->tv_nsec > b->tv_nsec;
}

static void read_one(const char *path, struct waiting *waiting)
{
	struct envelope envelope;
	struct stat info;
	GError *error = NULL;
	char *data;
	gsize bytes;

	bench_must(g_file_get_contents(path, &data, &bytes, &error) && stat(path, &info) == 0,
		   error);
	bench_must(envelope_decode(data, bytes, &envelope, &error) && envelope.key_count == 1,
		   error);
	waiting->path = g_strdup(path);
	waiting->bytes = bytes;
	waiting->changed = info.st_ctim;
	waiting->device = envelope.device;
	waiting->sealed = g_bytes_ref(envelope.keys[0].sealed);
	crypto_sha256(data, bytes, waiting->digest);
	envelope_clear(&envelope);
	g_free(data);
}

static unsigned read_all(const char *folder, uint32_t device, struct waiting *waiting)
{
	char *path = g_strdup_printf("%s/alice/inbox/%u/new", folder, device);
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;
	unsigned count = 0;

	bench_must(dir != NULL, NULL);
	while (count < WAITING && (name = g_dir_read_name(dir))) {
		char *file = g_build_filename(path, name, NULL);

		read_one(file, &waiting[count++]);
		g_free(file);
	}
	g_dir_close(dir);
	g_free(path);
	qsort(waiting, count, sizeof(*waiting), by_time);
	return count;
}

static void decrypt(struct ratchet *ratchet, const struct waiting *waiting)
{
	const signal_protocol_address name = { "bob", 3, (int32_t)waiting->device };
	session_cipher *cipher = NULL;
	signal_message *message = NULL;
	signal_buffer *plain = NULL;
	gsize bytes = 0;
	const uint8_t *data = g_bytes_get_data(waiting->sealed, &bytes);

	bench_must(session_cipher_create(&cipher, ratchet->callbacks, &name, ratchet->context) == 0,
		   NULL);
	bench_must(signal_message_deserialize(&message, data, bytes, ratchet->context) == 0, NULL);
	bench_must(session_cipher_decrypt_signal_message(cipher, message, NULL, &plain) == 0, NULL);
	signal_buffer_bzero_free(plain);
	SIGNAL_UNREF(message);
	session_cipher_free(cipher);
}

static void insert(struct store *store, const struct waiting *waiting, int number)
{
	struct message message = { .direction = DIRECTION_IN, .state = STATE_DELIVERED,
				   .trust = TRUST_TRUSTED, .device = waiting->device };
	GError *error = NULL;
	char *text;
	bool is_new;

	message.id = message_new_id();
	message.conversation = g_strdup("bob");
	message.from = g_strdup("bob");
	message.sent_at = message.received_at = clock_wall(clock_system());
	text = g_strdup_printf(body, number);
	message.body = plain_dup(text);
	g_free(text);
	bench_must(store->ops->seen_put(store, waiting->digest, message.received_at, &is_new,
					&error) &&
			   store->ops->message_put(store, &message, &is_new, &error) && is_new,
		   error);
	message_clear(&message);
}

/* What the carrier promises of the files of a batch that is stored: overwritten, synced once,
 * unlinked. */
static void dispose(const struct waiting *waiting, unsigned count)
{
	static const char zeros[64 * 1024];
	int fd = -1;

	for (unsigned i = 0; i < count; i++) {
		if (fd >= 0)
			close(fd);
		fd = open(waiting[i].path, O_WRONLY | O_CLOEXEC);
		bench_must(fd >= 0 && waiting[i].bytes <= sizeof(zeros), NULL);
		bench_must(pwrite(fd, zeros, waiting[i].bytes, 0) == (ssize_t)waiting[i].bytes,
			   NULL);
	}
	bench_must(syncfs(fd) == 0, NULL);
	close(fd);
	for (unsigned i = 0; i < count; i++)
		bench_must(unlink(waiting[i].path) == 0, NULL);
}

/* How many a second, by the profile in HOME and the files in SPOOL. */
static double bare_loop(const char *home, const char *spool)
{
	struct waiting *waiting = g_new0(struct waiting, WAITING);
	struct person alice;
	struct appclock *appclock;
	struct ratchet *ratchet;
	struct store *store;
	GError *error = NULL;
	double since;
	unsigned count;
	uint32_t device;

	person_open(&alice, "alice", home, spool);
	device = engine_account(alice.engine)->device;
	engine_lock(alice.engine, "bench");
	store = alice.door->ops->open(alice.door, alice.passphrase, &error);
	bench_must(store != NULL, error);
	appclock = appclock_new(clock_system(), &(const struct apptime){ 0 });
	ratchet = ratchet_new(store, appclock, &error);
	bench_must(ratchet != NULL, error);
	count = read_all(spool, device, waiting);
	bench_must(count == WAITING, NULL);
	since = bench_now();
	for (unsigned i = 0; i < count; i++) {
		if (i % TRANSPORT_BATCH == 0)
			bench_must(store->ops->begin(store, &error), error);
		decrypt(ratchet, &waiting[i]);
		insert(store, &waiting[i], (int)i);
		if (i % TRANSPORT_BATCH == TRANSPORT_BATCH - 1 || i == count - 1) {
			unsigned first = i - i % TRANSPORT_BATCH;

			bench_must(ratchet_flush(ratchet, &error) &&
					   store->ops->commit(store, &error),
				   error);
			dispose(waiting + first, i + 1 - first);
		}
	}
	since = bench_now() - since;
	for (unsigned i = 0; i < count; i++) {
		g_bytes_unref(waiting[i].sealed);
		g_free(waiting[i].path);
	}
	g_free(waiting);
	ratchet_free(ratchet);
	g_free(appclock);
	store->ops->close(store);
	person_close(&alice);
	return WAITING / since * 1000;
}

/* -- through the engine ---------------------------------------------------------------------- */

static double through_engine(const char *home, const char *spool)
{
	struct store_counts before = { 0 }, after = { 0 };
	struct person alice;
	GError *error = NULL;
	double since;

	person_open(&alice, "alice", home, spool);
	bench_must(engine_counts(alice.engine, &before, &error), error);
	since = bench_now();
	person_fetch(&alice);
	bench_must(engine_counts(alice.engine, &after, &error), error);
	bench_must(after.messages == before.messages + WAITING, NULL);
	/* The last of the files are gone when this returns. */
	person_close(&alice);
	since = bench_now() - since;
	return WAITING / since * 1000;
}

/* Each round on copies of its own, in turns, the best of each. */
static void catch_up(const char *world, const char *disk)
{
	double ours = 0, bare = 0;

	for (int i = 0; i < 2 * ROUNDS; i++) {
		char *folder = g_build_filename(disk, "round", NULL);
		char *spool = g_build_filename(folder, "spool", NULL);
		double rate;

		copy_tree(world, folder);
		sync();
		rate = i % 2 ? through_engine(folder, spool) : bare_loop(folder, spool);
		if (i % 2)
			ours = MAX(ours, rate);
		else
			bare = MAX(bare, rate);
		remove_tree(folder);
		g_free(spool);
		g_free(folder);
	}
	bench_line("catch_up_per_second:bare_loop", ours, bare);
	bench_line("catch_up_per_second:promised", ours, 3000);
}

/* -- one durable send ------------------------------------------------------------------------ */

static void sends(const char *disk)
{
	char *spool = g_build_filename(disk, "spool", NULL);
	double all[SENDS], syncs[SENDS], ratios[SENDS];
	struct person alice, bob;
	unsigned count;

	person_open(&alice, "alice", disk, spool);
	person_open(&bob, "bob", disk, spool);
	person_send(&alice, "bob", "hello");
	count = synced.count;
	for (int i = 0; i < SENDS; i++) {
		double before = synced.ms, since = bench_now();

		person_send(&alice, "bob", "Sixty bytes or so, as people write them.");
		all[i] = bench_now() - since;
		syncs[i] = synced.ms - before;
		ratios[i] = all[i] / syncs[i];
	}
	bench_line("send_syncs:promised_most", (double)(synced.count - count) / SENDS, 5);
	bench_line("send_ms:its_syncs_ms", bench_share(all, SENDS, 0.5),
		   bench_share(syncs, SENDS, 0.5));
	bench_line("send_ratio_99_percent:promised", bench_share(ratios, SENDS, 0.99), 2);
	person_close(&alice);
	person_close(&bob);
	g_free(spool);
}

int main(void)
{
	bool has_memory = g_file_test("/dev/shm", G_FILE_TEST_IS_DIR);
	char *world = g_strdup_printf("%s/sotto-bench-XXXXXX", has_memory ? "/dev/shm" : "/tmp");
	char *disk = g_dir_make_tmp("sotto-bench-XXXXXX", NULL);
	GError *error = NULL;

	bench_must(secret_start(&error), error);
	bench_must(disk && g_mkdtemp(world), NULL);
	sends(disk);
	prepare(world);
	catch_up(world, disk);
	remove_tree(world);
	remove_tree(disk);
	g_free(world);
	g_free(disk);
	return 0;
}
