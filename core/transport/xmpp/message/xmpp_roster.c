#include "core/transport/xmpp/message/xmpp_roster.h"

#include <string.h>
#include "core/model/contact.h"
#include "core/xml/stanza.h"

#define ROSTER	"jabber:iq:roster"
#define BLOCKED "urn:xmpp:blocking"

struct news {
	GArray *rows;	  /* struct talk */
	GPtrArray *texts; /* what their strings are */
};

struct news *news_new(void)
{
	struct news *news = g_new0(struct news, 1);

	news->rows = g_array_new(FALSE, FALSE, sizeof(struct talk));
	news->texts = g_ptr_array_new_with_free_func(g_free);
	return news;
}

void news_free(struct news *news)
{
	if (!news)
		return;
	g_array_unref(news->rows);
	g_ptr_array_unref(news->texts);
	g_free(news);
}

static const char *keep(struct news *news, const char *text)
{
	char *copy = g_strdup(text);

	if (copy)
		g_ptr_array_add(news->texts, copy);
	return copy;
}

void news_add(struct news *news, const struct talk *talk)
{
	struct talk copy = *talk;

	copy.address = keep(news, talk->address);
	copy.id = keep(news, talk->id);
	copy.text = keep(news, talk->text);
	g_array_append_val(news->rows, copy);
}

const struct talk *news_rows(const struct news *news, size_t *count)
{
	*count = news->rows->len;
	return (const struct talk *)(void *)news->rows->data;
}

static void read_item(const struct stanza *item, struct news *news)
{
	const char *jid = stanza_get(item, "jid");
	const char *subscription = stanza_get(item, "subscription");
	g_autofree char *address = jid ? contact_bare_address(jid) : NULL;
	bool is_both = g_strcmp0(subscription, "both") == 0;
	struct talk talk = {
		.what = g_strcmp0(subscription, "remove") == 0 ? TALK_STRANGER : TALK_PERSON,
		.address = address,
		.sees_us = is_both || g_strcmp0(subscription, "from") == 0,
		.we_see = is_both || g_strcmp0(subscription, "to") == 0,
		.is_asked = g_strcmp0(stanza_get(item, "ask"), "subscribe") == 0,
	};

	/* Services stand on such lists too; only people are contacts. */
	if (address && strchr(address, '@'))
		news_add(news, &talk);
}

bool roster_read(const struct stanza *iq, bool is_whole, struct news *news)
{
	const struct stanza *query = stanza_child(iq, "query", ROSTER);
	const struct talk begin = { .what = TALK_STRANGER };
	unsigned count = 0;

	if (!query)
		return false;
	if (is_whole)
		news_add(news, &begin);
	for (const struct stanza *at = stanza_first(query); at && count < ROSTER_MAX;
	     at = stanza_next(at)) {
		if (!stanza_is(at, "item", ROSTER))
			continue;
		count++;
		read_item(at, news);
	}
	return true;
}

bool roster_read_block(const struct stanza *iq, struct news *news)
{
	const struct stanza *block = stanza_child(iq, "block", BLOCKED);
	const struct stanza *list = block ? block : stanza_child(iq, "unblock", BLOCKED);
	unsigned count = 0;

	for (const struct stanza *at = list ? stanza_first(list) : NULL; at && count < ROSTER_MAX;
	     at = stanza_next(at)) {
		const char *jid = stanza_get(at, "jid");
		g_autofree char *address = jid ? contact_bare_address(jid) : NULL;
		const struct talk talk = { .what = block ? TALK_BLOCKED : TALK_UNBLOCKED,
					   .address = address };

		count++;
		if (stanza_is(at, "item", BLOCKED) && address && strchr(address, '@') &&
		    strcmp(address, jid) == 0)
			news_add(news, &talk);
	}
	return list != NULL;
}

char *roster_ask(void)
{
	return g_strdup("<query xmlns='" ROSTER "'/>");
}

char *roster_remove(const char *address)
{
	return g_markup_printf_escaped("<query xmlns='" ROSTER "'><item jid='%s' "
				       "subscription='remove'/></query>",
				       address);
}

char *roster_block(const char *address, bool is_blocked)
{
	const char *name = is_blocked ? "block" : "unblock";

	return g_markup_printf_escaped("<%s xmlns='" BLOCKED "'><item jid='%s'/></%s>", name,
				       address, name);
}
