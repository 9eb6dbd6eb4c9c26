/* What is tested over a fake store brings no files; what they do is tested over the real one. */
#include "tests/support/fake_inside.h"

static gboolean get(struct store *store, const struct file_key *key, struct file_row **row,
		    GError **error)
{
	(void)store;
	(void)key;
	(void)error;
	*row = NULL;
	return TRUE;
}

static gboolean each(struct store *store, const char *conversation, file_func func, void *user,
		     GError **error)
{
	(void)store;
	(void)conversation;
	(void)func;
	(void)user;
	(void)error;
	return TRUE;
}

const struct store_files_ops fake_files_ops = { .get = get, .each = each };
