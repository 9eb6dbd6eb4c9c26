#include "core/xml/stanza.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/xml/stanza_tree.h"

void stanza_free(struct stanza *root)
{
	if (root)
		stanza_tree_free(root);
}

/* -- building --------------------------------------------------------------------------------- */

static void set_name(struct stanza *element, const char *name, const char *namespace)
{
	element->name = stanza_tree_keep(element, name, strlen(name));
	if (namespace)
		element->namespace = stanza_tree_keep(element, namespace, strlen(namespace));
	else
		element->namespace = element->parent ? element->parent->namespace : "";
}

struct stanza *stanza_new(const char *name, const char *namespace)
{
	struct stanza *root = stanza_tree_new();

	set_name(root, name, namespace);
	return root;
}

struct stanza *stanza_add(struct stanza *parent, const char *name, const char *namespace)
{
	struct stanza *element = stanza_tree_append(parent);

	set_name(element, name, namespace);
	return element;
}

static void add_text(struct stanza *parent, const char *text, size_t bytes)
{
	struct stanza *run;

	if (!bytes)
		return;
	run = stanza_tree_append(parent);
	run->text = stanza_tree_keep(parent, text, bytes);
	run->text_bytes = bytes;
}

void stanza_add_text(struct stanza *parent, const char *text)
{
	add_text(parent, text, strlen(text));
}

void stanza_add_base64(struct stanza *parent, const void *data, size_t bytes)
{
	char *text;

	if (!bytes)
		return;
	text = g_base64_encode(data, bytes);
	add_text(parent, text, strlen(text));
	g_free(text);
}

static struct stanza_attribute *find_attribute(const struct stanza *element, const char *name)
{
	for (struct stanza_attribute *at = element->attributes; at; at = at->next)
		if (strcmp(at->name, name) == 0)
			return at;
	return NULL;
}

void stanza_set(struct stanza *element, const char *attribute, const char *value)
{
	struct stanza_attribute *former;

	if (!value)
		return;
	value = stanza_tree_keep(element, value, strlen(value));
	former = find_attribute(element, attribute);
	if (former)
		former->value = value;
	else
		stanza_tree_attribute(
			element, stanza_tree_keep(element, attribute, strlen(attribute)), value);
}

void stanza_set_number(struct stanza *element, const char *attribute, int64_t value)
{
	char digits[24];

	g_snprintf(digits, sizeof(digits), "%" G_GINT64_FORMAT, value);
	stanza_set(element, attribute, digits);
}

/* -- reading ---------------------------------------------------------------------------------- */

const char *stanza_name(const struct stanza *element)
{
	return element->name;
}

const char *stanza_namespace(const struct stanza *element)
{
	return element->namespace;
}

bool stanza_is_cut(const struct stanza *element)
{
	return stanza_tree_is_cut(element);
}

bool stanza_is(const struct stanza *element, const char *name, const char *namespace)
{
	return strcmp(element->name, name) == 0 && strcmp(element->namespace, namespace) == 0;
}

const char *stanza_get(const struct stanza *element, const char *attribute)
{
	const struct stanza_attribute *found = find_attribute(element, attribute);

	return found ? found->value : NULL;
}

gboolean stanza_get_number(const struct stanza *element, const char *attribute, int64_t min,
			   int64_t max, int64_t *number)
{
	const char *value = stanza_get(element, attribute);

	return value && *value != '+' &&
	       g_ascii_string_to_signed(value, 10, min, max, number, NULL);
}

static struct stanza *skip_text(struct stanza *node)
{
	while (node && !node->name)
		node = node->next;
	return node;
}

struct stanza *stanza_first(const struct stanza *parent)
{
	return skip_text(parent->first);
}

struct stanza *stanza_next(const struct stanza *child)
{
	return skip_text(child->next);
}

struct stanza *stanza_child(const struct stanza *parent, const char *name, const char *namespace)
{
	struct stanza *child = stanza_first(parent);

	while (child && !stanza_is(child, name, namespace))
		child = stanza_next(child);
	return child;
}

char *stanza_text(const struct stanza *element)
{
	size_t bytes = 0;
	char *text, *at;

	for (const struct stanza *run = element->first; run; run = run->next)
		bytes += run->text_bytes;
	text = at = plain_new(bytes);
	for (const struct stanza *run = element->first; run; run = run->next) {
		if (!run->text_bytes)
			continue;
		memcpy(at, run->text, run->text_bytes);
		at += run->text_bytes;
	}
	return text;
}

/*
 * Take the white space out of TEXT and check that base64 is left: g_base64_decode skips over
 * what it doesn't know. Returns how many characters it is, -1 when it isn't base64.
 */
static gssize squeeze_base64(char *text)
{
	char *out = text;
	size_t pads = 0;

	for (const char *in = text; *in; in++) {
		if (g_ascii_isspace(*in))
			continue;
		if (*in == '=')
			pads++;
		else if (pads || !(g_ascii_isalnum(*in) || *in == '+' || *in == '/'))
			return -1;
		*out++ = *in;
	}
	*out = '\0';
	return pads > 2 || (out - text) % 4 ? -1 : out - text;
}

GBytes *stanza_base64(const struct stanza *element, size_t max, GError **error)
{
	char *text = stanza_text(element);
	gssize length = squeeze_base64(text);
	guchar *decoded = NULL;
	gsize bytes = 0;

	if (length < 0)
		error_set(error, ERROR_FORMAT, "What stands in <%s> isn't base64.", element->name);
	else if ((size_t)length / 4 * 3 > max + 2)
		bytes = max + 1;
	else
		decoded = g_base64_decode(text, &bytes);
	plain_free(text);
	if (bytes > max) {
		g_clear_pointer(&decoded, g_free);
		error_set(error, ERROR_LIMIT, "What stands in <%s> is larger than %zu bytes.",
			  element->name, max);
	}
	return decoded ? g_bytes_new_take(decoded, bytes) : NULL;
}

size_t stanza_valid_bytes(const char *text, size_t bytes)
{
	size_t at = 0;

	while (at < bytes) {
		unsigned char byte = (unsigned char)text[at];
		gunichar character;

		/* Nearly all of a sealed message is base64. */
		if (byte >= ' ' && byte < 0x7f) {
			at++;
			continue;
		}
		if (byte < 0x80) {
			if (!stanza_tree_holds(byte))
				return at;
			at++;
			continue;
		}
		character = g_utf8_get_char_validated(text + at, (gssize)(bytes - at));
		if (character >= (gunichar)-2 || !stanza_tree_holds(character))
			return at;
		at += (size_t)g_unichar_to_utf8(character, NULL);
	}
	return bytes;
}
