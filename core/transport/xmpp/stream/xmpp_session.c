#include "core/transport/xmpp/stream/xmpp_session.h"

#include <string.h>
#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/model/contact.h"
#include "core/xml/stanza.h"

#define CLIENT "jabber:client"
#define ACKS   "urn:xmpp:sm:3"
#define ERRORS "urn:ietf:params:xml:ns:xmpp-stanzas"

enum {
	ID_BYTES = 16,
	AGAIN_MS = 1000, /* before a server that doesn't count on is asked once more */
	AGAIN_MAX = 30,
};

struct question {
	uint64_t number;
	gint64 asked_at; /* monotonic us */
	char *to;	 /* NULL: the own account */
	session_answered answered;
	void *user;
};

/* A stanza on its way, or waiting for the one before it. */
struct sent {
	uint32_t number;
	GBytes *bytes; /* while it waits */
	size_t size;
	session_taken taken;
	void *user;
};

struct session {
	struct session_parts parts;
	GHashTable *questions; /* id -> struct question */
	GQueue on_way;	       /* struct sent *, oldest first */
	GQueue waiting;	       /* struct sent *, of a careful session */
	uint64_t asked;	       /* questions, ever */
	uint32_t sent;	       /* stanzas sent since counting began */
	bool is_asked;	       /* the server was asked how far it is */
	bool wants_ask;
	uint32_t asked_at; /* SENT then */
	unsigned again;	   /* times that the server was asked in vain */
	GSource *asking;
	uint64_t came;	 /* stanzas that came */
	GQueue unstored; /* uint64_t *, oldest first */
	bool owes_ack;
	GSource *deadline;
	gint64 since; /* when the oldest thing that is waited for was begun to be waited for */
	bool is_ending;
	GSource *checking;
	bool has_heard; /* since the check began */
};

static void question_free(void *data)
{
	struct question *question = data;

	g_free(question->to);
	g_free(question);
}

struct session *session_new(const struct session_parts *parts)
{
	struct session *session = g_new0(struct session, 1);

	session->parts = *parts;
	if (!session->parts.patience_ms)
		session->parts.patience_ms = SESSION_PATIENCE_MS;
	session->parts.address = g_strdup(parts->address);
	session->questions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, question_free);
	return session;
}

static gint compare_numbers(gconstpointer left, gconstpointer right)
{
	const struct question *const *one = left, *const *other = right;

	return (*one)->number < (*other)->number ? -1 : 1;
}

static void clear_source(GSource **source)
{
	if (!*source)
		return;
	g_source_destroy(*source);
	g_clear_pointer(source, g_source_unref);
}

/* Whether our own server owes the answer. */
static bool is_own(const struct session *session, const struct question *question)
{
	return !question->to || strcmp(question->to, session->parts.address) == 0 ||
	       strcmp(question->to, strchr(session->parts.address, '@') + 1) == 0;
}

/* Answer what was asked before the time BEFORE with nothing, in the order in which it was asked;
 * what our own server owes is only given up at the end. */
static void give_up(struct session *session, gint64 before)
{
	g_autoptr(GPtrArray) questions = g_ptr_array_new_with_free_func(question_free);
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, session->questions);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		struct question *question = value;

		if (!session->is_ending &&
		    (question->asked_at >= before || is_own(session, question)))
			continue;
		g_ptr_array_add(questions, question);
		g_hash_table_iter_steal(&iter);
		g_free(key);
	}
	g_ptr_array_sort(questions, compare_numbers);
	for (guint i = 0; i < questions->len; i++) {
		struct question *question = questions->pdata[i];

		question->answered(question->user, NULL);
	}
}

static void sent_end(struct sent *sent, const GError *error)
{
	sent->taken(sent->user, error);
	g_clear_pointer(&sent->bytes, g_bytes_unref);
	g_free(sent);
}

void session_free(struct session *session)
{
	struct sent *sent;
	g_autoptr(GError) error = NULL;

	if (!session)
		return;
	session->is_ending = true;
	clear_source(&session->asking);
	clear_source(&session->deadline);
	clear_source(&session->checking);
	give_up(session, G_MAXINT64);
	error_set(&error, ERROR_UNREACHABLE,
		  "The connection ended before the server said that it has the message.");
	while ((sent = g_queue_pop_head(&session->on_way)) ||
	       (sent = g_queue_pop_head(&session->waiting)))
		sent_end(sent, error);
	g_queue_clear_full(&session->unstored, g_free);
	g_hash_table_unref(session->questions);
	g_free((char *)session->parts.address);
	g_free(session);
}

/* -- waiting, but not for ever ---------------------------------------------------------------- */

static bool is_waiting(const struct session *session)
{
	return g_hash_table_size(session->questions) > 0 || session->is_asked;
}

/* Somebody else's server may never answer while our own does: nothing may wait for that. */
static gboolean check_deadline(void *user)
{
	struct session *session = user;
	gint64 past = g_get_monotonic_time() - session->parts.patience_ms * (gint64)1000;

	if (!is_waiting(session)) {
		g_clear_pointer(&session->deadline, g_source_unref);
		return G_SOURCE_REMOVE;
	}
	if (session->since <= past)
		session->parts.stalled(session->parts.user);
	else
		give_up(session, past);
	return G_SOURCE_CONTINUE;
}

/* Any sign of life from the server starts the time anew. */
static void watch_deadline(struct session *session)
{
	session->since = g_get_monotonic_time();
	if (session->deadline || session->is_ending)
		return;
	session->deadline = g_timeout_source_new(session->parts.patience_ms / 4);
	g_source_set_callback(session->deadline, check_deadline, session, NULL);
	g_source_attach(session->deadline, session->parts.context);
}

/* -- sending ---------------------------------------------------------------------------------- */

static gboolean put(struct session *session, char *text, bool is_counted, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));

	if (!session->parts.send(session->parts.user, bytes, error))
		return FALSE;
	session->sent += is_counted;
	watch_deadline(session);
	return TRUE;
}

static char *random_id(void)
{
	uint8_t random[ID_BYTES];
	GString *id = g_string_sized_new(2 * ID_BYTES);

	crypto_random(random, sizeof(random));
	for (size_t i = 0; i < ID_BYTES; i++)
		g_string_append_printf(id, "%02x", random[i]);
	return g_string_free(id, FALSE);
}

static char *address_attribute(const char *to)
{
	g_autofree char *escaped = to ? g_markup_escape_text(to, -1) : NULL;

	return to ? g_strdup_printf(" to='%s'", escaped) : g_strdup("");
}

void session_ask(struct session *session, const char *type, const char *to, const char *payload,
		 session_answered answered, void *user)
{
	struct question *question = g_new0(struct question, 1);
	g_autofree char *attribute = address_attribute(to);
	char *id = random_id();

	question->number = session->asked++;
	question->asked_at = g_get_monotonic_time();
	question->to = g_strdup(to);
	question->answered = answered;
	question->user = user;
	g_hash_table_insert(session->questions, id, question);
	if (session->is_ending ||
	    !put(session,
		 g_strdup_printf("<iq xmlns='" CLIENT "' type='%s' id='%s'%s>%s</iq>", type, id,
				 attribute, payload),
		 true, NULL)) {
		g_hash_table_remove(session->questions, id);
		answered(user, NULL);
	}
}

void session_reply(struct session *session, const char *to, const char *id, const char *type,
		   const char *payload)
{
	g_autofree char *attribute = address_attribute(to);
	g_autofree char *escaped = g_markup_escape_text(id, -1);

	/* An answer that can't be sent is the asker's to miss. */
	put(session,
	    g_strdup_printf("<iq xmlns='" CLIENT "' type='%s' id='%s'%s>%s</iq>", type, escaped,
			    attribute, payload),
	    true, NULL);
}

gboolean session_put(struct session *session, char *text, GError **error)
{
	return put(session, text, true, error);
}

static void pinged(void *user, const struct stanza *iq);

/* Ask how far the server is, once for all that was sent in one go. */
static gboolean ask_now(void *user)
{
	struct session *session = user;

	g_clear_pointer(&session->asking, g_source_unref);
	session->wants_ask = false;
	session->is_asked = true;
	session->asked_at = session->sent;
	if (!session->parts.has_acks)
		session_ask(session, "get", NULL, "<ping xmlns='urn:xmpp:ping'/>", pinged, session);
	else if (!put(session, g_strdup("<r xmlns='" ACKS "'/>"), false, NULL))
		session->is_asked = false;
	return G_SOURCE_REMOVE;
}

static void want_ask(struct session *session)
{
	session->wants_ask = true;
	if (session->asking || session->is_asked)
		return;
	session->asking = g_idle_source_new();
	g_source_set_callback(session->asking, ask_now, session, NULL);
	g_source_attach(session->asking, session->parts.context);
}

static void send_one(struct session *session, struct sent *sent)
{
	g_autoptr(GBytes) bytes = g_steal_pointer(&sent->bytes);
	g_autoptr(GError) error = NULL;

	if (!session->parts.send(session->parts.user, bytes, &error)) {
		sent_end(sent, error);
		return;
	}
	sent->number = ++session->sent;
	g_queue_push_tail(&session->on_way, sent);
	watch_deadline(session);
	want_ask(session);
}

static void send_next(struct session *session)
{
	struct sent *sent;

	while (g_queue_is_empty(&session->on_way) && !session->is_ending &&
	       (sent = g_queue_pop_head(&session->waiting)))
		send_one(session, sent);
	if (g_queue_is_empty(&session->on_way))
		session->parts.is_careful = false;
}

/* The server has everything up to NUMBER. */
static void settle(struct session *session, uint32_t number)
{
	struct sent *sent;

	while ((sent = g_queue_peek_head(&session->on_way)) &&
	       (int32_t)(number - sent->number) >= 0) {
		g_queue_pop_head(&session->on_way);
		sent_end(sent, NULL);
	}
	send_next(session);
}

static void end_asking(struct session *session)
{
	session->is_asked = false;
	session->again = 0;
	if (session->wants_ask && !g_queue_is_empty(&session->on_way))
		want_ask(session);
}

/* The answer says too little: ask again in a moment, though not for ever. */
static void ask_again(struct session *session)
{
	if (session->asking)
		return;
	if (++session->again > AGAIN_MAX) {
		session->parts.stalled(session->parts.user);
		return;
	}
	session->asking = g_timeout_source_new(AGAIN_MS);
	g_source_set_callback(session->asking, ask_now, session, NULL);
	g_source_attach(session->asking, session->parts.context);
}

/*
 * The server says that it has counted up to NUMBER. One that counts beyond what was sent isn't
 * believed any more, and pinged from now on; with less than it was asked about, as when it counts
 * backwards, the rest stays on its way.
 */
static void take_number(struct session *session, uint32_t number)
{
	if (!session->parts.has_acks)
		return;
	if ((int32_t)(session->sent - number) < 0) {
		session->parts.has_acks = false;
		session->wants_ask = true;
		end_asking(session);
		return;
	}
	settle(session, number);
	if ((int32_t)(number - session->asked_at) >= 0 || g_queue_is_empty(&session->on_way))
		end_asking(session);
	else
		ask_again(session);
}

static void pinged(void *user, const struct stanza *iq)
{
	struct session *session = user;

	if (!iq)
		return;
	settle(session, session->asked_at);
	end_asking(session);
}

static void answered_check(void *user, const struct stanza *iq)
{
	/* That something came is seen where everything comes in. */
	(void)user;
	(void)iq;
}

static gboolean end_check(void *user)
{
	struct session *session = user;

	g_clear_pointer(&session->checking, g_source_unref);
	if (!session->has_heard)
		session->parts.stalled(session->parts.user);
	return G_SOURCE_REMOVE;
}

void session_check(struct session *session)
{
	if (session->checking || session->is_ending)
		return;
	session->has_heard = false;
	session->checking = g_timeout_source_new(SESSION_CHECK_MS);
	g_source_set_callback(session->checking, end_check, session, NULL);
	g_source_attach(session->checking, session->parts.context);
	session_ask(session, "get", NULL, "<ping xmlns='urn:xmpp:ping'/>", answered_check, NULL);
}

void session_send(struct session *session, GBytes *bytes, session_taken taken, void *user)
{
	struct sent *sent = g_new0(struct sent, 1);

	sent->bytes = g_bytes_ref(bytes);
	sent->size = g_bytes_get_size(bytes);
	sent->taken = taken;
	sent->user = user;
	if (session->parts.is_careful && !g_queue_is_empty(&session->on_way))
		g_queue_push_tail(&session->waiting, sent);
	else
		send_one(session, sent);
}

bool session_blame(struct session *session, const char *sentence, size_t bytes)
{
	g_autoptr(GError) error = NULL;
	GList *found = NULL;
	unsigned count = 0;

	session->is_ending = true;
	for (GList *link = session->on_way.head; link; link = link->next) {
		if (((struct sent *)link->data)->size <= bytes)
			continue;
		found = link;
		count++;
	}
	if (count != 1)
		return count == 0;
	error_set(&error, ERROR_LIMIT, "%s", sentence);
	g_queue_unlink(&session->on_way, found);
	sent_end(found->data, error);
	g_list_free(found);
	return true;
}

bool session_is_careful(const struct session *session)
{
	return session->parts.is_careful;
}

/* -- receiving -------------------------------------------------------------------------------- */

/* Servers leave `from` out, or put our own address or theirs there, when they answer for us. */
static bool is_from(const struct session *session, const struct stanza *iq, const char *asked)
{
	const char *from = stanza_get(iq, "from");
	g_autofree char *bare = NULL;

	if (asked && from)
		return strcmp(from, asked) == 0;
	if (!from)
		return !asked || strcmp(asked, session->parts.address) == 0;
	bare = contact_bare_address(from);
	return (bare && strcmp(bare, session->parts.address) == 0) ||
	       strcmp(from, strchr(session->parts.address, '@') + 1) == 0;
}

static bool take_answer(struct session *session, const struct stanza *iq)
{
	const char *type = stanza_get(iq, "type"), *id = stanza_get(iq, "id");
	struct question *question = id ? g_hash_table_lookup(session->questions, id) : NULL;
	gpointer key = NULL;

	if (g_strcmp0(type, "result") != 0 && g_strcmp0(type, "error") != 0)
		return false;
	if (!question || !is_from(session, iq, question->to))
		return true;
	g_hash_table_steal_extended(session->questions, id, &key, NULL);
	g_free(key);
	question->answered(question->user, iq);
	question_free(question);
	return true;
}

static void take_count(struct session *session, const struct stanza *stanza)
{
	int64_t number;

	if (stanza_is(stanza, "r", ACKS))
		session->owes_ack = true;
	else if (stanza_is(stanza, "a", ACKS) &&
		 stanza_get_number(stanza, "h", 0, G_MAXUINT32, &number))
		take_number(session, (uint32_t)number);
}

bool session_take(struct session *session, const struct stanza *stanza, uint64_t *token)
{
	session->since = g_get_monotonic_time();
	session->has_heard = true;
	if (stanza && strcmp(stanza_namespace(stanza), CLIENT) != 0) {
		if (stanza_is_cut(stanza))
			return true;
		take_count(session, stanza);
		return true;
	}
	session->came++;
	/* Of what isn't whole only a message may be told of. */
	if (!stanza || (stanza_is_cut(stanza) && !stanza_is(stanza, "message", CLIENT)) ||
	    (stanza_is(stanza, "iq", CLIENT) && take_answer(session, stanza)))
		return true;
	*token = session->came;
	g_queue_push_tail(&session->unstored, g_memdup2(token, sizeof(*token)));
	return false;
}

void session_stored(struct session *session, uint64_t token)
{
	for (GList *link = session->unstored.head; link; link = link->next) {
		if (*(uint64_t *)link->data != token)
			continue;
		g_free(link->data);
		g_queue_delete_link(&session->unstored, link);
		return;
	}
}

void session_drained(struct session *session)
{
	const uint64_t *oldest = g_queue_peek_head(&session->unstored);
	uint64_t handled = oldest ? *oldest - 1 : session->came;

	if (!session->owes_ack)
		return;
	session->owes_ack = false;
	put(session, g_strdup_printf("<a xmlns='" ACKS "' h='%u'/>", (unsigned)(uint32_t)handled),
	    false, NULL);
}

/* -- errors ----------------------------------------------------------------------------------- */

static const struct stanza *error_of(const struct stanza *iq)
{
	return iq ? stanza_child(iq, "error", CLIENT) : NULL;
}

bool session_is_error(const struct stanza *iq, const char *name, const char *namespace)
{
	const struct stanza *error = error_of(iq);

	for (const struct stanza *at = error ? stanza_first(error) : NULL; at;
	     at = stanza_next(at)) {
		if (strcmp(stanza_name(at), name) == 0 &&
		    (!namespace || strcmp(stanza_namespace(at), namespace) == 0))
			return true;
	}
	return false;
}

const char *session_condition(const struct stanza *iq)
{
	const struct stanza *error = error_of(iq);

	for (const struct stanza *at = error ? stanza_first(error) : NULL; at;
	     at = stanza_next(at)) {
		if (strcmp(stanza_namespace(at), ERRORS) == 0 &&
		    strcmp(stanza_name(at), "text") != 0)
			return stanza_name(at);
	}
	return iq ? "an unknown error" : "no answer";
}
