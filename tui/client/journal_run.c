#include "tui/client/journal_run.h"

#include <stdbool.h>
#include <string.h>
#include "core/profile/journal.h"

struct journal_run {
	journal_func func;
	void *user;
	unsigned count;		 /* of the run that is open, 0: none is */
	struct journal_row last; /* its newest row, but for the detail */
	GHashTable *details;	 /* text -> how often */
	struct journal_row open; /* an unlocking that may be a verb's; `what` NULL: none is held */
	struct journal_row first; /* the first such unlocking of the run */
	struct journal_row shut; /* the newest locking that followed one at once */
	unsigned verbs;		 /* so many verbs in a row did nothing that is on record */
};

static struct journal_row copy_row(const struct journal_row *row)
{
	struct journal_row copy = *row;

	copy.what = g_strdup(row->what);
	copy.address = g_strdup(row->address);
	copy.detail = g_strdup(row->detail);
	return copy;
}

static void drop_row(struct journal_row *row)
{
	journal_row_clear(row);
	memset(row, 0, sizeof(*row));
}

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

/* Verbs that opened the profile and closed it again, in one line where there are several. */
static gboolean pass_verbs(struct journal_run *run)
{
	gboolean goes_on = TRUE;

	if (run->verbs > 1) {
		g_free(run->shut.what);
		g_free(run->shut.detail);
		run->shut.what = g_strdup(journal_name(JOURNAL_UNLOCKED));
		run->shut.detail = g_strdup_printf("and locked again %u times, for a verb each",
						   run->verbs);
		goes_on = run->func(&run->shut, run->user);
	} else if (run->verbs == 1) {
		goes_on = run->func(&run->first, run->user) && run->func(&run->shut, run->user);
	}
	run->verbs = 0;
	drop_row(&run->first);
	drop_row(&run->shut);
	return goes_on;
}

static gboolean pass_open(struct journal_run *run)
{
	gboolean goes_on = !run->open.what || run->func(&run->open, run->user);

	drop_row(&run->open);
	return goes_on;
}

/* TRUE: ROW is kept as a part of such a run. */
static bool is_verbs(struct journal_run *run, const struct journal_row *row)
{
	if (strcmp(row->what, journal_name(JOURNAL_UNLOCKED)) == 0 && !run->open.what) {
		run->open = copy_row(row);
		return true;
	}
	if (!run->open.what || strcmp(row->what, journal_name(JOURNAL_LOCKED)) != 0 ||
	    g_strcmp0(row->detail, "exit") != 0)
		return false;
	if (!run->verbs++)
		run->first = copy_row(&run->open);
	drop_row(&run->open);
	drop_row(&run->shut);
	run->shut = copy_row(row);
	return true;
}

static gboolean add_counted(const struct journal_row *row, struct journal_run *run);

gboolean journal_run_add(const struct journal_row *row, void *user)
{
	struct journal_run *run = user;

	if (is_verbs(run, row))
		return pass_on(run);
	return pass_verbs(run) && pass_open(run) && add_counted(row, run);
}

static gboolean add_counted(const struct journal_row *row, struct journal_run *run)
{
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
	if (!pass_on(run) || !pass_verbs(run) || !pass_open(run))
		run->count = 0;
	drop_row(&run->open);
	drop_row(&run->first);
	drop_row(&run->shut);
	g_hash_table_unref(run->details);
	g_free(run);
}
