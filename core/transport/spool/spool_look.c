/* spool_inbox: what there is in the folder, and of whom. */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/transport/spool/spool_inbox_inside.h"
#include "core/transport/spool/spool_remove.h"
#include "core/xml/stanza.h"

void inbox_refuse(struct inbox *inbox, int folder, const char *name, const struct stat *st)
{
	struct party *party = round_party(inbox->round, st->st_uid);
	int64_t inode = (int64_t)st->st_ino;

	if (party->refused == INBOX_REFUSED_PER_UID) {
		party->waiting++;
		return;
	}
	party->refused++;
	if (unlinkat(folder, name, S_ISDIR(st->st_mode) ? AT_REMOVEDIR : 0) == 0)
		told_refused(&inbox->round->told, st->st_uid);
	else if (g_hash_table_size(inbox->ignored) < INBOX_STUCK_MAX &&
		 g_hash_table_add(inbox->ignored, g_memdup2(&inode, sizeof(inode))))
		told_stuck(&inbox->round->told, st->st_uid);
}

/* Of whoever is blocked everything goes, unread. */
static void drop(struct party *party, const char *name)
{
	struct goner goner = { 0 };

	if (!party->dropped) {
		party->dropped = g_array_new(FALSE, FALSE, sizeof(struct goner));
		g_array_set_clear_func(party->dropped, goner_clear);
	}
	/* Removing takes its time, and is no more the others' to give than reading. */
	if (party->dropped_now == INBOX_DROPPED_PER_UID) {
		party->undropped++;
		return;
	}
	party->dropped_now++;
	goner.name = g_strdup(name);
	g_array_append_val(party->dropped, goner);
}

static bool is_a_file(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_nlink == 1 && st->st_size > 0 &&
	       st->st_size <= STANZA_BYTES_MAX;
}

/* A look that took too long goes on behind what was handed out, and may find older things there. */
static bool was_handed(const struct round *round, int64_t inode)
{
	return g_hash_table_size(round->handed) >= INBOX_HANDED_MAX ||
	       g_hash_table_contains(round->handed, &inode);
}

static void look_at(struct inbox *inbox, int folder, const char *name)
{
	struct round *round = inbox->round;
	struct queue_entry entry = { 0 };
	struct party *party;
	struct stat st;
	int64_t inode;
	enum transport_heed heeded;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    remover_has(inbox->remover, name) ||
	    fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	inode = (int64_t)st.st_ino;
	if (g_hash_table_contains(inbox->ignored, &inode))
		return;
	party = round_party(round, st.st_uid);
	heeded = inbox_heed(inbox, party);
	if (heeded == HEED_NEVER) {
		drop(party, name);
		return;
	}
	if (!is_a_file(&st)) {
		inbox_refuse(inbox, folder, name, &st);
		return;
	}
	entry = (struct queue_entry){ .name = (char *)name, .changed = st.st_ctim,
				      .place = st.st_mtim.tv_nsec, .inode = st.st_ino,
				      .uid = st.st_uid, .bytes = (size_t)st.st_size };
	/* Handed out in this round, and left or not gone yet. */
	if (!round->names && party->has_last && queue_compare(&entry, &party->last) <= 0 &&
	    was_handed(round, inode))
		return;
	if (heeded == HEED_LATER)
		party->waiting++;
	else
		queue_add(round->queue, &entry, heeded == HEED_SOME);
}

/* FALSE: that was the end of it. */
static bool look_at_names(struct inbox *inbox, int folder)
{
	struct round *round = inbox->round;

	for (unsigned i = 0; i < INBOX_LOOKS && round->names[round->name]; i++)
		look_at(inbox, folder, round->names[round->name++]);
	return round->names[round->name] != NULL;
}

/*
 * Where files are removed meanwhile, tmpfs may give all of a folder once more (seen on Linux 6.18):
 * the name that came first ends it. What comes twice nevertheless the queue drops.
 */
static bool is_end(struct round *round, const struct dirent *entry)
{
	if (!entry || g_strcmp0(round->first, entry->d_name) == 0)
		return true;
	if (!round->first)
		round->first = g_strdup(entry->d_name);
	return false;
}

static bool look_at_some(struct inbox *inbox, int folder)
{
	struct round *round = inbox->round;

	for (unsigned i = 0; i < INBOX_LOOKS; i++) {
		const struct dirent *entry = readdir(round->dir);

		if (is_end(round, entry))
			return false;
		look_at(inbox, folder, entry->d_name);
	}
	return true;
}

static bool open_dir(struct round *round, int folder)
{
	int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	round->dir = copy >= 0 ? fdopendir(copy) : NULL;
	if (!round->dir && copy >= 0)
		close(copy);
	return round->dir != NULL;
}

static void begin_look(struct round *round)
{
	GHashTableIter iter;
	gpointer party;

	round->look_began = g_get_monotonic_time();
	if (round->dir)
		return;
	/* From the beginning: what waits is counted anew. */
	g_hash_table_iter_init(&iter, round->parties);
	while (g_hash_table_iter_next(&iter, NULL, &party))
		((struct party *)party)->waiting = ((struct party *)party)->undropped = 0;
}

static void drop_all(struct inbox *inbox, int folder)
{
	struct round *round = inbox->round;
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, round->parties);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct party *party = value;
		GArray *dropped = g_steal_pointer(&party->dropped);

		if (!dropped)
			continue;
		if (round->listener->dropped)
			round->listener->dropped(round->user, party->uid, dropped->len);
		remover_take(inbox->remover, folder, dropped);
	}
}

void inbox_look(struct inbox *inbox, int folder)
{
	struct round *round = inbox->round;
	bool is_over, is_long;

	if (!round->look_began)
		begin_look(round);
	if (round->names)
		is_over = !look_at_names(inbox, folder);
	else
		is_over = (!round->dir && !open_dir(round, folder)) ||
			  !look_at_some(inbox, folder);
	is_long = g_get_monotonic_time() - round->look_began > (int64_t)INBOX_LOOK_MS * 1000;
	if (!is_over && !is_long)
		return;
	if (is_over && round->dir) {
		closedir(round->dir);
		round->dir = NULL;
		g_clear_pointer(&round->first, g_free);
	}
	drop_all(inbox, folder);
	round->is_again = !is_over || queue_was_full(round->queue);
	g_clear_pointer(&round->entries, g_array_unref);
	round->entries = queue_take(round->queue);
	round->next = 0;
	round->untaken = round->entries->len;
	round->look_began = 0;
	round->phase = PHASE_HAND;
}
