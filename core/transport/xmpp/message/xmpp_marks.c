#include "core/transport/xmpp/message/xmpp_marks.h"

#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/transport/xmpp/message/xmpp_forms.h"
#include "core/xml/stanza.h"

#define MARK   FORMS_MARK
#define PUBSUB "http://jabber.org/protocol/pubsub"

/* A question about the mark. */
struct marking {
	struct session *session;
	char *node;
	GBytes *payload;
	transport_kept kept;
	transport_done done;
	void *user;
};

static struct marking *marking_new(struct session *session, uint32_t device, void *user)
{
	struct marking *marking = g_new0(struct marking, 1);

	marking->session = session;
	marking->node = forms_mark_node(device);
	marking->user = user;
	return marking;
}

static void marking_free(struct marking *marking)
{
	g_free(marking->node);
	g_clear_pointer(&marking->payload, g_bytes_unref);
	g_free(marking);
}

static bool is_result(const struct stanza *iq)
{
	return iq && g_strcmp0(stanza_get(iq, "type"), "result") == 0;
}

/* What may be otherwise soon says nothing of what the server can do. */
static void explain(const struct stanza *iq, GError **error)
{
	const struct stanza *failure = iq ? stanza_child(iq, "error", "jabber:client") : NULL;

	if (!iq)
		error_set(error, ERROR_UNREACHABLE,
			  "The connection ended before the mark of this profile was compared.");
	else if (failure && g_strcmp0(stanza_get(failure, "type"), "wait") == 0)
		error_set(error, ERROR_UNREACHABLE,
			  "The server doesn't give the mark of this profile now (%s).",
			  session_condition(iq));
	else
		error_set(error, ERROR_UNAVAILABLE, "The server keeps no private items (%s).",
			  session_condition(iq));
}

/* -- reading ---------------------------------------------------------------------------------- */

/* NULL: there is none; one that can't be read is empty. */
static GBytes *read_mark(const struct stanza *iq, const char *node)
{
	const struct stanza *pubsub = stanza_child(iq, "pubsub", PUBSUB), *mark = NULL;
	const struct stanza *items = pubsub ? stanza_child(pubsub, "items", PUBSUB) : NULL;
	bool is_there = false;
	GBytes *bytes = NULL;

	if (!items || g_strcmp0(stanza_get(items, "node"), node) != 0)
		return NULL;
	for (const struct stanza *at = stanza_first(items); at; at = stanza_next(at)) {
		if (!stanza_is(at, "item", PUBSUB))
			continue;
		is_there = true;
		mark = stanza_child(at, "mark", MARK);
	}
	if (mark)
		bytes = stanza_base64(mark, TRANSPORT_MARK_MAX, NULL);
	return bytes || !is_there ? bytes : g_bytes_new(NULL, 0);
}

static void was_read(void *user, const struct stanza *iq)
{
	struct marking *marking = user;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GError) error = NULL;

	if (is_result(iq))
		bytes = read_mark(iq, marking->node);
	else if (!session_is_error(iq, "item-not-found", NULL))
		explain(iq, &error);
	marking->kept(marking->user, bytes, false, error);
	marking_free(marking);
}

void xmpp_mark_get(struct session *session, uint32_t device, transport_kept kept, void *user)
{
	struct marking *marking = marking_new(session, device, user);
	g_autofree char *form = forms_newest(marking->node);

	marking->kept = kept;
	session_ask(session, "get", NULL, form, was_read, marking);
}

/* -- writing ---------------------------------------------------------------------------------- */

static void marking_end(struct marking *marking, const struct stanza *iq)
{
	g_autoptr(GError) error = NULL;

	if (!is_result(iq))
		explain(iq, &error);
	marking->done(marking->user, error);
	marking_free(marking);
}

static void was_published(void *user, const struct stanza *iq)
{
	marking_end(user, iq);
}

/* Only once it is the owner's alone. */
static void was_configured(void *user, const struct stanza *iq)
{
	struct marking *marking = user;
	g_autofree char *form = NULL;

	if (!is_result(iq)) {
		marking_end(marking, iq);
		return;
	}
	form = forms_publish(marking->node, marking->payload, FORMS_ANY);
	session_ask(marking->session, "set", NULL, form, was_published, marking);
}

static void was_tried(void *user, const struct stanza *iq)
{
	struct marking *marking = user;
	g_autofree char *form = NULL;

	if (!iq || is_result(iq)) {
		marking_end(marking, iq);
		return;
	}
	/* precondition-not-met, or a server that knows no conditions (XEP-0060 section 7.1.5). */
	form = forms_configure(marking->node, FORMS_OWN);
	session_ask(marking->session, "set", NULL, form, was_configured, marking);
}

static GBytes *make_payload(GBytes *bytes)
{
	struct stanza *mark = stanza_new("mark", MARK);
	gsize size;
	const void *data = g_bytes_get_data(bytes, &size);
	char *text;
	size_t text_bytes = 0;
	GBytes *payload;

	stanza_add_base64(mark, data, size);
	text = stanza_encode(mark, &text_bytes, NULL);
	payload = g_bytes_new(text, text_bytes);
	plain_free(text);
	stanza_free(mark);
	return payload;
}

void xmpp_mark_put(struct session *session, uint32_t device, GBytes *bytes, transport_done done,
		   void *user)
{
	struct marking *marking = marking_new(session, device, user);
	g_autofree char *form = NULL;

	marking->done = done;
	marking->payload = make_payload(bytes);
	form = forms_publish(marking->node, marking->payload, FORMS_OWN);
	session_ask(session, "set", NULL, form, was_tried, marking);
}
