#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/xml/stanza.h"
#include "core/xml/stanza_tree.h"

/*
 * The parser works in place on a private copy: values and text are unescaped where they stand
 * (they only shrink) and the tree points at them. The copy has a NUL behind and none within, so
 * looking one character ahead is always safe.
 */

#define XML_NAMESPACE	"http://www.w3.org/XML/1998/namespace"
#define XMLNS_NAMESPACE "http://www.w3.org/2000/xmlns/"

/* A name as it is written, its prefix included. */
struct name {
	const char *text;
	size_t bytes;
	size_t prefix_bytes; /* 0 without a prefix */
};

struct raw_attribute {
	struct name name;
	const char *value;
};

struct prefix {
	const char *text;
	size_t bytes;
	const char *namespace;
};

/* An open element. */
struct level {
	struct stanza *element;
	struct name name;
	const char *default_namespace;
	size_t prefixes; /* how many were in scope around it */
};

struct parser {
	const char *around; /* the default namespace outside the root */
	char *at;
	struct stanza *root;
	size_t elements;
	size_t depth;
	struct level levels[STANZA_DEPTH_MAX];
	size_t prefix_count;
	struct prefix prefixes[STANZA_PREFIXES_MAX];
	struct raw_attribute attributes[STANZA_ATTRIBUTES_MAX];
	size_t attribute_count;
	bool is_cut; /* nothing but the structure is wanted */
	bool has_root;
	GError **error;
};

static gboolean fail(struct parser *parser, const char *why)
{
	error_set(parser->error, ERROR_FORMAT, "The XML that came is malformed: %s.", why);
	return FALSE;
}

static gboolean fail_limit(struct parser *parser, const char *what)
{
	error_set(parser->error, ERROR_LIMIT, "The XML that came has more %s than is accepted.",
		  what);
	return FALSE;
}

/* -- characters ------------------------------------------------------------------------------- */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool skip_space(struct parser *parser)
{
	const char *from = parser->at;

	while (is_space(*parser->at))
		parser->at++;
	return parser->at != from;
}

/* The character reference behind "&#" at IN; where it ends, or NULL. */
static const char *read_reference(const char *in, gunichar *character)
{
	int base = *in == 'x' ? 16 : 10;
	gunichar value = 0;
	const char *digits;

	if (base == 16)
		in++;
	for (digits = in; *in != ';'; in++) {
		int digit = base == 16 ? g_ascii_xdigit_value(*in) : g_ascii_digit_value(*in);

		if (digit < 0)
			return NULL;
		value = value * (gunichar)base + (gunichar)digit;
		if (value > 0x10FFFF)
			return NULL;
	}
	*character = value;
	if (in == digits || !g_unichar_validate(value) || !stanza_tree_holds(value))
		return NULL;
	return in + 1;
}

/* The reference behind "&" at IN (XML 1.0, sections 4.1 and 4.6); where it ends, or NULL. */
static const char *read_entity(const char *in, gunichar *character)
{
	static const struct {
		const char *name;
		char character;
	} known[] = {
		{ "amp;", '&' }, { "lt;", '<' }, { "gt;", '>' }, { "apos;", '\'' }, { "quot;", '"' }
	};

	if (*in == '#')
		return read_reference(in + 1, character);
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		size_t bytes = strlen(known[i].name);

		if (strncmp(in, known[i].name, bytes) == 0) {
			*character = (guchar)known[i].character;
			return in + bytes;
		}
	}
	return NULL;
}

/*
 * Replace references and line ends (section 2.11), and in a value white space (section 3.3.3),
 * from START to STOP, in place, and put a NUL behind. -1 when there is something that may not be.
 */
static gssize unescape(char *start, const char *stop, bool is_value)
{
	char *out = start;
	size_t brackets = 0;

	for (const char *in = start; in < stop;) {
		char c = *in++;

		if (c == '&') {
			gunichar character;

			in = read_entity(in, &character);
			if (!in || in > stop)
				return -1;
			out += g_unichar_to_utf8(character, out);
			brackets = 0;
			continue;
		}
		if (c == '\r' && *in == '\n' && in < stop)
			in++;
		if (is_space(c))
			c = is_value ? ' ' : c == '\r' ? '\n' : c;
		if (!is_value && c == '>' && brackets >= 2)
			return -1; /* "]]>" may not stand in text (section 2.4) */
		if (is_value && c == '<')
			return -1;
		brackets = c == ']' ? brackets + 1 : 0;
		*out++ = c;
	}
	*out = '\0';
	return out - start;
}

/* -- names ------------------------------------------------------------------------------------ */

/* A name without a colon, in ASCII; how long it is, 0 when there is none. */
static size_t span_part(const char *text)
{
	size_t bytes = 0;

	if (!g_ascii_isalpha(*text) && *text != '_')
		return 0;
	while (g_ascii_isalnum(text[bytes]) || (text[bytes] && strchr("_.-", text[bytes])))
		bytes++;
	return bytes;
}

static gboolean read_name(struct parser *parser, struct name *name)
{
	size_t bytes = span_part(parser->at);

	name->text = parser->at;
	name->prefix_bytes = 0;
	if (bytes && name->text[bytes] == ':') {
		size_t local = span_part(name->text + bytes + 1);

		name->prefix_bytes = bytes;
		bytes = local ? bytes + 1 + local : 0;
	}
	name->bytes = bytes;
	parser->at += bytes;
	return bytes ? TRUE : fail(parser, "a name is expected");
}

static bool name_equal(const struct name *a, const struct name *b)
{
	return a->bytes == b->bytes && memcmp(a->text, b->text, a->bytes) == 0;
}

static bool name_is(const struct name *name, const char *text)
{
	return name->bytes == strlen(text) && memcmp(name->text, text, name->bytes) == 0;
}

static bool has_prefix(const struct name *name, const char *prefix)
{
	return name->prefix_bytes == strlen(prefix) &&
	       memcmp(name->text, prefix, name->prefix_bytes) == 0;
}

static const char *keep_local(struct stanza *element, const struct name *name)
{
	size_t skip = name->prefix_bytes ? name->prefix_bytes + 1 : 0;

	return stanza_tree_keep(element, name->text + skip, name->bytes - skip);
}

/* -- namespaces (Namespaces in XML 1.0) ------------------------------------------------------- */

/* What the prefix of NAME stands for, or NULL; the innermost declaration wins. */
static const char *find_prefix(const struct parser *parser, const struct name *name)
{
	for (size_t i = parser->prefix_count; i > 0; i--) {
		const struct prefix *prefix = &parser->prefixes[i - 1];

		if (prefix->bytes == name->prefix_bytes &&
		    memcmp(prefix->text, name->text, prefix->bytes) == 0)
			return prefix->namespace;
	}
	return NULL;
}

static gboolean declare(struct parser *parser, struct level *level,
			const struct raw_attribute *attribute)
{
	const struct name *name = &attribute->name;
	struct prefix *prefix;

	if (strcmp(attribute->value, XML_NAMESPACE) == 0 ||
	    strcmp(attribute->value, XMLNS_NAMESPACE) == 0)
		return fail(parser, "a reserved namespace is declared");
	if (!name->prefix_bytes) {
		level->default_namespace = attribute->value;
		return TRUE;
	}
	if (parser->prefix_count == STANZA_PREFIXES_MAX)
		return fail_limit(parser, "namespace prefixes");
	prefix = &parser->prefixes[parser->prefix_count++];
	prefix->text = name->text + name->prefix_bytes + 1;
	prefix->bytes = name->bytes - name->prefix_bytes - 1;
	prefix->namespace = attribute->value;
	if (!*prefix->namespace ||
	    (prefix->bytes >= 3 && g_ascii_strncasecmp(prefix->text, "xml", 3) == 0))
		return fail(parser, "a namespace prefix is declared that may not be");
	return TRUE;
}

static bool is_declaration(const struct name *name)
{
	return has_prefix(name, "xmlns") || name_is(name, "xmlns");
}

static gboolean declare_all(struct parser *parser, struct level *level)
{
	for (size_t i = 0; i < parser->attribute_count; i++)
		if (is_declaration(&parser->attributes[i].name) &&
		    !declare(parser, level, &parser->attributes[i]))
			return FALSE;
	return TRUE;
}

/* -- tags ------------------------------------------------------------------------------------- */

static gboolean read_attribute(struct parser *parser)
{
	struct raw_attribute *attribute;
	char quote, *start, *stop;

	if (parser->attribute_count == STANZA_ATTRIBUTES_MAX)
		return fail_limit(parser, "attributes");
	attribute = &parser->attributes[parser->attribute_count];
	if (!read_name(parser, &attribute->name))
		return FALSE;
	for (size_t i = 0; i < parser->attribute_count; i++)
		if (name_equal(&parser->attributes[i].name, &attribute->name))
			return fail(parser, "an attribute stands twice");
	skip_space(parser);
	if (*parser->at++ != '=')
		return fail(parser, "an attribute has no value");
	skip_space(parser);
	quote = *parser->at;
	if (quote != '"' && quote != '\'')
		return fail(parser, "a value isn't quoted");
	start = parser->at + 1;
	stop = strchr(start, quote);
	if (!stop)
		return fail(parser, "a value doesn't end");
	if (unescape(start, stop, true) < 0)
		return fail(parser, "a value holds what it may not");
	attribute->value = start;
	parser->attribute_count++;
	parser->at = stop + 1;
	return TRUE;
}

/* Up to the first character that can't be white space or begin an attribute. */
static gboolean read_attributes(struct parser *parser)
{
	parser->attribute_count = 0;
	while (skip_space(parser) && *parser->at != '/' && *parser->at != '>' && *parser->at != '?')
		if (!read_attribute(parser))
			return FALSE;
	return TRUE;
}

static gboolean keep_attributes(struct parser *parser, struct stanza *element)
{
	for (size_t i = 0; i < parser->attribute_count; i++) {
		const struct raw_attribute *attribute = &parser->attributes[i];
		const struct name *name = &attribute->name;

		if (is_declaration(name))
			continue;
		if (!name->prefix_bytes || has_prefix(name, "xml"))
			stanza_tree_attribute(element,
					      stanza_tree_keep(element, name->text, name->bytes),
					      attribute->value);
		else if (!find_prefix(parser, name))
			return fail(parser, "a namespace prefix isn't declared");
	}
	return TRUE;
}

static void close_level(struct parser *parser)
{
	parser->prefix_count = parser->levels[--parser->depth].prefixes;
}

/* Behind "<". */
static gboolean read_start_tag(struct parser *parser)
{
	struct level *around = parser->depth ? &parser->levels[parser->depth - 1] : NULL;
	struct level *level;

	if (parser->depth == STANZA_DEPTH_MAX)
		return fail_limit(parser, "levels");
	if (++parser->elements > STANZA_ELEMENTS_MAX)
		return fail_limit(parser, "elements");
	level = &parser->levels[parser->depth++];
	level->prefixes = parser->prefix_count;
	level->default_namespace = around ? around->default_namespace : parser->around;
	level->element = around ? stanza_tree_append(around->element) : parser->root;
	/* Should its tag not end, then it is an empty text. */
	level->element->text = "";
	if (!read_name(parser, &level->name) || !read_attributes(parser) ||
	    !declare_all(parser, level))
		return FALSE;
	level->element->namespace = level->name.prefix_bytes ? find_prefix(parser, &level->name) :
							       level->default_namespace;
	if (!level->element->namespace)
		return fail(parser, "a namespace prefix isn't declared");
	level->element->name = keep_local(level->element, &level->name);
	if (!keep_attributes(parser, level->element))
		return FALSE;
	if (*parser->at == '/') {
		parser->at++;
		close_level(parser);
	}
	return *parser->at++ == '>' ? TRUE : fail(parser, "a tag doesn't end");
}

/* Behind "</". */
static gboolean read_end_tag(struct parser *parser)
{
	struct name name;

	if (!read_name(parser, &name))
		return FALSE;
	if (!parser->depth || !name_equal(&name, &parser->levels[parser->depth - 1].name))
		return fail(parser, "a tag ends that isn't open");
	skip_space(parser);
	if (*parser->at++ != '>')
		return fail(parser, "a tag doesn't end");
	close_level(parser);
	return TRUE;
}

/* Up to "<", which is consumed: its place takes the NUL. */
static gboolean read_text(struct parser *parser)
{
	struct level *level = &parser->levels[parser->depth - 1];
	char *start = parser->at;
	char *stop = strchr(start, '<');
	gssize bytes;

	if (!stop)
		return fail(parser, "it is cut off");
	parser->at = stop + 1;
	if (parser->is_cut && stop - start > STANZA_CUT_TEXT_MAX)
		return TRUE;
	bytes = unescape(start, stop, false);
	if (bytes < 0)
		return fail(parser, "text holds what it may not");
	if (bytes > 0) {
		struct stanza *run = stanza_tree_append(level->element);

		run->text = start;
		run->text_bytes = (size_t)bytes;
	}
	return TRUE;
}

/* -- the document ----------------------------------------------------------------------------- */

/* <?xml version='1.0' encoding='UTF-8'?>, which may be missing. */
static gboolean read_declaration(struct parser *parser)
{
	static const char *const names[] = { "version", "encoding", "standalone" };
	size_t next = 0;

	if (strncmp(parser->at, "<?xml", 5) != 0 || !is_space(parser->at[5]))
		return TRUE;
	parser->at += 5;
	if (!read_attributes(parser))
		return FALSE;
	for (size_t i = 0; i < parser->attribute_count; i++) {
		const struct raw_attribute *attribute = &parser->attributes[i];

		while (next < 3 && !name_is(&attribute->name, names[next]))
			next++;
		if (next == 3 ||
		    (next == 1 && g_ascii_strcasecmp(attribute->value, "utf-8") != 0) ||
		    (next == 0 && strcmp(attribute->value, "1.0") != 0))
			return fail(parser, "it isn't XML 1.0 in UTF-8");
	}
	if (!parser->attribute_count || !name_is(&parser->attributes[0].name, "version") ||
	    strncmp(parser->at, "?>", 2) != 0)
		return fail(parser, "it isn't XML 1.0 in UTF-8");
	parser->at += 2;
	return TRUE;
}

static gboolean read_document(struct parser *parser)
{
	if (!read_declaration(parser))
		return FALSE;
	skip_space(parser);
	if (*parser->at++ != '<')
		return fail(parser, "it doesn't begin with an element");
	if (!read_start_tag(parser))
		return FALSE;
	parser->has_root = true;
	while (parser->depth) {
		if (!read_text(parser))
			return FALSE;
		if (*parser->at == '/') {
			parser->at++;
			if (!read_end_tag(parser))
				return FALSE;
		} else if (!read_start_tag(parser)) {
			return FALSE;
		}
	}
	skip_space(parser);
	return *parser->at ? fail(parser, "something stands behind its end") : TRUE;
}

struct stanza *stanza_decode(const void *data, size_t bytes, GError **error)
{
	return stanza_decode_within("", data, bytes, error);
}

struct stanza *stanza_decode_within(const char *namespace, const void *data, size_t bytes,
				    GError **error)
{
	struct parser parser = { .around = namespace, .error = error };
	struct stanza *root;

	if (bytes > STANZA_BYTES_MAX) {
		error_set(error, ERROR_LIMIT, "The XML that came is larger than %d KiB.",
			  STANZA_BYTES_MAX / 1024);
		return NULL;
	}
	if (stanza_valid_bytes(data, bytes) != bytes) {
		error_set(error, ERROR_FORMAT,
			  "The XML that came is malformed: it isn't UTF-8 that XML can hold.");
		return NULL;
	}
	root = parser.root = stanza_tree_new();
	parser.at = plain_ndup(data, bytes);
	stanza_tree_own(root, parser.at);
	if (!read_document(&parser)) {
		stanza_free(root);
		return NULL;
	}
	return root;
}

struct stanza *stanza_decode_cut(const char *namespace, const void *data, size_t bytes)
{
	struct parser parser = { .around = namespace, .is_cut = true };
	size_t valid = stanza_valid_bytes(data, bytes);
	struct stanza *root = parser.root = stanza_tree_new();

	stanza_tree_cut(root);
	parser.at = plain_ndup(data, valid);
	stanza_tree_own(root, parser.at);
	if (read_document(&parser) || parser.has_root)
		return root;
	stanza_free(root);
	return NULL;
}
