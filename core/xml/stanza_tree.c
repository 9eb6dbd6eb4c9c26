#include "core/xml/stanza_tree.h"

#include <stdint.h>
#include <string.h>

#include "core/base/secret.h"

enum { BLOCK_BYTES = 4096 - 64, ALIGNMENT = 8 };

struct block {
	struct block *next;
	uint64_t data[]; /* aligned for every node */
};

struct stanza_tree {
	struct stanza root;
	struct block *blocks;
	char *at;
	size_t left;
	char *source;
	bool is_cut;
};

static void *tree_take(struct stanza_tree *tree, size_t bytes)
{
	void *taken;

	bytes = (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (bytes > tree->left) {
		size_t size = MAX(bytes, (size_t)BLOCK_BYTES);
		struct block *block = plain_new(sizeof(*block) + size);

		block->next = tree->blocks;
		tree->blocks = block;
		tree->at = (char *)block->data;
		tree->left = size;
	}
	taken = tree->at;
	tree->at += bytes;
	tree->left -= bytes;
	return taken;
}

struct stanza *stanza_tree_new(void)
{
	struct stanza_tree *tree = plain_new(sizeof(*tree));

	tree->root.tree = tree;
	tree->root.namespace = "";
	return &tree->root;
}

void stanza_tree_own(struct stanza *root, char *source)
{
	root->tree->source = source;
}

void stanza_tree_cut(struct stanza *root)
{
	root->tree->is_cut = true;
}

bool stanza_tree_is_cut(const struct stanza *node)
{
	return node->tree->is_cut;
}

const char *stanza_tree_keep(struct stanza *node, const char *text, size_t bytes)
{
	char *kept = tree_take(node->tree, bytes + 1);

	memcpy(kept, text, bytes);
	kept[bytes] = '\0';
	return kept;
}

struct stanza *stanza_tree_append(struct stanza *parent)
{
	struct stanza *node = tree_take(parent->tree, sizeof(*node));

	memset(node, 0, sizeof(*node));
	node->tree = parent->tree;
	node->parent = parent;
	if (parent->last)
		parent->last->next = node;
	else
		parent->first = node;
	parent->last = node;
	return node;
}

void stanza_tree_attribute(struct stanza *element, const char *name, const char *value)
{
	struct stanza_attribute *attribute = tree_take(element->tree, sizeof(*attribute));

	attribute->next = NULL;
	attribute->name = name;
	attribute->value = value;
	if (element->last_attribute)
		element->last_attribute->next = attribute;
	else
		element->attributes = attribute;
	element->last_attribute = attribute;
}

void stanza_tree_free(struct stanza *root)
{
	struct stanza_tree *tree = root->tree;

	g_assert(root == &tree->root);
	while (tree->blocks) {
		struct block *next = tree->blocks->next;

		plain_free(tree->blocks);
		tree->blocks = next;
	}
	plain_free(tree->source);
	plain_free(tree);
}

bool stanza_tree_holds(gunichar character)
{
	if (character < 0x20)
		return character == '\t' || character == '\n' || character == '\r';
	return character != 0xFFFE && character != 0xFFFF;
}
