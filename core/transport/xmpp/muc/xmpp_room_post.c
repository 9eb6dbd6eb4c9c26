/* What goes to a room: sent when it is safe, taken when it came back. */
#include "core/transport/xmpp/muc/xmpp_rooms_inside.h"

#include "core/base/error.h"
#include "core/omemo/envelope.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/xml/stanza.h"

enum { BOUNCES_MAX = 3 };

struct post {
	struct entry *entry;
	char *id;
	GBytes *bytes;
	transport_done done; /* NULL once it was called */
	void *user;
	unsigned bounces;    /* because we weren't in it, it says */
	unsigned with_session; /* how often it has it, and will still say something of it */
	bool is_out;	     /* given to the session */
};

static void post_free(struct post *post)
{
	g_bytes_unref(post->bytes);
	g_free(post->id);
	g_free(post);
}

/* Answer; freed at once or when the session lets go of it. */
static void post_end(struct post *post, const GError *error)
{
	transport_done done = post->done;
	void *user = post->user;

	g_queue_remove(&post->entry->posts, post);
	post->done = NULL;
	if (!post->with_session)
		post_free(post);
	done(user, error);
}

static void post_taken(void *user, const GError *error)
{
	struct post *post = user;

	post->with_session--;
	if (post->done && error)
		post_end(post, error);
	else if (!post->done && !post->with_session)
		post_free(post);
}

static void post_out(struct post *post)
{
	/* It came back before the connection was cut, and we weren't told. */
	if (g_hash_table_contains(post->entry->echoes, post->id)) {
		post_end(post, NULL);
		return;
	}
	post->is_out = true;
	post->with_session++;
	session_send(post->entry->rooms->session, post->bytes, post_taken, post);
}

void rooms_post_all(struct entry *entry)
{
	g_autoptr(GPtrArray) waiting = g_ptr_array_new();

	for (GList *link = entry->posts.head; link; link = link->next)
		if (!((struct post *)link->data)->is_out)
			g_ptr_array_add(waiting, link->data);
	for (guint i = 0; i < waiting->len; i++)
		post_out(waiting->pdata[i]);
}

static struct post *find(const struct entry *entry, const char *id)
{
	for (GList *link = entry->posts.head; link; link = link->next)
		if (g_strcmp0(((struct post *)link->data)->id, id) == 0)
			return link->data;
	return NULL;
}

void rooms_post_came(struct entry *entry, const char *id)
{
	struct post *post = find(entry, id);

	if (post)
		post_end(post, NULL);
}

void rooms_post_bounced(struct entry *entry, const struct stanza *message)
{
	const char *id = stanza_get(message, "id");
	struct post *post = id ? find(entry, id) : NULL;
	g_autoptr(GError) error = NULL;

	if (!post)
		return;
	if (session_is_error(message, "not-acceptable", NULL) && ++post->bounces <= BOUNCES_MAX) {
		/* The room thinks that we aren't in it: go in again, and then send it once more. */
		post->is_out = false;
		if (room_state(entry->room) == ROOM_READY) {
			room_end(entry->room);
			rooms_enter(entry);
		}
		return;
	}
	error_set(&error, ERROR_UNREACHABLE, "%s didn't take the message (%s).",
		  room_address(entry->room), session_condition(message));
	post_end(post, error);
}

void rooms_posts_end(struct entry *entry, const GError *error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new();

	/* Those that the session has it answers itself when it ends. */
	for (GList *link = entry->posts.head; link; link = link->next)
		if (entry->rooms->session || !((struct post *)link->data)->with_session)
			g_ptr_array_add(all, link->data);
	for (guint i = 0; i < all->len; i++)
		post_end(all->pdata[i], error);
}

/* The stanza's id, which is what it will be known by. */
static char *id_of(GBytes *bytes)
{
	gsize size;
	const void *data = g_bytes_get_data(bytes, &size);
	struct stanza *root = stanza_decode(data, size, NULL);
	char *id = root ? g_strdup(stanza_get(root, "id")) : NULL;

	stanza_free(root);
	return id ? id : g_strdup("");
}

bool rooms_wants(const struct rooms *rooms, const char *address, GBytes *bytes)
{
	/* Attributes come first, and an id or an address can't hold a quotation mark. */
	enum { HEAD = 2048 };
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);

	return rooms_has(rooms, address) ||
	       g_strstr_len(data, (gssize)MIN(size, HEAD), "type=\"groupchat\"") ||
	       g_strstr_len(data, (gssize)MIN(size, HEAD), "type='groupchat'");
}

void rooms_send(struct rooms *rooms, const char *address, GBytes *bytes, transport_done done,
		void *user)
{
	struct entry *entry = rooms_find(rooms, address);
	struct post *post;
	enum room_state state;
	g_autoptr(GError) error = NULL;

	if (!entry || !(entry->is_kept || entry->is_bookmarked)) {
		error_set(&error, ERROR_POLICY, "You are out of %s.", address);
		done(user, error);
		return;
	}
	state = room_state(entry->room);
	post = g_new0(struct post, 1);
	post->entry = entry;
	post->id = id_of(bytes);
	post->bytes = g_bytes_ref(bytes);
	post->done = done;
	post->user = user;
	g_queue_push_tail(&entry->posts, post);
	if (rooms_is_ready(entry)) {
		rooms_watch(entry);
		post_out(post);
	} else if (state == ROOM_UNSAFE || state == ROOM_GONE) {
		rooms_set_error(entry, &error);
		post_end(post, error);
	} else {
		rooms_enter(entry);
	}
}
