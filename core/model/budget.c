#include "core/model/budget.h"

#include <string.h>

enum { FORMAT = 1 };

/* Nobody's uids; they stand for the sources that aren't told apart, and for all together. */
static const uint32_t others = UINT32_MAX, together = UINT32_MAX - 1;

static const uint64_t most[BUDGET_KINDS] = {
#define X(suffix, number) number,
	BUDGET_ROWS(X)
#undef X
};

struct row {
	uint32_t source;
	uint32_t spent[BUDGET_KINDS];
};

struct budget {
	int64_t minute; /* what the rows are about */
	GArray *rows;
};

struct budget *budget_new(GBytes *kept)
{
	struct budget *budget = g_new0(struct budget, 1);
	gsize bytes = 0;
	const char *data = kept ? g_bytes_get_data(kept, &bytes) : NULL;
	const gsize head = 1 + sizeof(budget->minute);

	budget->rows = g_array_new(FALSE, TRUE, sizeof(struct row));
	if (bytes < head || data[0] != FORMAT || (bytes - head) % sizeof(struct row) != 0 ||
	    (bytes - head) / sizeof(struct row) > BUDGET_SOURCES + 2)
		return budget;
	memcpy(&budget->minute, data + 1, sizeof(budget->minute));
	g_array_append_vals(budget->rows, data + head,
			    (guint)((bytes - head) / sizeof(struct row)));
	return budget;
}

void budget_free(struct budget *budget)
{
	if (!budget)
		return;
	g_array_unref(budget->rows);
	g_free(budget);
}

GBytes *budget_pack(const struct budget *budget)
{
	GByteArray *bytes = g_byte_array_new();
	const uint8_t format = FORMAT;

	g_byte_array_append(bytes, &format, 1);
	g_byte_array_append(bytes, (const uint8_t *)&budget->minute, sizeof(budget->minute));
	g_byte_array_append(bytes, (const uint8_t *)budget->rows->data,
			    (guint)(budget->rows->len * sizeof(struct row)));
	return g_byte_array_free_to_bytes(bytes);
}

static struct row *find(const struct budget *budget, uint32_t source)
{
	for (guint i = 0; i < budget->rows->len; i++) {
		struct row *row = &g_array_index(budget->rows, struct row, i);

		if (row->source == source)
			return row;
	}
	return NULL;
}

/* The row of SOURCE, or of all that aren't told apart. NULL: nothing was spent, and there is room
 * for a row. */
static struct row *row_of(const struct budget *budget, uint32_t source)
{
	struct row *row = find(budget, source);

	if (row || budget->rows->len < BUDGET_SOURCES || source == together)
		return row;
	return find(budget, others);
}

/* A minute that is over leaves nothing. */
static void turn(struct budget *budget, int64_t minute)
{
	if (budget->minute == minute)
		return;
	budget->minute = minute;
	g_array_set_size(budget->rows, 0);
}

static bool has_left(const struct row *row, unsigned times, const struct cost *cost)
{
	for (int i = 0; i < BUDGET_KINDS; i++) {
		if (cost->of[i] && (row ? row->spent[i] : 0) + cost->of[i] > most[i] * times)
			return false;
	}
	return true;
}

bool budget_allows(struct budget *budget, uint32_t source, unsigned times, int64_t minute,
		   const struct cost *cost)
{
	turn(budget, minute);
	return has_left(row_of(budget, source), times, cost) &&
	       has_left(row_of(budget, together), times * BUDGET_TOGETHER, cost);
}

static void add(struct budget *budget, uint32_t source, const struct cost *cost)
{
	struct row *row = row_of(budget, source);

	if (!row) {
		const struct row fresh = { .source = budget->rows->len < BUDGET_SOURCES ||
							     source == together
						     ? source
						     : others };

		g_array_append_val(budget->rows, fresh);
		row = &g_array_index(budget->rows, struct row, budget->rows->len - 1);
	}
	for (int i = 0; i < BUDGET_KINDS; i++)
		row->spent[i] = (uint32_t)MIN(row->spent[i] + cost->of[i], UINT32_MAX);
}

void budget_take(struct budget *budget, uint32_t source, int64_t minute, const struct cost *cost)
{
	turn(budget, minute);
	add(budget, together, cost);
	add(budget, source, cost);
}
