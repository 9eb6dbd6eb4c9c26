#include "storage/header.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/base/stack.h"
#include "core/model/passphrase.h"
#include "storage/files.h"

/*
 * A slot, integers little-endian:
 *
 *     0  16  magic
 *    16   4  version, 1
 *    20   4  slot's size
 *    24   4  database: page size         28   4  database: SQLCipher's compatibility
 *    32   4  key derivation, 2: Argon2id 36   4  level, as shown
 *    40   4  passes                      44   4  zero
 *    48   8  memory, bytes               56   8  sequence
 *    64  16  salt
 *    80  72  master key in a box, bytes 0 to 79 as associated data
 *   152  72  a second box; random bytes while it isn't used, so that nobody can tell
 *   224      zero
 *  4064  32  BLAKE2b-256 of bytes 0 to 4063
 */
enum {
	AT_VERSION = 16,
	AT_SLOT_SIZE = 20,
	AT_PAGE_SIZE = 24,
	AT_COMPATIBILITY = 28,
	AT_KDF = 32,
	AT_LEVEL = 36,
	AT_PASSES = 40,
	AT_MEMORY = 48,
	AT_SEQUENCE = 56,
	AT_SALT = 64,
	AT_WRAP = 80,
	AT_SECOND = AT_WRAP + HEADER_WRAP_BYTES,
	AT_SUM = HEADER_SLOT_BYTES - CRYPTO_HASH_BYTES,
};
enum { VERSION = 1, PAGE_SIZE = 4096, COMPATIBILITY = 3, KDF_ARGON2ID = 2 };

static const char magic[16] = "sotto key\r\n\x1a\xff\x01\x02";

static void put32(uint8_t *at, uint32_t value)
{
	value = GUINT32_TO_LE(value);
	memcpy(at, &value, sizeof(value));
}

static void put64(uint8_t *at, uint64_t value)
{
	value = GUINT64_TO_LE(value);
	memcpy(at, &value, sizeof(value));
}

static uint32_t get32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return GUINT32_FROM_LE(value);
}

static uint64_t get64(const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return GUINT64_FROM_LE(value);
}

/* Everything but the boxes and the sum. */
static void encode_front(const struct header *header, uint8_t slot[static HEADER_SLOT_BYTES])
{
	memset(slot, 0, HEADER_SLOT_BYTES);
	memcpy(slot, magic, sizeof(magic));
	put32(slot + AT_VERSION, VERSION);
	put32(slot + AT_SLOT_SIZE, HEADER_SLOT_BYTES);
	put32(slot + AT_PAGE_SIZE, PAGE_SIZE);
	put32(slot + AT_COMPATIBILITY, COMPATIBILITY);
	put32(slot + AT_KDF, KDF_ARGON2ID);
	put32(slot + AT_LEVEL, (uint32_t)header->level);
	put32(slot + AT_PASSES, header->cost.passes);
	put64(slot + AT_MEMORY, header->cost.memory);
	put64(slot + AT_SEQUENCE, header->sequence);
	memcpy(slot + AT_SALT, header->salt, KDF_SALT_BYTES);
}

gboolean header_decode(const uint8_t slot[static HEADER_SLOT_BYTES], struct header *header)
{
	uint8_t sum[CRYPTO_HASH_BYTES];

	crypto_blake2b(slot, AT_SUM, NULL, sum);
	if (memcmp(sum, slot + AT_SUM, sizeof(sum)) != 0 ||
	    memcmp(slot, magic, sizeof(magic)) != 0 || get32(slot + AT_VERSION) != VERSION ||
	    get32(slot + AT_SLOT_SIZE) != HEADER_SLOT_BYTES ||
	    get32(slot + AT_PAGE_SIZE) != PAGE_SIZE ||
	    get32(slot + AT_COMPATIBILITY) != COMPATIBILITY ||
	    get32(slot + AT_KDF) != KDF_ARGON2ID || get32(slot + AT_LEVEL) >= KDF_COUNT)
		return FALSE;
	header->level = (enum kdf_level)get32(slot + AT_LEVEL);
	header->cost.passes = get32(slot + AT_PASSES);
	header->cost.memory = get64(slot + AT_MEMORY);
	header->sequence = get64(slot + AT_SEQUENCE);
	memcpy(header->salt, slot + AT_SALT, KDF_SALT_BYTES);
	memcpy(header->wrap, slot + AT_WRAP, HEADER_WRAP_BYTES);
	return kdf_is_sane(&header->cost);
}

/* A whole slot: HEADER's settings with a new salt, MASTER wrapped under PASSPHRASE. */
static gboolean make_slot(struct header *header, const struct secret *passphrase,
			  const struct secret *master, uint8_t slot[static HEADER_SLOT_BYTES],
			  GError **error)
{
	crypto_random(header->salt, sizeof(header->salt));
	struct secret *key = kdf_derive(passphrase, header->salt, &header->cost, error);
	if (!key)
		return FALSE;
	encode_front(header, slot);
	crypto_box_seal(secret_peek(key), slot, AT_WRAP, secret_peek(master), HEADER_MASTER_BYTES,
			slot + AT_WRAP);
	crypto_random(slot + AT_SECOND, HEADER_WRAP_BYTES);
	crypto_blake2b(slot, AT_SUM, NULL, slot + AT_SUM);
	secret_free(key);
	stack_wipe();
	return TRUE;
}

static gboolean write_slot(const char *path, int index, const uint8_t *slot, GError **error)
{
	int fd = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0) {
		error_set_errno(error, errno, "can't open the key file %s", path);
		return FALSE;
	}
	gboolean ok = files_write_at(fd, slot, HEADER_SLOT_BYTES,
				     (uint64_t)index * HEADER_SLOT_BYTES, path, error);
	close(fd);
	return ok;
}

struct secret *header_create(const char *path, const struct secret *passphrase,
			     enum kdf_level level, GError **error)
{
	struct header header = { .level = level, .sequence = 1 };
	uint8_t file[HEADER_BYTES];
	gboolean ok = FALSE;

	if (!kdf_measure(level, &header.cost, error))
		return NULL;
	struct secret *normal = passphrase_normal(passphrase, error);
	struct secret *master = normal ? secret_new_random(HEADER_MASTER_BYTES, error) : NULL;
	if (!master || !make_slot(&header, normal, master, file, error))
		goto out;
	memcpy(file + HEADER_SLOT_BYTES, file, HEADER_SLOT_BYTES);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		error_set_errno(error, errno, "can't make the key file %s", path);
		goto out;
	}
	ok = files_write_at(fd, file, sizeof(file), 0, path, error);
	close(fd);
	if (!ok)
		unlink(path);
out:
	secret_free(normal);
	if (!ok)
		g_clear_pointer(&master, secret_free);
	return master;
}

/* Both slots as they are on the disk; decoded ones newest first in ORDER. */
struct file {
	uint8_t bytes[HEADER_BYTES];
	struct header headers[HEADER_SLOTS];
	int order[HEADER_SLOTS];
	int count;
};

static gboolean read_file(const char *path, struct file *file, GError **error)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	size_t bytes = 0;
	ssize_t n = 1;

	if (fd < 0) {
		if (errno == ENOENT)
			error_set_plain(error, ERROR_NO_PROFILE);
		else
			error_set_errno(error, errno, "can't open the key file %s", path);
		return FALSE;
	}
	memset(file, 0, sizeof(*file));
	while (bytes < HEADER_BYTES && n > 0) {
		n = pread(fd, file->bytes + bytes, HEADER_BYTES - bytes, (off_t)bytes);
		bytes += n > 0 ? (size_t)n : 0;
	}
	close(fd);
	if (n < 0) {
		error_set_errno(error, errno, "can't read the key file %s", path);
		return FALSE;
	}
	for (int i = 0; i < HEADER_SLOTS; i++) {
		if (header_decode(file->bytes + (size_t)i * HEADER_SLOT_BYTES, &file->headers[i]))
			file->order[file->count++] = i;
	}
	if (file->count == 2 && file->headers[1].sequence > file->headers[0].sequence) {
		file->order[0] = 1;
		file->order[1] = 0;
	}
	if (file->count > 0)
		return TRUE;
	error_set(error, ERROR_DAMAGED,
		  "The key file %s is damaged in both of its copies; without it nothing of the "
		  "profile can be read. Restore it from a backup.",
		  path);
	return FALSE;
}

/* TRUE with *MASTER NULL: PASSPHRASE isn't this slot's. */
static gboolean open_slot(const struct file *file, int index, const struct secret *passphrase,
			  struct secret **master, GError **error)
{
	const uint8_t *slot = file->bytes + (size_t)index * HEADER_SLOT_BYTES;
	const struct header *header = &file->headers[index];
	struct secret *key = kdf_derive(passphrase, header->salt, &header->cost, error);

	*master = key ? secret_new(HEADER_MASTER_BYTES, error) : NULL;
	gboolean ok = *master != NULL;
	if (ok && !crypto_box_open(secret_peek(key), slot, AT_WRAP, header->wrap, HEADER_WRAP_BYTES,
				   secret_data(*master)))
		g_clear_pointer(master, secret_free);
	secret_free(key);
	stack_wipe();
	return ok;
}

/* Find the slot that PASSPHRASE, as it is, opens: its index in *OPENED. */
static struct secret *open_slots(const struct file *file, const struct secret *passphrase,
				 int *opened, GError **error)
{
	struct secret *master = NULL;

	for (int i = 0; i < file->count; i++) {
		int index = file->order[i];

		/* The copy of a slot that was tried already needn't be paid for again. */
		if (i > 0 &&
		    memcmp(file->bytes, file->bytes + HEADER_SLOT_BYTES, HEADER_SLOT_BYTES) == 0)
			break;
		if (!open_slot(file, index, passphrase, &master, error))
			return NULL;
		if (master) {
			*opened = index;
			return master;
		}
	}
	error_set_plain(error, ERROR_PASSPHRASE);
	return NULL;
}

/* The same in its normal form, then as it was typed. */
static struct secret *open_file(const struct file *file, const struct secret *passphrase,
				int *opened, GError **error)
{
	struct secret *normal = passphrase_normal(passphrase, error);
	GError *why = NULL;

	if (!normal)
		return NULL;
	struct secret *master = open_slots(file, normal, opened, &why);
	if (!master && error_is(why, ERROR_PASSPHRASE) && !secret_equal(normal, passphrase)) {
		g_clear_error(&why);
		master = open_slots(file, passphrase, opened, &why);
	}
	secret_free(normal);
	if (why)
		g_propagate_error(error, why);
	return master;
}

struct secret *header_open(const char *path, const struct secret *passphrase, GError **error)
{
	struct file file;
	int opened;

	if (!read_file(path, &file, error))
		return NULL;
	struct secret *master = open_file(&file, passphrase, &opened, error);
	if (!master)
		return NULL;
	/*
	 * Where the other slot can't be put right now (a full disk), the next opening tries
	 * again.
	 */
	if (memcmp(file.bytes, file.bytes + HEADER_SLOT_BYTES, HEADER_SLOT_BYTES) != 0 &&
	    !write_slot(path, 1 - opened, file.bytes + (size_t)opened * HEADER_SLOT_BYTES, NULL))
		g_debug("the key file's other slot could not be put right");
	return master;
}

gboolean header_change(const char *path, const struct secret *old, const struct secret *fresh,
		       GError **error)
{
	uint8_t slot[HEADER_SLOT_BYTES];
	struct file file;
	int opened;

	if (!read_file(path, &file, error))
		return FALSE;
	struct secret *master = open_file(&file, old, &opened, error);
	if (!master)
		return FALSE;
	struct header header = file.headers[opened];
	header.sequence = file.headers[file.order[0]].sequence + 1;
	struct secret *normal = passphrase_normal(fresh, error);
	/* The slot that opened is the one to lose last. */
	gboolean ok = normal && make_slot(&header, normal, master, slot, error) &&
		      write_slot(path, 1 - opened, slot, error) &&
		      write_slot(path, opened, slot, error);
	secret_free(normal);
	secret_free(master);
	return ok;
}

gboolean header_peek(const char *path, enum kdf_level *level, GError **error)
{
	struct file file;

	if (!read_file(path, &file, error))
		return FALSE;
	*level = file.headers[file.order[0]].level;
	return TRUE;
}
