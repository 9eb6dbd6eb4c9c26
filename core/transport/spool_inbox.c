#include "core/transport/spool_inbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/stanza.h"
#include "core/transport/spool_place.h"
#include "core/transport/spool_remove.h"

#define SEALED_BEGIN "<message " /* core/envelope.h */

struct inbox {
	uint64_t next;	      /* token */
	struct remover *remover;
	GHashTable *by_token; /* uint64_t -> struct goner * */
	GHashTable *handed;   /* names handed out in this round */
	GHashTable *ignored;  /* inodes that can't be removed, told already */
};

/* One entry worth reading. */
struct entry {
	char *name;
	struct timespec changed;
	long place; /* in its sender's run */
	ino_t inode;
	uid_t uid;
	size_t bytes;
	bool is_taken;
};

/* One of them, read; the name is the entry's. */
struct thing {
	const char *name;
	GBytes *bytes; /* NULL: it couldn't be */
	struct place_mark mark;
};

struct batch {
	int folder;
	guint count;
	struct thing things[TRANSPORT_BATCH];
};

/* What one uid has had of this round. */
struct share {
	unsigned files;
	uint64_t bytes;
};

/* One look at the folder. */
struct pass {
	struct inbox *inbox;
	int folder;
	GArray *entries;
	guint next; /* the entry that is looked at next */
	guint left; /* that weren't taken */
	GHashTable *shares; /* uid -> struct share */
	unsigned refused;
	unsigned stuck;
	uid_t culprit;
};

static void goner_free(void *data)
{
	goner_clear(data);
	g_free(data);
}

struct inbox *inbox_new(void)
{
	struct inbox *inbox = g_new0(struct inbox, 1);

	inbox->by_token = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, goner_free);
	inbox->handed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	inbox->ignored = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	inbox->remover = remover_new();
	return inbox;
}

void inbox_free(struct inbox *inbox)
{
	remover_free(inbox->remover);
	g_hash_table_unref(inbox->by_token);
	g_hash_table_unref(inbox->handed);
	g_hash_table_unref(inbox->ignored);
	g_free(inbox);
}

void inbox_begin(struct inbox *inbox)
{
	g_hash_table_remove_all(inbox->handed);
	g_hash_table_remove_all(inbox->by_token);
}

/* -- looking
 * ---------------------------------------------------------------------------------------- */

static void refuse(struct pass *pass, const char *name, const struct stat *st)
{
	int64_t inode = (int64_t)st->st_ino;

	pass->culprit = st->st_uid;
	if (unlinkat(pass->folder, name, S_ISDIR(st->st_mode) ? AT_REMOVEDIR : 0) == 0) {
		pass->refused++;
		return;
	}
	if (g_hash_table_add(pass->inbox->ignored, g_memdup2(&inode, sizeof(inode))))
		pass->stuck++;
}

static void look(struct pass *pass, const char *name)
{
	struct entry entry = { 0 };
	struct stat st;
	int64_t inode;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    g_hash_table_contains(pass->inbox->handed, name) ||
	    remover_has(pass->inbox->remover, name) ||
	    fstatat(pass->folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	inode = (int64_t)st.st_ino;
	if (g_hash_table_contains(pass->inbox->ignored, &inode))
		return;
	if (!S_ISREG(st.st_mode) || st.st_nlink != 1 || st.st_size <= 0 ||
	    st.st_size > STANZA_BYTES_MAX) {
		refuse(pass, name, &st);
		return;
	}
	entry.name = g_strdup(name);
	entry.changed = st.st_ctim;
	entry.place = st.st_mtim.tv_nsec;
	entry.inode = st.st_ino;
	entry.uid = st.st_uid;
	entry.bytes = (size_t)st.st_size;
	g_array_append_val(pass->entries, entry);
}

static int compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->changed.tv_sec != y->changed.tv_sec)
		return x->changed.tv_sec < y->changed.tv_sec ? -1 : 1;
	if (x->changed.tv_nsec != y->changed.tv_nsec)
		return x->changed.tv_nsec < y->changed.tv_nsec ? -1 : 1;
	/* Within one tick of the kernel's clock. */
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return x->inode < y->inode ? -1 : x->inode > y->inode;
}

static void entry_clear(void *data)
{
	g_free(((struct entry *)data)->name);
}

static void look_all(struct pass *pass)
{
	int copy = openat(pass->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
	struct dirent *entry;

	if (!dir) {
		if (copy >= 0)
			close(copy);
		return;
	}
	for (unsigned count = 0; count < INBOX_ENTRIES_MAX && (entry = readdir(dir)); count++)
		look(pass, entry->d_name);
	closedir(dir);
	g_array_sort(pass->entries, compare);
}

/* -- reading
 * ---------------------------------------------------------------------------------------- */

/* Whether the uid's share of this round still has room for ENTRY. */
static bool takes(GHashTable *shares, const struct entry *entry)
{
	struct share *share = g_hash_table_lookup(shares, GUINT_TO_POINTER(entry->uid));

	if (!share) {
		share = g_new0(struct share, 1);
		g_hash_table_insert(shares, GUINT_TO_POINTER(entry->uid), share);
	}
	if (share->files == INBOX_FILES_PER_UID ||
	    share->bytes + entry->bytes > INBOX_BYTES_PER_UID)
		return false;
	share->files++;
	share->bytes += entry->bytes;
	return true;
}

/*
 * The next entries that are to be read, in turns: whoever has had its share waits until the others
 * had theirs.
 */
static void plan(struct pass *pass, struct batch *batch)
{
	size_t bytes = 0;

	batch->count = 0;
	batch->folder = pass->folder;
	while (batch->count < TRANSPORT_BATCH && bytes < INBOX_BATCH_BYTES && pass->left) {
		struct entry *entry;

		if (pass->next == pass->entries->len) {
			pass->next = 0;
			g_hash_table_remove_all(pass->shares);
		}
		entry = &g_array_index(pass->entries, struct entry, pass->next++);
		if (entry->is_taken || !takes(pass->shares, entry))
			continue;
		entry->is_taken = true;
		pass->left--;
		bytes += entry->bytes;
		batch->things[batch->count++] = (struct thing){ .name = entry->name };
	}
}

/* On whichever thread: touches the batch and the files only. */
static void *read_batch(void *data)
{
	struct batch *batch = data;

	for (guint i = 0; i < batch->count; i++) {
		struct thing *thing = &batch->things[i];

		thing->bytes = place_read(batch->folder, thing->name, STANZA_BYTES_MAX,
					  &thing->mark, NULL);
	}
	return NULL;
}

/* -- handing out
 * -------------------------------------------------------------------------------------- */

/* It was well formed a moment ago: somebody plays with it. Gone is gone, the rest is refused. */
static void refuse_unread(struct pass *pass, const char *name)
{
	struct stat st;

	if (fstatat(pass->folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		refuse(pass, name, &st);
}

static void *goner_new(const char *name, GBytes *bytes, const struct place_mark *mark)
{
	struct goner *goner = g_new0(struct goner, 1);
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);

	goner->name = g_strdup(name);
	/* Nothing is written over but what can be a message. */
	if (size > strlen(SEALED_BEGIN) && strncmp(data, SEALED_BEGIN, strlen(SEALED_BEGIN)) == 0)
		goner->mark = *mark;
	return goner;
}

/* What is left of a file that was taken before. */
static void remove_rest(struct pass *pass, const char *name)
{
	unlinkat(pass->folder, name, 0);
}

static unsigned hand_out(struct pass *pass, struct batch *batch,
			 const struct transport_listener *listener, void *user)
{
	g_autoptr(GArray) parcels = g_array_new(FALSE, TRUE, sizeof(struct parcel));
	struct inbox *inbox = pass->inbox;

	for (guint i = 0; i < batch->count; i++) {
		const struct thing *thing = &batch->things[i];
		struct parcel parcel = { .bytes = thing->bytes, .uid = thing->mark.owner };

		if (!thing->bytes) {
			refuse_unread(pass, thing->name);
			continue;
		}
		if (remover_knows(thing->bytes)) {
			remove_rest(pass, thing->name);
			g_bytes_unref(thing->bytes);
			continue;
		}
		parcel.token = ++inbox->next;
		g_hash_table_add(inbox->handed, g_strdup(thing->name));
		g_hash_table_insert(inbox->by_token,
				    g_memdup2(&parcel.token, sizeof(parcel.token)),
				    goner_new(thing->name, thing->bytes, &thing->mark));
		g_array_append_val(parcels, parcel);
	}
	if (parcels->len)
		listener->arrived(user, (struct parcel *)(void *)parcels->data, parcels->len);
	for (guint i = 0; i < parcels->len; i++)
		g_bytes_unref(g_array_index(parcels, struct parcel, i).bytes);
	return parcels->len;
}

/* While one batch is taken in the next is read, where there is one. */
static unsigned hand_out_all(struct pass *pass, const struct transport_listener *listener,
			     void *user)
{
	struct batch *now = g_new(struct batch, 1), *next = g_new(struct batch, 1);
	unsigned count = 0;

	plan(pass, now);
	read_batch(now);
	while (now->count) {
		struct batch *done = now;
		GThread *reader;

		plan(pass, next);
		reader = next->count ? g_thread_try_new("spool", read_batch, next, NULL) : NULL;
		count += hand_out(pass, now, listener, user);
		if (reader)
			g_thread_join(reader);
		else
			read_batch(next);
		now = next;
		next = done;
	}
	g_free(now);
	g_free(next);
	return count;
}

static void tell(const struct pass *pass, const struct transport_listener *listener, void *user)
{
	g_autofree char *text = NULL;

	if (!listener->notice || (!pass->refused && !pass->stuck))
		return;
	text = g_strdup_printf(
		"%u things in the inbox that aren't messages were refused, the last of them "
		"left by uid %u%s.",
		pass->refused + pass->stuck, (unsigned)pass->culprit,
		pass->stuck ? "; some can't be removed, and are ignored" : "");
	listener->notice(user, text);
}

unsigned inbox_pass(struct inbox *inbox, int folder, const struct transport_listener *listener,
		    void *user)
{
	g_autoptr(GHashTable) shares = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	struct pass pass = { .inbox = inbox, .folder = folder, .shares = shares };
	unsigned count;

	pass.entries = g_array_new(FALSE, TRUE, sizeof(struct entry));
	g_array_set_clear_func(pass.entries, entry_clear);
	look_all(&pass);
	pass.left = pass.entries->len;
	count = hand_out_all(&pass, listener, user);
	tell(&pass, listener, user);
	g_array_unref(pass.entries);
	return count;
}

void inbox_ack(struct inbox *inbox, int folder, const uint64_t *tokens, size_t count)
{
	GArray *goners = g_array_new(FALSE, FALSE, sizeof(struct goner));

	g_array_set_clear_func(goners, goner_clear);
	for (size_t i = 0; i < count; i++) {
		gpointer token, goner;

		if (g_hash_table_steal_extended(inbox->by_token, &tokens[i], &token, &goner)) {
			g_array_append_vals(goners, goner, 1);
			g_free(goner);
			g_free(token);
		}
	}
	/* They stay among those handed out: a pass of this round may still see them. */
	remover_take(inbox->remover, folder, goners);
}

void inbox_clear_tmp(int folder, int64_t now)
{
	int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
	struct dirent *entry;
	struct stat st;

	if (!dir) {
		if (copy >= 0)
			close(copy);
		return;
	}
	while ((entry = readdir(dir))) {
		if (fstatat(folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    !S_ISDIR(st.st_mode) &&
		    st.st_ctim.tv_sec < now / 1000 - (int64_t)INBOX_TMP_HOURS * 3600)
			unlinkat(folder, entry->d_name, 0);
	}
	closedir(dir);
}
