#include "core/transport/xmpp/message/xmpp_mark_news.h"

#include <inttypes.h>
#include "core/port/transport_marks.h"
#include "core/transport/xmpp/message/xmpp_forms.h"
#include "core/xml/stanza.h"

#define EVENT "http://jabber.org/protocol/pubsub#event"

struct mark_news {
	char *address, *node;
	void (*changed)(void *user);
	void *user;
	GBytes *own;	       /* what this process put last, or NULL */
	bool is_up;	       /* there is a connection that stays */
	GMainContext *context; /* borrowed; NULL: the default one */
	GSource *look, *pause; /* or NULL */
	unsigned told;	       /* how often, in this pause */
	bool is_again;	       /* there was more than may be told in it */
};

struct mark_news *mark_news_new(const char *address, uint32_t device, void (*changed)(void *user),
				void *user)
{
	struct mark_news *news = g_new0(struct mark_news, 1);

	news->address = g_strdup(address);
	news->node = forms_mark_node(device);
	news->changed = changed;
	news->user = user;
	return news;
}

static void drop(GSource **source)
{
	if (*source)
		g_source_destroy(*source);
	g_clear_pointer(source, g_source_unref);
}

void mark_news_free(struct mark_news *news)
{
	if (!news)
		return;
	mark_news_down(news);
	g_clear_pointer(&news->own, g_bytes_unref);
	g_free(news->node);
	g_free(news->address);
	g_free(news);
}

/* -- telling ---------------------------------------------------------------------------------- */

static GSource *every(struct mark_news *news, unsigned seconds, GSourceFunc func)
{
	GSource *source = g_timeout_source_new_seconds(seconds);

	g_source_set_callback(source, func, news, NULL);
	g_source_attach(source, news->context);
	return source;
}

static void tell(struct mark_news *news);

static gboolean pause_over(void *user)
{
	struct mark_news *news = user;
	const bool is_again = news->is_again;

	news->is_again = false;
	g_clear_pointer(&news->pause, g_source_unref);
	if (is_again)
		tell(news);
	return G_SOURCE_REMOVE;
}

static void tell(struct mark_news *news)
{
	if (!news->pause) {
		news->told = 0;
		news->pause = every(news, MARK_NEWS_S, pause_over);
	}
	news->is_again = news->told >= MARK_NEWS_MOST;
	if (news->is_again)
		return;
	news->told++;
	news->changed(news->user);
}

static gboolean look(void *user)
{
	struct mark_news *news = user;

	news->changed(news->user);
	return G_SOURCE_CONTINUE;
}

/* -- the connection --------------------------------------------------------------------------- */

void mark_news_up(struct mark_news *news, GMainContext *context, unsigned look_s)
{
	if (news->is_up)
		return;
	news->is_up = true;
	news->context = context;
	news->look = every(news, look_s, look);
}

void mark_news_down(struct mark_news *news)
{
	drop(&news->look);
	drop(&news->pause);
	news->is_again = false;
	news->is_up = false;
}

void mark_news_put(struct mark_news *news, GBytes *bytes)
{
	g_bytes_ref(bytes);
	g_clear_pointer(&news->own, g_bytes_unref);
	news->own = bytes;
}

/* -- what is pushed --------------------------------------------------------------------------- */

/* Whether ITEMS hold nothing but what this process put there. */
static bool is_own(const struct mark_news *news, const struct stanza *items)
{
	const struct stanza *item = stanza_first(items);
	const struct stanza *mark = item ? stanza_child(item, "mark", FORMS_MARK) : NULL;
	g_autoptr(GBytes) bytes = mark ? stanza_base64(mark, TRANSPORT_MARK_MAX, NULL) : NULL;

	return bytes && !stanza_next(item) && news->own && g_bytes_equal(bytes, news->own);
}

bool mark_news_take(struct mark_news *news, const struct stanza *stanza)
{
	const struct stanza *event = stanza_child(stanza, "event", EVENT);
	const struct stanza *what = event ? stanza_first(event) : NULL;
	const char *from = stanza_get(stanza, "from");

	/* items, delete, purge: whatever it is, it is the node's. */
	if (!what || g_strcmp0(stanza_get(what, "node"), news->node) != 0 ||
	    !stanza_is(stanza, "message", "jabber:client") ||
	    (from && g_strcmp0(from, news->address) != 0))
		return false;
	drop(&news->look);
	if (news->is_up && !is_own(news, what))
		tell(news);
	return true;
}
