/* The program's own malloc: what is given back is gone, and everything else is as it should be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/allocator.h"

/* Below what the C library gives back to the kernel at once. */
enum { LARGE = 60 * 1024, HUGE = 4 * 1024 * 1024, MARK = 0xa7, THREADS = 4, ROUNDS = 20000 };

void *__libc_malloc(size_t bytes);
void __libc_free(void *data);

/* How many of BYTES at PLACE, which may be nobody's any more, are MARK; -1: there is no memory. */
static ssize_t marks_at(uintptr_t place, size_t bytes)
{
	/* Memory of the heap could be the very place. */
	static uint8_t copy[LARGE];
	int mem = open("/proc/self/mem", O_RDONLY);
	ssize_t count = 0;

	assert_true(bytes <= sizeof(copy));
	if (pread(mem, copy, bytes, (off_t)place) != (ssize_t)bytes)
		count = -1;
	for (size_t i = 0; count >= 0 && i < bytes; i++)
		count += copy[i] == MARK;
	close(mem);
	return count;
}

/* The compiler knows what free() does to what was written before. */
static void fill(void *data, size_t bytes)
{
	volatile uint8_t *at = data;

	for (size_t i = 0; i < bytes; i++)
		at[i] = MARK;
}

/* -- wiping ----------------------------------------------------------------------------------- */

static void test_given_back(void **state)
{
	static const size_t sizes[] = {1, 8, 24, 100, 1000, 5000, LARGE};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		void *data = malloc(sizes[i]), *behind = malloc(sizes[i]);
		uintptr_t place = (uintptr_t)data;

		assert_true(malloc_usable_size(data) >= sizes[i]);
		fill(data, sizes[i]);
		assert_int_equal(marks_at(place, sizes[i]), sizes[i]);
		free(data);
		assert_int_equal(marks_at(place, sizes[i]), 0);
		free(behind);
	}
	free(NULL);
}

/* The same look finds what the C library frees itself. */
static void test_control(void **state)
{
	void *data = __libc_malloc(1000), *behind = __libc_malloc(1000);
	uintptr_t place = (uintptr_t)data;

	(void)state;
	fill(data, 1000);
	__libc_free(data);
	assert_true(marks_at(place, 1000) > 900);
	__libc_free(behind);
}

static void test_realloc_moves(void **state)
{
	void *data = malloc(1000), *behind = malloc(1000), *moved;
	uintptr_t place = (uintptr_t)data;

	(void)state;
	fill(data, 1000);
	moved = realloc(data, LARGE);
	assert_ptr_not_equal((void *)place, moved);
	assert_int_equal(marks_at((uintptr_t)moved, 1000), 1000);
	assert_int_equal(marks_at(place, 1000), 0);
	/* Much smaller: it moves, to leave nothing idle. */
	place = (uintptr_t)moved;
	fill(moved, LARGE);
	data = realloc(moved, 100);
	assert_ptr_not_equal((void *)place, data);
	assert_int_equal(marks_at((uintptr_t)data, 100), 100);
	assert_int_equal(marks_at(place, LARGE), 0);
	free(data);
	free(behind);
}

/* A little smaller: it stays, and what is cut off goes. */
static void test_realloc_stays(void **state)
{
	uint8_t *data = malloc(1000), *same;
	uintptr_t place = (uintptr_t)data;

	(void)state;
	fill(data, 1000);
	same = realloc(data, 600);
	assert_int_equal((uintptr_t)same, place);
	assert_int_equal(marks_at(place, 600), 600);
	assert_int_equal(marks_at(place + 600, 400), 0);
	assert_int_equal(malloc_usable_size(same), 600);
	assert_null(realloc(same, 0));
	assert_int_equal(marks_at(place, 1000), 0);
}

/* Everybody's memory, not only that of our own files. */
static void test_libraries(void **state)
{
	GString *text = g_string_new(NULL);
	uintptr_t places[20];
	void *piece = g_slice_alloc(48);
	char *copy = strdup("a string of the C library's");

	(void)state;
	fill(piece, 48);
	places[0] = (uintptr_t)piece;
	g_slice_free1(48, piece);
	assert_int_equal(marks_at(places[0], 48), 0);
	assert_int_equal(malloc_usable_size(copy), strlen(copy) + 1);
	free(copy);
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		places[i] = (uintptr_t)text->str;
		for (size_t c = 0; c < 200; c++)
			g_string_append_c(text, (char)MARK);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
		if (places[i] != (uintptr_t)text->str)
			assert_int_equal(marks_at(places[i], 16), 0);
	places[0] = (uintptr_t)text->str;
	g_string_free(text, TRUE);
	assert_int_equal(marks_at(places[0], 2000), 0);
	assert_true(allocator_wipes && allocator_wipes());
}

/* -- the rest of the contract ----------------------------------------------------------------- */

static void test_alignment(void **state)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *data;

	(void)state;
	for (size_t alignment = 1; alignment <= 1 << 16; alignment *= 2) {
		data = aligned_alloc(alignment, 100);
		assert_int_equal((uintptr_t)data % alignment, 0);
		assert_int_equal(malloc_usable_size(data), 100);
		fill(data, 100);
		data = realloc(data, 300);
		assert_int_equal(marks_at((uintptr_t)data, 100), 100);
		free(data);
		data = memalign(alignment, 1);
		assert_int_equal((uintptr_t)data % alignment, 0);
		free(data);
	}
	data = memalign(48, 10);
	assert_int_equal((uintptr_t)data % 64, 0);
	free(data);
	data = valloc(10);
	assert_int_equal((uintptr_t)data % page, 0);
	free(data);
	data = pvalloc(10);
	assert_int_equal((uintptr_t)data % page, 0);
	assert_int_equal(malloc_usable_size(data), page);
	free(data);
	assert_int_equal(posix_memalign(&data, 4096, 10000), 0);
	assert_int_equal((uintptr_t)data % 4096, 0);
	free(data);
	for (size_t bytes = 0; bytes < 100; bytes++) {
		data = malloc(bytes);
		assert_int_equal((uintptr_t)data % _Alignof(max_align_t), 0);
		free(data);
	}
}

static void test_refused(void **state)
{
	/* The compiler would say that these can't be. */
	volatile size_t most = SIZE_MAX, three = 3;
	void *data = &data;

	(void)state;
	errno = 0;
	assert_null(malloc(most - 5));
	assert_int_equal(errno, ENOMEM);
	assert_null(calloc(most / 2, three));
	assert_null(reallocarray(NULL, most / 2, three));
	assert_null(memalign(64, most - 70));
	assert_null(memalign(most, 10));
	assert_null(valloc(most - 5));
	assert_null(pvalloc(most - 5));
	errno = 0;
	assert_null(aligned_alloc(three * 8, 10));
	assert_int_equal(errno, EINVAL);
	errno = 77;
	assert_int_equal(posix_memalign(&data, three, 10), EINVAL);
	assert_int_equal(posix_memalign(&data, 64, most - 70), ENOMEM);
	assert_int_equal(errno, 77);
	assert_ptr_equal(data, &data);
	data = malloc(10);
	assert_null(realloc(data, most - 5));
	assert_int_equal(malloc_usable_size(data), 10);
	errno = 77;
	free(data);
	assert_int_equal(errno, 77);
	assert_int_equal(malloc_usable_size(NULL), 0);
}

static void test_zeroed(void **state)
{
	static const uint8_t zeros[5000];
	void *data;

	(void)state;
	for (int i = 0; i < 100; i++) {
		data = calloc(50, 100);
		assert_memory_equal(data, zeros, 5000);
		fill(data, 5000);
		free(data);
	}
	data = calloc(0, 10);
	assert_non_null(data);
	free(data);
	data = calloc(1, HUGE);
	assert_memory_equal((char *)data + HUGE - 5000, zeros, 5000);
	free(data);
}

/* What somebody took from the C library itself is the C library's. */
static void test_foreign(void **state)
{
	void *data = __libc_malloc(100);

	(void)state;
	fill(data, 100);
	data = realloc(data, 5000);
	assert_int_equal(marks_at((uintptr_t)data, 100), 100);
	assert_int_equal(malloc_usable_size(data), 0);
	free(data);
}

static void *hammer(void *data)
{
	uint8_t *blocks[64] = {NULL};
	size_t sizes[64] = {0};
	GRand *chance = g_rand_new_with_seed((guint32)(uintptr_t)data);
	uintptr_t wrong = 0;

	for (int round = 0; round < ROUNDS; round++) {
		size_t i = (size_t)g_rand_int_range(chance, 0, 64);
		size_t bytes = (size_t)g_rand_int_range(chance, 1, round % 50 ? 600 : 200000);

		for (size_t at = 0; at < sizes[i]; at += 97)
			wrong += blocks[i][at] != (uint8_t)i;
		if (round % 3 == 0) {
			free(blocks[i]);
			blocks[i] = round % 2 ? malloc(bytes) : memalign(256, bytes);
		} else {
			blocks[i] = realloc(blocks[i], bytes);
		}
		sizes[i] = bytes;
		memset(blocks[i], (int)i, bytes);
	}
	for (size_t i = 0; i < 64; i++)
		free(blocks[i]);
	g_rand_free(chance);
	return (void *)wrong;
}

static void test_threads(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	for (uintptr_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hammer, (void *)(i + 1)), 0);
	for (size_t i = 0; i < THREADS; i++) {
		void *wrong;

		pthread_join(threads[i], &wrong);
		assert_null(wrong);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_given_back),	      cmocka_unit_test(test_control),
		cmocka_unit_test(test_realloc_moves), cmocka_unit_test(test_realloc_stays),
		cmocka_unit_test(test_libraries),     cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_refused),	      cmocka_unit_test(test_zeroed),
		cmocka_unit_test(test_foreign),	      cmocka_unit_test(test_threads),
	};

	/* GLib takes that before main(), and would do by itself what is tested. */
	if (argc == 1 && g_getenv("G_SLICE")) {
		g_unsetenv("G_SLICE");
		execv("/proc/self/exe", argv);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
