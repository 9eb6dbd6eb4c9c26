#include "core/transport/spool/spool_inbox.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/errand.h"
#include "core/base/error.h"
#include "core/transport/spool/spool_inbox_inside.h"
#include "core/transport/spool/spool_remove.h"
#include "core/xml/stanza.h"

#define SEALED_BEGIN "<message " /* core/omemo/envelope.h */

static void goner_free(void *data)
{
	goner_clear(data);
	g_free(data);
}

struct inbox *inbox_new(uid_t owner)
{
	struct inbox *inbox = g_new0(struct inbox, 1);

	inbox->owner = owner;
	inbox->by_token = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, goner_free);
	inbox->ignored = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	inbox->remover = remover_new();
	return inbox;
}

void inbox_free(struct inbox *inbox, unsigned wait_ms)
{
	inbox_end(inbox);
	errand_free(inbox->hung);
	remover_free(inbox->remover, wait_ms);
	g_hash_table_unref(inbox->by_token);
	g_hash_table_unref(inbox->ignored);
	g_free(inbox);
}

/* -- rounds ----------------------------------------------------------------------------------- */

static void party_free(void *data)
{
	struct party *party = data;

	g_clear_pointer(&party->dropped, g_array_unref);
	g_free(party);
}

static struct batch *batch_new(void)
{
	struct batch *batch = g_new0(struct batch, 1);

	batch->folder = -1;
	return batch;
}

static void batch_clear(struct batch *batch)
{
	for (guint i = 0; i < batch->count; i++) {
		g_clear_pointer(&batch->things[i].bytes, g_bytes_unref);
		g_free(batch->things[i].name);
	}
	batch->count = 0;
	if (batch->folder >= 0)
		close(batch->folder);
	batch->folder = -1;
}

static void batch_free(void *data)
{
	batch_clear(data);
	g_free(data);
}

void inbox_begin(struct inbox *inbox, const char *const *names,
		 const struct transport_listener *listener, void *user)
{
	struct round *round = g_new0(struct round, 1);

	inbox_end(inbox);
	g_hash_table_remove_all(inbox->by_token);
	round->listener = listener;
	round->user = user;
	round->began = g_get_monotonic_time();
	round->names = g_strdupv((char **)names);
	round->parties = g_hash_table_new_full(NULL, NULL, NULL, party_free);
	round->queue = queue_new();
	round->handed = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	round->now = batch_new();
	round->then = batch_new();
	inbox->round = round;
}

void inbox_end(struct inbox *inbox)
{
	struct round *round = g_steal_pointer(&inbox->round);

	if (!round)
		return;
	if (round->dir)
		closedir(round->dir);
	batch_free(round->now);
	batch_free(round->then);
	g_clear_pointer(&round->entries, g_array_unref);
	queue_free(round->queue);
	g_hash_table_unref(round->parties);
	g_hash_table_unref(round->handed);
	g_strfreev(round->names);
	g_free(round->first);
	g_free(round);
}

unsigned inbox_waiting(const struct inbox *inbox)
{
	return inbox->waiting;
}

/* -- whose turn it is ------------------------------------------------------------------------- */

/* Whether PARTY's share of this turn has room for BYTES more. */
static bool has_room(struct round *round, struct party *party, size_t bytes)
{
	if (party->lap != round->lap) {
		party->lap = round->lap;
		party->files = 0;
		party->bytes = 0;
	}
	return party->files < INBOX_FILES_PER_UID && party->bytes + bytes <= INBOX_BYTES_PER_UID;
}

/* Whether ENTRY is read now; what has to wait for its turn, or for the next minute, isn't. */
static bool takes(struct inbox *inbox, struct queue_entry *entry)
{
	struct round *round = inbox->round;
	struct party *party = round_party(round, entry->uid);

	if (entry->is_taken || !has_room(round, party, entry->bytes))
		return false;
	entry->is_taken = true;
	round->untaken--;
	if (inbox_heed(inbox, party) >= HEED_LATER) {
		party->waiting++;
		return false;
	}
	party->files++;
	party->bytes += entry->bytes;
	return true;
}

/*
 * The next entries that are to be read, in turns: whoever has had its share waits until the others
 * had theirs.
 */
static void plan(struct inbox *inbox, int folder, struct batch *batch)
{
	struct round *round = inbox->round;
	size_t bytes = 0;
	unsigned most = TRANSPORT_BATCH;

	if (round->listener->batch)
		most = MIN(round->listener->batch(round->user), TRANSPORT_BATCH_MOST);
	batch_clear(batch);
	batch->folder = fcntl(folder, F_DUPFD_CLOEXEC, 3);
	while (batch->count < most && bytes < INBOX_BATCH_BYTES && round->untaken) {
		struct queue_entry *entry;

		if (round->next == round->entries->len) {
			round->next = 0;
			round->lap++;
		}
		entry = &g_array_index(round->entries, struct queue_entry, round->next++);
		if (!takes(inbox, entry))
			continue;
		bytes += entry->bytes;
		batch->things[batch->count++] = (struct thing){ .entry = entry,
							      .name = g_strdup(entry->name) };
	}
}

/* On a thread: touches the batch and the files only. What isn't read, because it is to end, isn't
 * in the batch. */
static void read_batch(struct errand *errand, void *data)
{
	struct batch *batch = data;
	guint read = 0;

	for (; read < batch->count && !errand_should_end(errand); read++) {
		struct thing *thing = &batch->things[read];
		g_autoptr(GError) error = NULL;

		thing->bytes = place_read(batch->folder, thing->name, STANZA_BYTES_MAX,
					  &thing->mark, &error);
		thing->is_unknown = !thing->bytes && error_is(error, ERROR_IO);
	}
	for (guint i = read; i < batch->count; i++)
		g_free(batch->things[i].name);
	batch->count = read;
}

/* NULL: there is nothing to read, or no thread that could. */
static struct errand *begin_reading(const struct inbox *inbox, struct batch *batch)
{
	/* Without a descriptor of its own it waits for the next round. */
	if (batch->folder < 0)
		batch_clear(batch);
	if (!batch->count)
		return NULL;
	return errand_start(read_batch, batch, batch_free, inbox->round->listener->cancel);
}

/* Until *BATCH is read, at most INBOX_READ_MS; FALSE: it is on its own now, with its thread, and
 * *BATCH is another one. */
static bool end_reading(struct inbox *inbox, struct errand *errand, struct batch **batch)
{
	if (errand && errand_wait(errand, INBOX_READ_MS)) {
		errand_free(errand);
		inbox->is_hung_told = false;
		return true;
	}
	if (!errand) {
		/* Nothing to read; or no thread, so it is read here. */
		read_batch(NULL, *batch);
		return true;
	}
	*batch = batch_new();
	inbox->hung = errand;
	return false;
}

/* Whether a read that was given up still hangs: then nothing more is begun. */
static bool is_hung(struct inbox *inbox)
{
	if (inbox->hung && errand_is_over(inbox->hung))
		g_clear_pointer(&inbox->hung, errand_free);
	if (inbox->hung && !inbox->is_hung_told && inbox->round->listener->notice)
		inbox->round->listener->notice(
			inbox->round->user,
			"The spool's file system doesn't answer: a file in the own inbox can't be "
			"read to its end. What waits there is looked at again once it does.");
	inbox->is_hung_told = inbox->is_hung_told || inbox->hung;
	return inbox->hung != NULL;
}

/* -- handing out ------------------------------------------------------------------------------ */

/* It was well formed a moment ago: somebody plays with it. Gone is gone, the rest is refused. */
static void refuse_unread(struct inbox *inbox, int folder, const char *name)
{
	struct stat st;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		inbox_refuse(inbox, folder, name, &st);
}

static void *goner_new(const struct thing *thing)
{
	struct goner *goner = g_new0(struct goner, 1);
	gsize size;
	const char *data = g_bytes_get_data(thing->bytes, &size);

	goner->name = g_strdup(thing->name);
	goner->mark = thing->mark;
	/* Nothing is written over but what can be a message. */
	if (size < strlen(SEALED_BEGIN) || strncmp(data, SEALED_BEGIN, strlen(SEALED_BEGIN)) != 0)
		goner->mark.bytes = 0;
	return goner;
}

/* Add THING, if it is one, to PARCELS. */
static void prepare(struct inbox *inbox, const struct thing *thing, int folder, GArray *parcels)
{
	struct party *party = round_party(inbox->round, thing->entry->uid);
	struct parcel parcel = { .bytes = thing->bytes, .uid = thing->mark.owner };

	if (!party->has_last || queue_compare(&party->last, thing->entry) < 0) {
		party->last = *thing->entry;
		party->last.name = NULL;
		party->has_last = true;
	}
	if (g_hash_table_size(inbox->round->handed) < INBOX_HANDED_MAX)
		g_hash_table_add(inbox->round->handed,
				 g_memdup2(&thing->entry->inode, sizeof(thing->entry->inode)));
	if (thing->is_unknown) {
		party->left++;
		return;
	}
	if (!thing->bytes) {
		refuse_unread(inbox, folder, thing->name);
		return;
	}
	if (remover_knows(thing->bytes)) {
		unlinkat(folder, thing->name, 0);
		return;
	}
	parcel.token = ++inbox->next;
	g_hash_table_insert(inbox->by_token, g_memdup2(&parcel.token, sizeof(parcel.token)),
			    goner_new(thing));
	g_array_append_val(parcels, parcel);
}

static void hand_out(struct inbox *inbox, int folder, struct batch *batch)
{
	g_autoptr(GArray) parcels = g_array_new(FALSE, TRUE, sizeof(struct parcel));
	struct round *round = inbox->round;

	for (guint i = 0; i < batch->count; i++)
		prepare(inbox, &batch->things[i], folder, parcels);
	if (parcels->len)
		round->listener->arrived(round->user, (struct parcel *)(void *)parcels->data,
					 parcels->len);
	batch_clear(batch);
}

/* While one batch is taken in the next is read, where there is one. FALSE: there was none. */
static bool hand(struct inbox *inbox, int folder)
{
	struct round *round = inbox->round;
	struct batch *now;
	struct errand *errand;

	if (is_hung(inbox))
		return false;
	if (!round->now->count) {
		plan(inbox, folder, round->now);
		if (!end_reading(inbox, begin_reading(inbox, round->now), &round->now))
			return !is_hung(inbox);
	}
	now = round->now;
	if (!now->count)
		return false;
	plan(inbox, folder, round->then);
	errand = begin_reading(inbox, round->then);
	hand_out(inbox, folder, now);
	end_reading(inbox, errand, &round->then);
	round->now = round->then;
	round->then = now;
	return true;
}

static void tell(struct inbox *inbox)
{
	struct round *round = inbox->round;
	uint64_t undropped = 0;
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, round->parties);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct party *party = value;

		undropped += party->undropped;
		told_waiting(&round->told, party->uid, party->waiting + party->left);
	}
	inbox->waiting = (unsigned)MIN(round->told.waiting + undropped, G_MAXINT32);
	told_tell(&round->told, round->names ? NULL : &inbox->told, round->listener, round->user);
}

bool inbox_step(struct inbox *inbox, int folder)
{
	struct round *round = inbox->round;

	if (round->phase == PHASE_LOOK) {
		inbox_look(inbox, folder);
	} else if (round->phase == PHASE_HAND && !hand(inbox, folder)) {
		/* What came meanwhile is the next round's. */
		round->phase = round->is_again && !round->names ? PHASE_LOOK : PHASE_OVER;
		if (round->phase == PHASE_OVER)
			tell(inbox);
	}
	return round->phase != PHASE_OVER;
}

/* -- what becomes of it ----------------------------------------------------------------------- */

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
	remover_take(inbox->remover, folder, goners);
}

void inbox_leave(struct inbox *inbox, const uint64_t *tokens, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct goner *goner = g_hash_table_lookup(inbox->by_token, &tokens[i]);

		if (goner && inbox->round)
			round_party(inbox->round, goner->mark.owner)->left++;
		g_hash_table_remove(inbox->by_token, &tokens[i]);
	}
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
	for (unsigned i = 0; i < INBOX_TMP_MAX && (entry = readdir(dir)); i++) {
		if (fstatat(folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    !S_ISDIR(st.st_mode) &&
		    st.st_ctim.tv_sec < now / 1000 - (int64_t)INBOX_TMP_HOURS * 3600)
			unlinkat(folder, entry->d_name, 0);
	}
	closedir(dir);
}
