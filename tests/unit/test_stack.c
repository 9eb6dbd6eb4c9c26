/* What calls leave behind goes, from the stack and from registers; a thread's stack goes whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/secret.h"
#include "core/base/stack.h"
#include "tests/support/leftover.h"

enum { KEY = 32, NEAR = 12 * 1024, FAR = 300 * 1024 };

/* As a library does that works with a key and leaves it as it is. */
__attribute__((noinline)) static void leave(const uint8_t *key, size_t deep)
{
	volatile uint8_t work[1024];

	if (deep > sizeof(work)) {
		work[0] = 0;
		leave(key, deep - sizeof(work));
		work[1] = 0;
		return;
	}
	for (size_t i = 0; i < KEY; i++)
		work[i] = key[i];
}

static void test_behind_a_call(void **state)
{
	struct secret *key = secret_new_random(KEY, NULL);

	(void)state;
	leave(secret_peek(key), NEAR);
	assert_true(leftover_on_stack(secret_peek(key), KEY));
	stack_wipe();
	assert_false(leftover_on_stack(secret_peek(key), KEY));
	secret_free(key);
}

static void test_deep(void **state)
{
	struct secret *key = secret_new_random(KEY, NULL), *near = secret_new_random(KEY, NULL);

	(void)state;
	leave(secret_peek(key), FAR);
	leave(secret_peek(near), 2000);
	stack_wipe();
	assert_true(leftover_on_stack(secret_peek(key), KEY));
	leave(secret_peek(near), 2000);
	stack_wipe_all();
	assert_false(leftover_on_stack(secret_peek(key), KEY));
	assert_false(leftover_on_stack(secret_peek(near), KEY));
	secret_free(key);
	secret_free(near);
}

#ifdef __x86_64__
/* The last one that each kind of processor has, all of it. */
__attribute__((target("avx512f"))) static void widest_in(const uint8_t *from)
{
	__asm__ volatile("vmovdqu64 (%0), %%zmm31\n\tvmovdqu64 (%0), %%zmm14" ::"r"(from)
			 : "memory", "xmm14");
}

__attribute__((target("avx512f"))) static void widest_out(uint8_t *to)
{
	__asm__ volatile("vmovdqu64 %%zmm31, (%0)\n\tvmovdqu64 %%zmm14, 64(%0)" ::"r"(to)
			 : "memory");
}

__attribute__((target("avx"))) static void wide_in(const uint8_t *from)
{
	__asm__ volatile("vmovdqu (%0), %%ymm14" ::"r"(from) : "memory", "xmm14");
}

__attribute__((target("avx"))) static void wide_out(uint8_t *to)
{
	__asm__ volatile("vmovdqu %%ymm14, (%0)" ::"r"(to) : "memory");
}

static void check_registers(void (*in)(const uint8_t *from), void (*out)(uint8_t *to))
{
	static const uint8_t zeros[128];
	uint8_t filled[64], seen[128] = {0};

	memset(filled, 0xa7, sizeof(filled));
	in(filled);
	out(seen);
	assert_int_equal(seen[0], 0xa7);
	in(filled);
	stack_wipe();
	out(seen);
	assert_memory_equal(seen, zeros, sizeof(seen));
}

static void test_registers(void **state)
{
	(void)state;
	if (__builtin_cpu_supports("avx"))
		check_registers(wide_in, wide_out);
	if (__builtin_cpu_supports("avx512f"))
		check_registers(widest_in, widest_out);
}
#else
static void test_registers(void **state)
{
	(void)state;
	skip();
}
#endif

/* -- a thread --------------------------------------------------------------------------------- */

struct seen {
	const uint8_t *key;
	uintptr_t place;
	bool is_left;
	bool takes_hangup;
	char name[16];
	char flags[512]; /* the kernel's, of the stack's mapping */
};

/* The flags of the mapping that PLACE lies in. */
static void read_flags(uintptr_t place, char *flags, size_t size)
{
	FILE *maps = fopen("/proc/self/smaps", "r");
	bool is_it = false;
	char line[512];

	while (fgets(line, sizeof(line), maps)) {
		unsigned long from, to;

		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			is_it = place >= from && place < to;
		else if (is_it && strncmp(line, "VmFlags:", 8) == 0)
			g_strlcpy(flags, line, size);
	}
	fclose(maps);
}

static bool is_mapped(uintptr_t place)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	unsigned char is_there;

	return mincore((void *)(place & ~(page - 1)), page, &is_there) == 0;
}

static void look(void *data)
{
	struct seen *seen = data;
	sigset_t held;

	leave(seen->key, NEAR);
	seen->place = (uintptr_t)&held;
	seen->is_left = leftover_on_stack(seen->key, KEY);
	pthread_sigmask(SIG_SETMASK, NULL, &held);
	seen->takes_hangup = !sigismember(&held, SIGHUP) || sigismember(&held, SIGSEGV);
	pthread_getname_np(pthread_self(), seen->name, sizeof(seen->name));
	read_flags(seen->place, seen->flags, sizeof(seen->flags));
}

static void test_thread(void **state)
{
	struct secret *key = secret_new_random(KEY, NULL);
	struct seen seen = {.key = secret_peek(key)};
	struct stack_thread *thread;
	bool is_locked;

	(void)state;
	thread = stack_thread_new("a thread", look, &seen);
	is_locked = stack_is_locked(thread);
	assert_true(is_locked == stack_can_be_locked());
	stack_thread_join(thread);
	assert_true(seen.is_left);
	assert_false(seen.takes_hangup);
	assert_string_equal(seen.name, "a thread");
	/* Left out of dumps, and locked when it says so. */
	assert_non_null(strstr(seen.flags, " dd"));
	assert_int_equal(strstr(seen.flags, " lo") != NULL, is_locked);
	assert_false(is_mapped(seen.place));
	secret_free(key);
}

struct deep {
	const uint8_t *key;
	bool is_left_by_a_call; /* by stack_wipe() */
	bool is_left;
};

static void wipe_deep(void *data)
{
	struct deep *deep = data;

	leave(deep->key, FAR);
	stack_wipe();
	deep->is_left_by_a_call = leftover_on_stack(deep->key, KEY);
	stack_wipe_all();
	deep->is_left = leftover_on_stack(deep->key, KEY);
}

static void *wipe_deep_plainly(void *data)
{
	wipe_deep(data);
	return NULL;
}

/* On a thread of the C library's, and on a locked stack, whose pages the kernel doesn't take. */
static void test_deep_on_threads(void **state)
{
	struct secret *key = secret_new_random(KEY, NULL);
	struct deep plain = {.key = secret_peek(key)}, locked = {.key = secret_peek(key)};
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, wipe_deep_plainly, &plain), 0);
	pthread_join(thread, NULL);
	stack_thread_join(stack_thread_new("deep", wipe_deep, &locked));
	assert_true(plain.is_left_by_a_call && locked.is_left_by_a_call);
	assert_false(plain.is_left || locked.is_left);
	secret_free(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_behind_a_call),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_thread),
		cmocka_unit_test(test_deep_on_threads),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
