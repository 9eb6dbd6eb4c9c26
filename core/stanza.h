/*
 * stanza: XML trees, bounded. The one XML codec of sotto, over libstrophe's tree.
 *
 * Decoding scans the bytes before any parser sees them (decisions.md, "XML"): at
 * most STANZA_BYTES_MAX, STANZA_DEPTH_MAX levels, STANZA_ELEMENTS_MAX elements and STANZA_ATTRIBUTES_MAX
 * attributes an element, no "<!" or "<?" but one XML declaration, valid UTF-8, XML 1.0
 * characters only, nothing behind the root. A tree is owned by whoever holds its root; children belong
 * to their parent. Names are looked up by local name and namespace, never by position.
 * Encoding writes CR as &#13; so that it survives, and refuses characters XML can't hold.
 */
#ifndef SOTTO_CORE_STANZA_H
#define SOTTO_CORE_STANZA_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	STANZA_BYTES_MAX = 256 * 1024,
	STANZA_DEPTH_MAX = 16,
	STANZA_ELEMENTS_MAX = 4096,
	STANZA_ATTRIBUTES_MAX = 32,
};

struct stanza;

/* A new root element; NAMESPACE may be NULL. */
struct stanza *stanza_new(const char *name, const char *namespace);
void stanza_free(struct stanza *root);

/* A new last child of PARENT; a NULL namespace inherits. Owned by the tree. */
struct stanza *stanza_add(struct stanza *parent, const char *name, const char *namespace);
/* Text behind what PARENT already holds. */
void stanza_add_text(struct stanza *parent, const char *text);
/* The bytes in base64. */
void stanza_add_base64(struct stanza *parent, const void *data, size_t bytes);
void stanza_set(struct stanza *element, const char *attribute, const char *value);
void stanza_set_number(struct stanza *element, const char *attribute, int64_t value);

const char *stanza_name(const struct stanza *element);
/* The namespace in force, inherited ones included; "" without one. */
const char *stanza_namespace(const struct stanza *element);
bool stanza_is(const struct stanza *element, const char *name, const char *namespace);
const char *stanza_get(const struct stanza *element, const char *attribute);
/* A whole decimal number within MIN and MAX; FALSE otherwise. */
gboolean stanza_get_number(const struct stanza *element, const char *attribute, int64_t min,
			   int64_t max, int64_t *number) G_GNUC_WARN_UNUSED_RESULT;

/* The first child of that name and namespace, or NULL. */
struct stanza *stanza_child(const struct stanza *parent, const char *name, const char *namespace);
/* Walk the child elements (text is skipped): NULL ends. */
struct stanza *stanza_first(const struct stanza *parent);
struct stanza *stanza_next(const struct stanza *child);

/* The element's own text in plain memory (plain_free), "" for none. */
char *stanza_text(const struct stanza *element);
/* The element's text as base64 (white space allowed), at most MAX bytes; NULL and ERROR_FORMAT otherwise. */
GBytes *stanza_base64(const struct stanza *element, size_t max, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ERROR_LIMIT or ERROR_FORMAT; never more memory than a small multiple of BYTES. */
struct stanza *stanza_decode(const void *data, size_t bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Plain memory (it may hold words), NUL behind, size in *BYTES; ERROR_FORMAT for characters XML can't hold. */
char *stanza_encode(const struct stanza *root, size_t *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
