#include "core/base/mistakes.h"

struct mistake {
	unsigned line;
	unsigned place; /* among those that were added */
	char *sentence;
};

struct mistakes {
	GPtrArray *all; /* of struct mistake */
};

static void mistake_free(gpointer data)
{
	struct mistake *mistake = data;

	g_free(mistake->sentence);
	g_free(mistake);
}

struct mistakes *mistakes_new(void)
{
	struct mistakes *mistakes = g_new0(struct mistakes, 1);

	mistakes->all = g_ptr_array_new_with_free_func(mistake_free);
	return mistakes;
}

void mistakes_free(struct mistakes *mistakes)
{
	if (!mistakes)
		return;
	g_ptr_array_unref(mistakes->all);
	g_free(mistakes);
}

void mistakes_add(struct mistakes *mistakes, unsigned line, const char *sentence)
{
	struct mistake *mistake = g_new0(struct mistake, 1);

	mistake->line = line;
	mistake->place = mistakes->all->len;
	mistake->sentence = g_strdup(sentence);
	g_ptr_array_add(mistakes->all, mistake);
}

static int compare(gconstpointer a, gconstpointer b)
{
	const struct mistake *left = *(struct mistake *const *)a;
	const struct mistake *right = *(struct mistake *const *)b;

	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	return left->place < right->place ? -1 : left->place > right->place;
}

char *mistakes_text(struct mistakes *mistakes)
{
	GString *text = g_string_new(NULL);
	guint told = MIN(mistakes->all->len, MISTAKES_TOLD);

	g_ptr_array_sort(mistakes->all, compare);
	for (guint i = 0; i < told; i++)
		g_string_append_printf(text, "%s%s", i ? "\n" : "",
				       ((struct mistake *)mistakes->all->pdata[i])->sentence);
	if (mistakes->all->len > told)
		g_string_append_printf(text, "\nAnd %u more.", mistakes->all->len - told);
	return g_string_free(text, !told);
}
