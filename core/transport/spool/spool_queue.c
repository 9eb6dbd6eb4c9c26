#include "core/transport/spool/spool_queue.h"

#include <string.h>

/* What one uid has in the queue: a heap whose first entry is the newest. */
struct bin {
	uid_t uid;
	GArray *heap;
};

struct queue {
	GHashTable *bins; /* uid -> struct bin * */
	unsigned strangers;
	unsigned count;
	bool was_full;
};

int queue_compare(const void *one, const void *other)
{
	const struct queue_entry *x = one, *y = other;

	if (x->changed.tv_sec != y->changed.tv_sec)
		return x->changed.tv_sec < y->changed.tv_sec ? -1 : 1;
	if (x->changed.tv_nsec != y->changed.tv_nsec)
		return x->changed.tv_nsec < y->changed.tv_nsec ? -1 : 1;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return x->inode < y->inode ? -1 : x->inode > y->inode;
}

static void entry_clear(void *data)
{
	g_free(((struct queue_entry *)data)->name);
}

static void bin_free(void *data)
{
	struct bin *bin = data;

	for (guint i = 0; i < bin->heap->len; i++)
		entry_clear(&g_array_index(bin->heap, struct queue_entry, i));
	g_array_unref(bin->heap);
	g_free(bin);
}

struct queue *queue_new(void)
{
	struct queue *queue = g_new0(struct queue, 1);

	queue->bins = g_hash_table_new_full(NULL, NULL, NULL, bin_free);
	return queue;
}

void queue_free(struct queue *queue)
{
	g_hash_table_unref(queue->bins);
	g_free(queue);
}

/* -- one uid's heap --------------------------------------------------------------------------- */

static struct queue_entry *at(const struct bin *bin, guint index)
{
	return &g_array_index(bin->heap, struct queue_entry, index);
}

static void swap(struct bin *bin, guint one, guint other)
{
	struct queue_entry kept = *at(bin, one);

	*at(bin, one) = *at(bin, other);
	*at(bin, other) = kept;
}

static void push(struct bin *bin, const struct queue_entry *entry)
{
	guint index = bin->heap->len;

	g_array_append_vals(bin->heap, entry, 1);
	for (; index > 0; index = (index - 1) / 2) {
		guint above = (index - 1) / 2;

		if (queue_compare(at(bin, above), at(bin, index)) >= 0)
			return;
		swap(bin, above, index);
	}
}

static void drop_newest(struct bin *bin)
{
	guint last = bin->heap->len - 1, index = 0;

	entry_clear(at(bin, 0));
	*at(bin, 0) = *at(bin, last);
	g_array_set_size(bin->heap, last);
	for (guint below; (below = 2 * index + 1) < last; index = below) {
		if (below + 1 < last && queue_compare(at(bin, below + 1), at(bin, below)) > 0)
			below++;
		if (queue_compare(at(bin, index), at(bin, below)) >= 0)
			return;
		swap(bin, index, below);
	}
}

/* -- the queue -------------------------------------------------------------------------------- */

/* NULL: there are enough strangers. */
static struct bin *bin_of(struct queue *queue, uid_t uid, bool is_stranger)
{
	struct bin *bin = g_hash_table_lookup(queue->bins, GUINT_TO_POINTER(uid));

	if (bin || (is_stranger && queue->strangers == QUEUE_STRANGERS))
		return bin;
	bin = g_new0(struct bin, 1);
	bin->uid = uid;
	bin->heap = g_array_new(FALSE, FALSE, sizeof(struct queue_entry));
	g_hash_table_insert(queue->bins, GUINT_TO_POINTER(uid), bin);
	queue->strangers += is_stranger;
	return bin;
}

static struct bin *largest(struct queue *queue)
{
	struct bin *found = NULL;
	GHashTableIter iter;
	gpointer bin;

	g_hash_table_iter_init(&iter, queue->bins);
	while (g_hash_table_iter_next(&iter, NULL, &bin)) {
		if (!found || ((struct bin *)bin)->heap->len > found->heap->len)
			found = bin;
	}
	return found;
}

/* Make room for ENTRY in BIN; false: it is itself what has to go. */
static bool make_room(struct queue *queue, const struct bin *bin, const struct queue_entry *entry)
{
	struct bin *victim = largest(queue);

	queue->was_full = true;
	if (victim == bin && queue_compare(entry, at(victim, 0)) >= 0)
		return false;
	drop_newest(victim);
	queue->count--;
	return true;
}

void queue_add(struct queue *queue, const struct queue_entry *entry, bool is_stranger)
{
	struct bin *bin = bin_of(queue, entry->uid, is_stranger);
	struct queue_entry copy = *entry;

	if (!bin) {
		queue->was_full = true;
		return;
	}
	if (queue->count == QUEUE_ENTRIES && !make_room(queue, bin, entry))
		return;
	copy.name = g_strdup(entry->name);
	push(bin, &copy);
	queue->count++;
}

bool queue_was_full(const struct queue *queue)
{
	return queue->was_full;
}

/* The same file twice, as a folder that changes may give it. */
static void drop_doubles(GArray *all)
{
	guint kept = 0;

	for (guint i = 0; i < all->len; i++) {
		struct queue_entry *entry = &g_array_index(all, struct queue_entry, i);
		struct queue_entry *last =
			kept ? &g_array_index(all, struct queue_entry, kept - 1) : NULL;

		if (last && last->uid == entry->uid && queue_compare(last, entry) == 0 &&
		    strcmp(last->name, entry->name) == 0)
			entry_clear(entry);
		else
			g_array_index(all, struct queue_entry, kept++) = *entry;
	}
	if (kept == all->len)
		return;
	/* Those behind were moved or cleared. */
	memset(&g_array_index(all, struct queue_entry, kept), 0,
	       (all->len - kept) * sizeof(struct queue_entry));
	g_array_set_size(all, kept);
}

GArray *queue_take(struct queue *queue)
{
	GArray *all = g_array_sized_new(FALSE, FALSE, sizeof(struct queue_entry), queue->count);
	GHashTableIter iter;
	gpointer value;

	g_array_set_clear_func(all, entry_clear);
	g_hash_table_iter_init(&iter, queue->bins);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct bin *bin = value;

		g_array_append_vals(all, bin->heap->data, bin->heap->len);
		/* Their names went along. */
		g_array_set_size(bin->heap, 0);
	}
	g_hash_table_remove_all(queue->bins);
	g_array_sort(all, queue_compare);
	drop_doubles(all);
	queue->strangers = 0;
	queue->count = 0;
	queue->was_full = false;
	return all;
}
