#include "storage/clock_file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/crypto.h"
#include "core/error.h"
#include "core/secret.h"

/* Each record in a sector of its own, so that a torn write leaves the other. */
enum { COPIES = 2, SECTOR_BYTES = 512, BOOT_ID_BYTES = 40 };

struct record {
	char magic[8];
	uint64_t time; /* little-endian, as the others */
	uint64_t wall;
	uint64_t boot;
	uint64_t commits;
	char boot_id[BOOT_ID_BYTES];
	uint8_t mac[CRYPTO_HASH_BYTES]; /* BLAKE2b, keyed, of all before */
};

static const char magic[8] = { 's', 'o', 't', 't', 'o', 'c', 'l', '2' };

static gboolean decode(const struct record *record, const struct secret *key,
		       struct clock_record *saved)
{
	struct apptime *time = &saved->time;
	uint8_t mac[CRYPTO_HASH_BYTES];

	if (memcmp(record->magic, magic, sizeof(magic)) != 0)
		return FALSE;
	if (key) {
		crypto_blake2b(record, offsetof(struct record, mac), secret_peek(key), mac);
		if (!crypto_equal(mac, record->mac, sizeof(mac)))
			return FALSE;
	}
	time->time = (int64_t)GUINT64_FROM_LE(record->time);
	time->wall = (int64_t)GUINT64_FROM_LE(record->wall);
	time->boot = (int64_t)GUINT64_FROM_LE(record->boot);
	memcpy(time->boot_id, record->boot_id, sizeof(time->boot_id));
	time->boot_id[sizeof(time->boot_id) - 1] = '\0';
	saved->commits = (int64_t)GUINT64_FROM_LE(record->commits);
	return time->time > 0;
}

/* The later of the two; *OLDER: the place to be written next. */
static gboolean read_both(int fd, const struct secret *key, struct clock_record *saved, int *older)
{
	gboolean is_found = FALSE;

	*older = 0;
	for (int i = 0; i < COPIES; i++) {
		struct record record;
		struct clock_record one;

		if (pread(fd, &record, sizeof(record), (off_t)i * SECTOR_BYTES) != sizeof(record) ||
		    !decode(&record, key, &one) ||
		    (is_found && one.time.time < saved->time.time))
			continue;
		is_found = TRUE;
		*saved = one;
		*older = 1 - i;
	}
	return is_found;
}

gboolean clock_file_read(const char *path, const struct secret *key,
			 struct clock_record *saved)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), older;

	if (fd < 0)
		return FALSE;
	gboolean ok = read_both(fd, key, saved, &older);
	close(fd);
	return ok;
}

gboolean clock_file_write(const char *path, const struct secret *key,
			  const struct clock_record *now, bool is_synced, GError **error)
{
	struct record record = {
		.time = GUINT64_TO_LE((uint64_t)now->time.time),
		.wall = GUINT64_TO_LE((uint64_t)now->time.wall),
		.boot = GUINT64_TO_LE((uint64_t)now->time.boot),
		.commits = GUINT64_TO_LE((uint64_t)now->commits),
	};
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600), older = 0;
	struct clock_record former;

	memcpy(record.magic, magic, sizeof(magic));
	g_strlcpy(record.boot_id, now->time.boot_id, sizeof(record.boot_id));
	crypto_blake2b(&record, offsetof(struct record, mac), secret_peek(key), record.mac);
	gboolean ok = fd >= 0;
	if (ok && !read_both(fd, key, &former, &older))
		older = 0;
	ok = ok && pwrite(fd, &record, sizeof(record), (off_t)older * SECTOR_BYTES) ==
			   sizeof(record) && (!is_synced || fdatasync(fd) == 0);
	if (!ok)
		error_set(error, ERROR_IO, "The clock's record %s can't be written.", path);
	if (fd >= 0)
		close(fd);
	return ok;
}
