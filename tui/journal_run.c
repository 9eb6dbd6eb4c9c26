#include "tui/journal_run.h"

#include <stdbool.h>
#include <string.h>
#include "core/journal.h"

struct journal_run {
	journal_func func;
	void *user;
	unsigned count;		 /* of the run that is open, 0: none is */
	struct journal_row last; /* its newest row, but for the detail */
	GHashTable *details;	 /* text -> how often */
};

static bool is_counted(const char *what)
{
	return strcmp(what, journal_name(JOURNAL_CONTROL_USED)) == 0 ||
	       strcmp(what, journal_name(JOURNAL_CONTROL_REFUSED)) == 0;
}

struct journal_run *journal_run_new(journal_func func, void *user)
{
	struct journal_run *run = g_new0(struct journal_run, 1);

	run->func = func;
	run->user = user;
	run->details = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return run;
}

/* "history", or "12 times: history 5, send 7". */
static char *sum_up(const struct journal_run *run)
{
	g_autoptr(GList) details =
		g_list_sort(g_hash_table_get_keys(run->details), (GCompareFunc)strcmp);
	GString *text = g_string_new(NULL);

	if (run->count > 1)
		g_string_append_printf(text, "%u times: ", run->count);
	for (GList *link = details; link; link = link->next) {
		g_string_append_printf(text, "%s%s", link == details ? "" : ", ",
				       (const char *)link->data);
		if (run->count > 1)
			g_string_append_printf(
				text, " %u",
				GPOINTER_TO_UINT(g_hash_table_lookup(run->details, link->data)));
	}
	return g_string_free(text, FALSE);
}

/* What was counted, and no more of it. */
static gboolean pass_on(struct journal_run *run)
{
	gboolean goes_on = TRUE;

	if (!run->count)
		return TRUE;
	run->last.detail = sum_up(run);
	goes_on = run->func(&run->last, run->user);
	journal_row_clear(&run->last);
	g_hash_table_remove_all(run->details);
	run->count = 0;
	return goes_on;
}

gboolean journal_run_add(const struct journal_row *row, void *user)
{
	struct journal_run *run = user;
	bool is_part = is_counted(row->what);
	gpointer former;
	char *what;

	if (run->count && (!is_part || strcmp(row->what, run->last.what) != 0) && !pass_on(run))
		return FALSE;
	if (!is_part)
		return run->func(row, run->user);
	former = g_hash_table_lookup(run->details, row->detail ? row->detail : "");
	g_hash_table_insert(run->details, g_strdup(row->detail ? row->detail : ""),
			    GUINT_TO_POINTER(GPOINTER_TO_UINT(former) + 1));
	what = g_strdup(row->what);
	journal_row_clear(&run->last);
	run->last = (struct journal_row){ .number = row->number, .at = row->at, .what = what };
	run->count++;
	return TRUE;
}

void journal_run_end(struct journal_run *run)
{
	if (!pass_on(run))
		run->count = 0;
	g_hash_table_unref(run->details);
	g_free(run);
}
