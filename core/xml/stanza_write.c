#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/xml/stanza.h"
#include "core/xml/stanza_tree.h"

/* Written to twice: first without memory, to learn the size, then with exactly that much. */
struct sink {
	char *out;
	size_t bytes;
	size_t elements;
	bool is_bad;  /* something XML can't hold */
	bool is_deep; /* more levels than stanza_decode() reads */
};

static void put(struct sink *sink, const char *text, size_t bytes)
{
	if (sink->out)
		memcpy(sink->out + sink->bytes, text, bytes);
	sink->bytes += bytes;
}

static void put_word(struct sink *sink, const char *word)
{
	put(sink, word, strlen(word));
}

/* What CHARACTER must be written as, NULL for itself. */
static const char *escape(char character, bool is_value)
{
	switch (character) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\r':
		return "&#13;"; /* a raw one would be read as LF (XML 1.0, section 2.11) */
	case '\'':
		return is_value ? "&apos;" : NULL;
	case '\n':
		return is_value ? "&#10;" : NULL; /* a raw one would be a space (3.3.3) */
	case '\t':
		return is_value ? "&#9;" : NULL;
	default:
		return NULL;
	}
}

static void put_text(struct sink *sink, const char *text, size_t bytes, bool is_value)
{
	size_t from = 0;

	if (!sink->out && stanza_valid_bytes(text, bytes) != bytes)
		sink->is_bad = true;
	for (size_t at = 0; at < bytes; at++) {
		const char *instead = escape(text[at], is_value);

		if (!instead)
			continue;
		put(sink, text + from, at - from);
		put_word(sink, instead);
		from = at + 1;
	}
	put(sink, text + from, bytes - from);
}

static void put_attribute(struct sink *sink, const char *name, const char *value)
{
	put(sink, " ", 1);
	put_word(sink, name);
	put(sink, "='", 2);
	put_text(sink, value, strlen(value), true);
	put(sink, "'", 1);
}

static void put_element(struct sink *sink, const struct stanza *element, unsigned int depth)
{
	/* What is written of a larger tree has to stand for itself. */
	const char *around = depth > 1 ? element->parent->namespace : "";

	sink->elements++;
	if (depth > STANZA_DEPTH_MAX) {
		sink->is_deep = true;
		return;
	}
	put(sink, "<", 1);
	put_word(sink, element->name);
	if (strcmp(element->namespace, around) != 0)
		put_attribute(sink, "xmlns", element->namespace);
	for (const struct stanza_attribute *at = element->attributes; at; at = at->next)
		put_attribute(sink, at->name, at->value);
	if (!element->first) {
		put(sink, "/>", 2);
		return;
	}
	put(sink, ">", 1);
	for (const struct stanza *child = element->first; child; child = child->next) {
		if (child->name)
			put_element(sink, child, depth + 1);
		else
			put_text(sink, child->text, child->text_bytes, false);
	}
	put(sink, "</", 2);
	put_word(sink, element->name);
	put(sink, ">", 1);
}

char *stanza_encode(const struct stanza *root, size_t *bytes, GError **error)
{
	struct sink sink = { 0 };

	put_element(&sink, root, 1);
	if (sink.is_bad) {
		error_set(error, ERROR_FORMAT,
			  "The text holds a character that can't be sent; take it out.");
		return NULL;
	}
	if (sink.is_deep || sink.elements > STANZA_ELEMENTS_MAX || sink.bytes > STANZA_BYTES_MAX) {
		error_set(error, ERROR_LIMIT, "The message is too large to be sent; shorten it.");
		return NULL;
	}
	*bytes = sink.bytes;
	sink.out = plain_new(sink.bytes);
	sink.bytes = 0;
	put_element(&sink, root, 1);
	return sink.out;
}
