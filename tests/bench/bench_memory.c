/*
 * What it costs that memory is wiped: a block taken and given back, against the C library's own
 * functions; growing a block; wiping the stack behind a call; and all of bench_engine, which
 * catches up with 10,000 messages, against the same without the malloc that wipes. Of the
 * processor's time, the least of several rounds.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include "core/base/stack.h"
#include "tests/bench/bench.h"

void *__libc_malloc(size_t bytes);
void *__libc_realloc(void *data, size_t bytes);
void __libc_free(void *data);

enum { ROUNDS = 40, CALLS = 2000, GROWN = 1 << 20, TURNS = 3 };

static double cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void pair_of_ours(size_t bytes)
{
	volatile char *data = malloc(bytes);

	data[0] = 1;
	free((void *)data);
}

static void pair_of_libc(size_t bytes)
{
	volatile char *data = __libc_malloc(bytes);

	data[0] = 1;
	__libc_free((void *)data);
}

/* By doubling, as GLib's strings and arrays do. */
static void grow_ours(size_t bytes)
{
	volatile char *data = NULL;

	for (size_t now = 64; now <= bytes; now *= 2) {
		data = realloc((void *)data, now);
		memset((void *)data, 1, now);
	}
	free((void *)data);
}

static void grow_libc(size_t bytes)
{
	volatile char *data = NULL;

	for (size_t now = 64; now <= bytes; now *= 2) {
		data = __libc_realloc((void *)data, now);
		memset((void *)data, 1, now);
	}
	__libc_free((void *)data);
}

static void wipe_stack(size_t bytes)
{
	(void)bytes;
	stack_wipe();
}

/* The least that one call takes. */
static double ns_of(void (*call)(size_t bytes), size_t bytes, unsigned calls)
{
	double least = 1e18;

	for (unsigned round = 0; round < ROUNDS; round++) {
		double since = cpu_ns();

		for (unsigned i = 0; i < calls; i++)
			call(bytes);
		least = MIN(least, (cpu_ns() - since) / calls);
	}
	return least;
}

static double user_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
}

/* What PROGRAM and its children take of the processor outside of the kernel. */
static double seconds_of(const char *program)
{
	const char *const words[] = {program, NULL};
	double before = user_seconds();
	GError *error = NULL;
	int status = 0;

	bench_must(g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL,
				NULL, NULL, &status, &error),
		   error);
	bench_must(status == 0, NULL);
	return user_seconds() - before;
}

int main(void)
{
	static const size_t sizes[] = {32, 256, 4096, 61440, 1 << 20};
	double wiping = 1e18, plain = 1e18;

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		unsigned calls = sizes[i] > 10000 ? CALLS / 20 : CALLS;
		g_autofree char *name =
			g_strdup_printf("malloc_free_%zu_ns:libc", sizes[i]);

		bench_line(name, ns_of(pair_of_ours, sizes[i], calls),
			   ns_of(pair_of_libc, sizes[i], calls));
	}
	bench_line("grow_to_1_mib_ns:libc", ns_of(grow_ours, GROWN, 10),
		   ns_of(grow_libc, GROWN, 10));
	bench_line("stack_wipe_ns", ns_of(wipe_stack, 0, CALLS), 0);
	for (unsigned i = 0; i < TURNS; i++) {
		plain = MIN(plain, seconds_of("tests/bench/bench_engine_unwiped"));
		wiping = MIN(wiping, seconds_of("tests/bench/bench_engine"));
	}
	bench_line("bench_engine_user_seconds:without_wiping", wiping, plain);
	return 0;
}
