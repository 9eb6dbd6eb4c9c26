#include "core/model/metadata.h"

struct words {
	const char *name;
	const char *words;
};

static const struct words observers[OBSERVER_COUNT] = {
#define X(suffix, name, who) { name, who },
	OBSERVER_ROWS(X)
#undef X
};

static const struct words facts[FACT_ALL] = {
#define X(suffix, name, fact) { name, fact },
	FACT_ROWS(X)
#undef X
};

static const char *const precisions[PRECISION_ALL] = {
#define X(suffix, name) name,
	PRECISION_ROWS(X)
#undef X
};

const char *observer_name(enum observer who)
{
	g_return_val_if_fail(who < OBSERVER_COUNT, "unknown");
	return observers[who].name;
}

const char *observer_words(enum observer who)
{
	g_return_val_if_fail(who < OBSERVER_COUNT, "unknown");
	return observers[who].words;
}

const char *fact_name(enum fact what)
{
	g_return_val_if_fail(what < FACT_ALL, "unknown");
	return facts[what].name;
}

const char *fact_words(enum fact what)
{
	g_return_val_if_fail(what < FACT_ALL, "unknown");
	return facts[what].words;
}

const char *precision_name(enum precision how)
{
	g_return_val_if_fail(how < PRECISION_ALL, "unknown");
	return precisions[how];
}

const struct exposure *exposure_find(const struct exposure *rows, size_t count, enum observer who,
				     enum fact what)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].who == who && rows[i].what == what)
			return &rows[i];
	}
	return NULL;
}

const struct exposure *exposure_check(const struct exposure *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct exposure *row = &rows[i];

		if (row->who >= OBSERVER_COUNT || row->what >= FACT_ALL ||
		    row->how >= PRECISION_ALL || !row->sentence ||
		    !g_str_has_suffix(row->sentence, ".") ||
		    exposure_find(rows, count, row->who, row->what) != row)
			return row;
	}
	return NULL;
}
