#include "storage/search_found.h"

struct found {
	unsigned limit;
	GPtrArray *hits; /* struct hit, newest first */
};

struct hit {
	int64_t at;
	struct message *message;
};

static void hit_free(void *data)
{
	struct hit *hit = data;

	message_free(hit->message);
	g_free(hit);
}

struct found *found_new(unsigned limit)
{
	struct found *found = g_new0(struct found, 1);

	found->limit = limit;
	found->hits = g_ptr_array_new_with_free_func(hit_free);
	return found;
}

void found_free(struct found *found)
{
	g_ptr_array_unref(found->hits);
	g_free(found);
}

bool found_wants(const struct found *found, int64_t at)
{
	if (found->hits->len < found->limit)
		return true;
	return at >= ((struct hit *)found->hits->pdata[found->hits->len - 1])->at;
}

/* Newest first; older rows of one millisecond by conversation, the later place first. */
static int compare(int64_t at, const struct message *message, const struct hit *hit)
{
	if (at != hit->at)
		return at > hit->at ? -1 : 1;
	int order = g_strcmp0(message->conversation, hit->message->conversation);
	if (order)
		return order;
	return message->seq > hit->message->seq ? -1 : message->seq < hit->message->seq;
}

void found_add(struct found *found, int64_t at, const struct message *message)
{
	unsigned low = 0, high = found->hits->len;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;
		int order = compare(at, message, found->hits->pdata[middle]);

		/* Index and scan overlap in the conversation that is being built. */
		if (order == 0)
			return;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	if (low >= found->limit)
		return;
	struct hit *hit = g_new(struct hit, 1);
	hit->at = at;
	hit->message = message_copy(message);
	g_ptr_array_insert(found->hits, (int)low, hit);
	if (found->hits->len > found->limit)
		g_ptr_array_set_size(found->hits, (int)found->limit);
}

void found_each(const struct found *found, message_func func, void *user)
{
	for (unsigned i = 0; i < found->hits->len; i++) {
		if (!func(((struct hit *)found->hits->pdata[i])->message, user))
			return;
	}
}

/* -- a heap with the newest place on top ------------------------------------------------------ */

static void sift_down(struct place *places, size_t count, size_t at)
{
	for (;;) {
		size_t newest = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
			if (places[child].at > places[newest].at)
				newest = child;
		}
		if (newest == at)
			return;
		struct place other = places[at];
		places[at] = places[newest];
		places[newest] = other;
		at = newest;
	}
}

void found_order(GArray *places)
{
	for (size_t at = places->len / 2; at > 0; at--)
		sift_down((struct place *)(void *)places->data, places->len, at - 1);
}

bool found_next(GArray *places, struct place *place)
{
	struct place *heap = (struct place *)(void *)places->data;

	if (places->len == 0)
		return false;
	*place = heap[0];
	heap[0] = heap[places->len - 1];
	g_array_set_size(places, places->len - 1);
	sift_down(heap, places->len, 0);
	return true;
}
