/*
 * stanza_tree: how a tree lies in memory; for core/xml/stanza*.c only.
 *
 * One tree is one arena of plain memory. Elements and runs of text are the same node; text has no
 * name. Every string is kept by the tree: in the arena, or in `source`, the private copy of the
 * bytes that it was decoded from.
 */
#ifndef SOTTO_CORE_XML_STANZA_TREE_H
#define SOTTO_CORE_XML_STANZA_TREE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct stanza_attribute {
	struct stanza_attribute *next;
	const char *name;
	const char *value;
};

struct stanza {
	struct stanza_tree *tree;
	struct stanza *parent;
	struct stanza *first;
	struct stanza *last;
	struct stanza *next;
	struct stanza_attribute *attributes;
	struct stanza_attribute *last_attribute;
	const char *name; /* NULL: a run of text */
	const char *namespace;
	const char *text; /* of a run of text */
	size_t text_bytes;
};

/* A new tree whose root has neither name nor namespace yet; free it with stanza_tree_free(). */
struct stanza *stanza_tree_new(void);
/* Wipe and free the tree of ROOT. */
void stanza_tree_free(struct stanza *root);
/* Give SOURCE (plain memory) to the tree. */
void stanza_tree_own(struct stanza *root, char *source);
/* The tree of ROOT isn't whole: stanza_is_cut(). */
void stanza_tree_cut(struct stanza *root);
bool stanza_tree_is_cut(const struct stanza *node);
/* A copy of BYTES of TEXT, with a NUL, in the tree. */
const char *stanza_tree_keep(struct stanza *node, const char *text, size_t bytes);
/* A new last node below PARENT, without name or text. */
struct stanza *stanza_tree_append(struct stanza *parent);
/* A new last attribute; its strings are not copied. */
void stanza_tree_attribute(struct stanza *element, const char *name, const char *value);
/* Whether XML 1.0 can hold the character (section 2.2). */
bool stanza_tree_holds(gunichar character) G_GNUC_CONST;

#endif
