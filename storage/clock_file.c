#include "storage/clock_file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"

/* Each record in a sector of its own, so that a torn write leaves the other. */
enum { COPIES = 2, SECTOR_BYTES = 512, BOOT_ID_BYTES = 40 };

struct record {
	char magic[8];
	uint64_t sequence; /* little-endian, as the others: grows with each record */
	uint64_t time;
	uint64_t wall;
	uint64_t boot;
	uint64_t commits;
	uint64_t doubt;
	uint64_t base_time;
	uint64_t base_wall;
	char boot_id[BOOT_ID_BYTES];
	uint8_t mac[CRYPTO_HASH_BYTES]; /* BLAKE2b, keyed, of all before */
};

/* What 0.1 wrote: without sequence and doubt. */
struct old_record {
	char magic[8];
	uint64_t time;
	uint64_t wall;
	uint64_t boot;
	uint64_t commits;
	char boot_id[BOOT_ID_BYTES];
	uint8_t mac[CRYPTO_HASH_BYTES];
};

static const char magic[8] = { 's', 'o', 't', 't', 'o', 'c', 'l', '3' };
static const char old_magic[8] = { 's', 'o', 't', 't', 'o', 'c', 'l', '2' };

static gboolean is_authentic(const void *record, size_t bytes,
			     const uint8_t wanted[static CRYPTO_HASH_BYTES],
			     const struct secret *key)
{
	uint8_t mac[CRYPTO_HASH_BYTES];

	if (!key)
		return TRUE;
	crypto_blake2b(record, bytes, secret_peek(key), mac);
	return crypto_equal(mac, wanted, sizeof(mac));
}

static void read_boot_id(const char boot_id[static BOOT_ID_BYTES], struct apptime *time)
{
	memcpy(time->boot_id, boot_id, sizeof(time->boot_id));
	time->boot_id[sizeof(time->boot_id) - 1] = '\0';
}

static gboolean decode_old(const struct old_record *record, const struct secret *key,
			   struct clock_record *saved)
{
	struct apptime *time = &saved->time;

	if (!is_authentic(record, offsetof(struct old_record, mac), record->mac, key))
		return FALSE;
	*saved = (struct clock_record){ .commits = (int64_t)GUINT64_FROM_LE(record->commits) };
	time->time = (int64_t)GUINT64_FROM_LE(record->time);
	time->wall = (int64_t)GUINT64_FROM_LE(record->wall);
	time->boot = (int64_t)GUINT64_FROM_LE(record->boot);
	read_boot_id(record->boot_id, time);
	return time->time > 0;
}

static gboolean decode(const struct record *record, const struct secret *key,
		       struct clock_record *saved, uint64_t *sequence)
{
	struct apptime *time = &saved->time;
	struct old_record old;

	*sequence = 0;
	if (memcmp(record->magic, old_magic, sizeof(old_magic)) == 0) {
		memcpy(&old, record, sizeof(old));
		return decode_old(&old, key, saved);
	}
	if (memcmp(record->magic, magic, sizeof(magic)) != 0 ||
	    !is_authentic(record, offsetof(struct record, mac), record->mac, key))
		return FALSE;
	*sequence = GUINT64_FROM_LE(record->sequence);
	time->time = (int64_t)GUINT64_FROM_LE(record->time);
	time->wall = (int64_t)GUINT64_FROM_LE(record->wall);
	time->boot = (int64_t)GUINT64_FROM_LE(record->boot);
	time->doubt = MAX((int64_t)GUINT64_FROM_LE(record->doubt), 0);
	time->base_time = (int64_t)GUINT64_FROM_LE(record->base_time);
	time->base_wall = (int64_t)GUINT64_FROM_LE(record->base_wall);
	read_boot_id(record->boot_id, time);
	saved->commits = (int64_t)GUINT64_FROM_LE(record->commits);
	return time->time > 0;
}

/* What stands in the file: the newest record, its number, and the place to be written next. */
struct found {
	gboolean is_found;
	struct clock_record record;
	uint64_t sequence;
	int older;
};

static void read_both(int fd, const struct secret *key, struct found *found)
{
	*found = (struct found){ 0 };
	for (int i = 0; i < COPIES; i++) {
		struct record record;
		struct clock_record one;
		uint64_t sequence;

		/* A file of 0.1 ends with its shorter record. */
		memset(&record, 0, sizeof(record));
		if (pread(fd, &record, sizeof(record), (off_t)i * SECTOR_BYTES) <
			    (ssize_t)sizeof(struct old_record) ||
		    !decode(&record, key, &one, &sequence))
			continue;
		if (found->is_found && (sequence < found->sequence ||
					(sequence == found->sequence &&
					 one.time.time < found->record.time.time)))
			continue;
		*found = (struct found){ TRUE, one, sequence, 1 - i };
	}
}

gboolean clock_file_read(const char *path, const struct secret *key,
			 struct clock_record *saved)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct found found;

	if (fd < 0)
		return FALSE;
	read_both(fd, key, &found);
	close(fd);
	if (found.is_found)
		*saved = found.record;
	return found.is_found;
}

static void encode(const struct clock_record *now, uint64_t sequence, const struct secret *key,
		   struct record *record)
{
	const struct apptime *time = &now->time;

	*record = (struct record){
		.sequence = GUINT64_TO_LE(sequence),
		.time = GUINT64_TO_LE((uint64_t)time->time),
		.wall = GUINT64_TO_LE((uint64_t)time->wall),
		.boot = GUINT64_TO_LE((uint64_t)time->boot),
		.commits = GUINT64_TO_LE((uint64_t)now->commits),
		.doubt = GUINT64_TO_LE((uint64_t)time->doubt),
		.base_time = GUINT64_TO_LE((uint64_t)time->base_time),
		.base_wall = GUINT64_TO_LE((uint64_t)time->base_wall),
	};
	memcpy(record->magic, magic, sizeof(magic));
	g_strlcpy(record->boot_id, time->boot_id, sizeof(record->boot_id));
	crypto_blake2b(record, offsetof(struct record, mac), secret_peek(key), record->mac);
}

gboolean clock_file_write(const char *path, const struct secret *key,
			  const struct clock_record *now, bool is_synced, GError **error)
{
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	struct record record;
	struct found found = { 0 };
	gboolean ok = fd >= 0;

	if (ok)
		read_both(fd, key, &found);
	encode(now, found.sequence + 1, key, &record);
	ok = ok && pwrite(fd, &record, sizeof(record), (off_t)found.older * SECTOR_BYTES) ==
			   sizeof(record) && (!is_synced || fdatasync(fd) == 0);
	if (!ok)
		error_set(error, ERROR_IO, "The clock's record %s can't be written.", path);
	if (fd >= 0)
		close(fd);
	return ok;
}
