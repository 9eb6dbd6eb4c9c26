/*
 * stanza: XML trees, bounded. The one XML codec of sotto.
 *
 * Decoding is bounded (decisions.md, "XML"): STANZA_BYTES_MAX bytes, STANZA_DEPTH_MAX levels,
 * STANZA_ELEMENTS_MAX elements, STANZA_ATTRIBUTES_MAX attributes an element and
 * STANZA_PREFIXES_MAX namespace prefixes in scope; no "<!" and no "<?" but one XML declaration;
 * valid UTF-8, characters of XML 1.0 only, names in ASCII, nothing behind the root. Its time and
 * its memory grow in proportion to the bytes, whatever they are.
 *
 * A tree belongs to whoever holds its root, and so does every string that it gives; all of it is
 * plain memory (core/base/secret.h), wiped when the root is freed. Elements are found by local name
 * and namespace, never by position. Attributes of foreign namespaces are not kept ("xml:lang" is,
 * by that name). Encoding writes CR as &#13; so that it survives.
 *
 * Why there is no library below: libstrophe's tree takes time quadratic in newlines and in
 * siblings (0.2 s for 256 KiB of newlines, 80 s for mixed content), leaves words in freed memory,
 * and shares a static pointer between the contexts of different threads. GMarkup knows neither
 * namespaces nor XML's line ends. What is left to parse within the bounds above is small.
 */
#ifndef SOTTO_CORE_XML_STANZA_H
#define SOTTO_CORE_XML_STANZA_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	STANZA_BYTES_MAX = 512 * 1024,
	STANZA_CUT_TEXT_MAX = 4096, /* longer text isn't kept in a tree that is cut */
	STANZA_DEPTH_MAX = 16,
	STANZA_ELEMENTS_MAX = 4096,
	STANZA_ATTRIBUTES_MAX = 32,
	STANZA_PREFIXES_MAX = 16,
};

struct stanza;

/* A new root element; NAMESPACE may be NULL. */
struct stanza *stanza_new(const char *name, const char *namespace);
/* Wipe and free a whole tree; NULL is fine. */
void stanza_free(struct stanza *root);

/* A new last child of PARENT, owned by the tree; a NULL namespace inherits. */
struct stanza *stanza_add(struct stanza *parent, const char *name, const char *namespace);
/* Add TEXT behind what PARENT already holds. */
void stanza_add_text(struct stanza *parent, const char *text);
/* Add the bytes as text in base64 (RFC 4648 section 4). */
void stanza_add_base64(struct stanza *parent, const void *data, size_t bytes);
/* Set ATTRIBUTE, replacing a former value; a NULL value does nothing. */
void stanza_set(struct stanza *element, const char *attribute, const char *value);
void stanza_set_number(struct stanza *element, const char *attribute, int64_t value);

const char *stanza_name(const struct stanza *element);
/* The namespace in force, inherited ones included; "" without one. */
const char *stanza_namespace(const struct stanza *element);
bool stanza_is(const struct stanza *element, const char *name, const char *namespace);
/* The value, or NULL. */
const char *stanza_get(const struct stanza *element, const char *attribute);
/* A whole decimal number within MIN and MAX; FALSE otherwise. */
gboolean stanza_get_number(const struct stanza *element, const char *attribute, int64_t min,
			   int64_t max, int64_t *number) G_GNUC_WARN_UNUSED_RESULT;

/* The first child of that name and namespace, or NULL. */
struct stanza *stanza_child(const struct stanza *parent, const char *name, const char *namespace);
/* Walk the child elements (text is skipped): NULL ends. */
struct stanza *stanza_first(const struct stanza *parent);
struct stanza *stanza_next(const struct stanza *child);

/* The element's own text, without that of its children, in plain memory; "" for none. */
char *stanza_text(const struct stanza *element);
/*
 * The element's own text read as base64 (white space allowed, padding required), at most MAX
 * bytes. ERROR_FORMAT when it isn't base64, ERROR_LIMIT when it is more.
 */
GBytes *stanza_base64(const struct stanza *element, size_t max,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Read one document. ERROR_LIMIT when it is beyond a bound, ERROR_FORMAT when it isn't what the
 * head of this file says.
 */
struct stanza *stanza_decode(const void *data, size_t bytes,
			     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for an element that stood where NAMESPACE (which has to last) was the default one. */
struct stanza *stanza_decode_within(const char *namespace, const void *data, size_t bytes,
				    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * What can be read of an element that stanza_decode_within() refused, so that it can be said whose
 * it was: its structure up to the bounds, without long texts. NULL when not even its start tag can
 * be read. Such a tree is cut: what isn't in it may have been there, and it is never written.
 */
struct stanza *stanza_decode_cut(const char *namespace, const void *data, size_t bytes);
/* Whether ELEMENT belongs to such a tree. */
bool stanza_is_cut(const struct stanza *element);
/*
 * Write ROOT, or a part of a larger tree, in plain memory with a NUL behind, its size in *BYTES.
 * ERROR_FORMAT for text or values that XML can't hold, ERROR_LIMIT for what stanza_decode()
 * wouldn't read for its size.
 */
char *stanza_encode(const struct stanza *root, size_t *bytes,
		    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * How many of the BYTES at TEXT, from its beginning, are valid UTF-8 and characters that XML 1.0
 * can hold (section 2.2): BYTES when all are.
 */
size_t stanza_valid_bytes(const char *text, size_t bytes) G_GNUC_PURE;

#endif
