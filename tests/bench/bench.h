/*
 * bench: what the benchmarks print: lines `name value reference ratio`, units in the name. Where
 * there is no reference in the same run the value stands against what was promised (0: nothing).
 */
#ifndef SOTTO_TESTS_BENCH_H
#define SOTTO_TESTS_BENCH_H

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

static inline void bench_line(const char *name, double value, double reference)
{
	printf("%-44s %12.2f %12.2f %8.2f\n", name, value, reference,
	       reference > 0 ? value / reference : 0);
	fflush(stdout);
}

static inline double bench_now(void)
{
	return (double)g_get_monotonic_time() / 1000;
}

static inline void bench_must(gboolean is_done, const GError *error)
{
	if (is_done)
		return;
	fprintf(stderr, "bench: %s\n", error ? error->message : "failed");
	exit(1);
}

static inline int bench_compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

/* The value below which SHARE (0 ... 1) of COUNT VALUES are; sorts them. */
static inline double bench_share(double *values, size_t count, double share)
{
	qsort(values, count, sizeof(values[0]), bench_compare);
	return values[MIN((size_t)((double)count * share), count - 1)];
}

/* Run COMMAND with the given words, wait, and insist. */
static inline void bench_run(const char *const *words)
{
	int status = 0;
	GError *error = NULL;

	bench_must(g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
				NULL, &status, &error),
		   error);
	bench_must(status == 0, NULL);
}

#endif
