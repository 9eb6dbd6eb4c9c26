#include "core/profile/placeholder.h"

#include <string.h>
#include "core/base/secret.h"
#include "core/port/store.h"
#include "core/port/store_lost.h"

enum { GAP_ROWS = 64 /* of a gap that are looked at */ };

struct looking {
	const struct placeholder *wanted;
	struct message *found;
};

static gboolean look_at(const struct message *message, void *user)
{
	struct looking *looking = user;

	if (message->kind != KIND_UNREADABLE)
		return FALSE;
	if (message->cause != looking->wanted->cause ||
	    strcmp(message->from, looking->wanted->from) != 0)
		return TRUE;
	looking->found = message_copy(message);
	return FALSE;
}

static gboolean count_up(struct store *store, int64_t now, struct message *row, GError **error)
{
	row->count = MAX(row->count, 1);
	if (row->count < UINT32_MAX)
		row->count++;
	row->read_at = 0;
	row->state = STATE_DELIVERED;
	return store->ops->lost->again(store, row->conversation, row->seq, now, error);
}

static struct message *make(int64_t now, const struct placeholder *placeholder)
{
	struct message *row = g_new0(struct message, 1);

	row->id = message_new_id();
	row->conversation = g_strdup(placeholder->conversation);
	row->from = g_strdup(placeholder->from);
	row->device = placeholder->device;
	row->direction = DIRECTION_IN;
	row->state = STATE_DELIVERED;
	row->kind = KIND_UNREADABLE;
	row->cause = placeholder->cause;
	row->count = 1;
	row->trust = placeholder->trust;
	row->received_at = row->sent_at = now;
	row->body = plain_dup(placeholder->why);
	return row;
}

gboolean placeholder_put(struct store *store, int64_t now, const struct placeholder *placeholder,
			 struct message **row, bool *is_new, GError **error)
{
	struct looking looking = { .wanted = placeholder };

	*row = NULL;
	if (!store->ops->message_before(store, placeholder->conversation, 0, GAP_ROWS, look_at,
					&looking, error))
		return FALSE;
	*is_new = !looking.found;
	*row = looking.found ? looking.found : make(now, placeholder);
	if (looking.found ? count_up(store, now, *row, error)
			  : store->ops->message_put(store, *row, is_new, error))
		return TRUE;
	g_clear_pointer(row, message_free);
	return FALSE;
}

char *placeholder_words(const struct message *message)
{
	g_autofree char *text = NULL;

	if (message->kind != KIND_UNREADABLE || message->count < 2 || !message->body)
		return NULL;
	if (message->cause == CAUSE_THEIRS)
		text = g_strdup_printf("%s That was said %u times.", message->body, message->count);
	else
		text = g_strdup_printf("%u messages can't be shown. The first: %s",
				       message->count, message->body);
	return plain_dup(text);
}
