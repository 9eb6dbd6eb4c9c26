#include "core/base/stack.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	/* SQLite, libsoup and TLS need some 100 KiB of it; the rest is never touched. */
	THREAD_BYTES = 1024 * 1024,
	GUARD_BYTES = 64 * 1024,
};

struct stack_thread {
	pthread_t thread;
	void (*body)(void *data);
	void *data;
	char name[16];
	char *start; /* the guard, which can't be touched, then the stack */
	bool is_locked;
};

/* -- wiping ----------------------------------------------------------------------------------- */

#ifdef __x86_64__
/* The compiler uses none of these here, so it need not be told. */
__attribute__((target("avx512f"))) static void wipe_wide_registers(void)
{
	__asm__ volatile(
		"vpxorq %zmm16, %zmm16, %zmm16\n\tvpxorq %zmm17, %zmm17, %zmm17\n\t"
		"vpxorq %zmm18, %zmm18, %zmm18\n\tvpxorq %zmm19, %zmm19, %zmm19\n\t"
		"vpxorq %zmm20, %zmm20, %zmm20\n\tvpxorq %zmm21, %zmm21, %zmm21\n\t"
		"vpxorq %zmm22, %zmm22, %zmm22\n\tvpxorq %zmm23, %zmm23, %zmm23\n\t"
		"vpxorq %zmm24, %zmm24, %zmm24\n\tvpxorq %zmm25, %zmm25, %zmm25\n\t"
		"vpxorq %zmm26, %zmm26, %zmm26\n\tvpxorq %zmm27, %zmm27, %zmm27\n\t"
		"vpxorq %zmm28, %zmm28, %zmm28\n\tvpxorq %zmm29, %zmm29, %zmm29\n\t"
		"vpxorq %zmm30, %zmm30, %zmm30\n\tvpxorq %zmm31, %zmm31, %zmm31");
}

__attribute__((target("avx"))) static void wipe_registers_whole(void)
{
	__asm__ volatile("vzeroall" ::
				 : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
				   "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
				   "xmm15");
}

static void wipe_narrow_registers(void)
{
	__asm__ volatile("pxor %%xmm0, %%xmm0\n\tpxor %%xmm1, %%xmm1\n\t"
			 "pxor %%xmm2, %%xmm2\n\tpxor %%xmm3, %%xmm3\n\t"
			 "pxor %%xmm4, %%xmm4\n\tpxor %%xmm5, %%xmm5\n\t"
			 "pxor %%xmm6, %%xmm6\n\tpxor %%xmm7, %%xmm7\n\t"
			 "pxor %%xmm8, %%xmm8\n\tpxor %%xmm9, %%xmm9\n\t"
			 "pxor %%xmm10, %%xmm10\n\tpxor %%xmm11, %%xmm11\n\t"
			 "pxor %%xmm12, %%xmm12\n\tpxor %%xmm13, %%xmm13\n\t"
			 "pxor %%xmm14, %%xmm14\n\tpxor %%xmm15, %%xmm15" ::
				 : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
				   "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
				   "xmm15");
}

static void wipe_registers(void)
{
	if (__builtin_cpu_supports("avx512f"))
		wipe_wide_registers();
	if (__builtin_cpu_supports("avx"))
		wipe_registers_whole();
	else
		wipe_narrow_registers();
}
#elif defined(__aarch64__)
static void wipe_registers(void)
{
	__asm__ volatile(
		"movi v0.2d, #0\n\tmovi v1.2d, #0\n\tmovi v2.2d, #0\n\tmovi v3.2d, #0\n\t"
		"movi v4.2d, #0\n\tmovi v5.2d, #0\n\tmovi v6.2d, #0\n\tmovi v7.2d, #0\n\t"
		"movi v16.2d, #0\n\tmovi v17.2d, #0\n\tmovi v18.2d, #0\n\tmovi v19.2d, #0\n\t"
		"movi v20.2d, #0\n\tmovi v21.2d, #0\n\tmovi v22.2d, #0\n\tmovi v23.2d, #0\n\t"
		"movi v24.2d, #0\n\tmovi v25.2d, #0\n\tmovi v26.2d, #0\n\tmovi v27.2d, #0\n\t"
		"movi v28.2d, #0\n\tmovi v29.2d, #0\n\tmovi v30.2d, #0\n\tmovi v31.2d, #0" ::
			: "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v16", "v17", "v18",
			  "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28",
			  "v29", "v30", "v31");
}
#else
/* The thread's end has to do; the main thread's stay until they are used again. */
static void wipe_registers(void)
{
}
#endif

__attribute__((noinline)) void stack_wipe(void)
{
	char below[STACK_CALL_BYTES];

	explicit_bzero(below, sizeof(below));
	/* Last: overwriting uses them too. */
	wipe_registers();
}

/* The lowest page that the main thread's stack, on which HERE lies, has grown down to. */
static char *lowest_of_main(char *here, uintptr_t page)
{
	char *lowest = (char *)((uintptr_t)here & ~(page - 1));
	unsigned char is_there;

	/* What isn't mapped was never reached. */
	while (mincore(lowest - page, page, &is_there) == 0)
		lowest -= page;
	return lowest;
}

/* Where this thread's stack begins; NULL: that can't be told. */
static char *lowest_of_thread(void)
{
	pthread_attr_t attributes;
	void *lowest = NULL;
	size_t bytes;

	if (pthread_getattr_np(pthread_self(), &attributes) != 0)
		return NULL;
	if (pthread_attr_getstack(&attributes, &lowest, &bytes) != 0)
		lowest = NULL;
	pthread_attr_destroy(&attributes);
	return lowest;
}

__attribute__((noinline)) void stack_wipe_all(void)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	char here;
	char *lowest = gettid() == getpid() ? lowest_of_main(&here, page) : lowest_of_thread();
	/* Down from where this call itself may be at work; what is left is done as always. */
	char *end = (char *)(((uintptr_t)&here - STACK_CALL_BYTES / 2) & ~(page - 1));

	/* Pages that the kernel takes back are zero when they are used again; locked ones stay. */
	if (lowest && end > lowest && madvise(lowest, (size_t)(end - lowest), MADV_DONTNEED) != 0)
		explicit_bzero(lowest, (size_t)(end - lowest));
	stack_wipe();
}

/* -- a thread --------------------------------------------------------------------------------- */

static bool lock_stack(char *stack)
{
	/* Only the pages that are used count as memory; to the limit all do. */
	return mlock2(stack, THREAD_BYTES, MLOCK_ONFAULT) == 0;
}

/* The guard, then the stack; NULL when there is no room. */
static char *map_stack(bool *is_locked)
{
	char *start = mmap(NULL, GUARD_BYTES + THREAD_BYTES, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);

	if (start == MAP_FAILED)
		return NULL;
	if (mprotect(start + GUARD_BYTES, THREAD_BYTES, PROT_READ | PROT_WRITE) != 0) {
		munmap(start, GUARD_BYTES + THREAD_BYTES);
		return NULL;
	}
	if (madvise(start, GUARD_BYTES + THREAD_BYTES, MADV_DONTDUMP) != 0)
		g_debug("a stack can't be left out of dumps");
	*is_locked = lock_stack(start + GUARD_BYTES);
	return start;
}

static void unmap_stack(char *start)
{
	munmap(start, GUARD_BYTES + THREAD_BYTES);
}

static void *run(void *data)
{
	struct stack_thread *thread = data;

	pthread_setname_np(pthread_self(), thread->name);
	thread->body(thread->data);
	return NULL;
}

/*
 * A signal that the thread took would end the process while another one holds it back, in a prompt
 * whose echo is off. Only what a thread does to itself stays its own.
 */
static int start(struct stack_thread *thread)
{
	static const int own[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP};
	pthread_attr_t attributes;
	sigset_t held, before;
	int code;

	sigfillset(&held);
	for (size_t i = 0; i < G_N_ELEMENTS(own); i++)
		sigdelset(&held, own[i]);
	pthread_attr_init(&attributes);
	code = pthread_attr_setstack(&attributes, thread->start + GUARD_BYTES, THREAD_BYTES);
	pthread_sigmask(SIG_SETMASK, &held, &before);
	if (code == 0)
		code = pthread_create(&thread->thread, &attributes, run, thread);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return code;
}

struct stack_thread *stack_thread_try(const char *name, void (*body)(void *data), void *data)
{
	struct stack_thread *thread = g_new0(struct stack_thread, 1);

	thread->body = body;
	thread->data = data;
	g_strlcpy(thread->name, name, sizeof(thread->name));
	thread->start = map_stack(&thread->is_locked);
	if (thread->start && start(thread) == 0)
		return thread;
	if (thread->start)
		unmap_stack(thread->start);
	g_free(thread);
	return NULL;
}

struct stack_thread *stack_thread_new(const char *name, void (*body)(void *data), void *data)
{
	struct stack_thread *thread = stack_thread_try(name, body, data);

	if (!thread)
		g_error("the thread %s can't be started", name);
	return thread;
}

void stack_thread_join(struct stack_thread *thread)
{
	pthread_join(thread->thread, NULL);
	unmap_stack(thread->start);
	g_free(thread);
}

bool stack_is_locked(const struct stack_thread *thread)
{
	return thread->is_locked;
}

bool stack_can_be_locked(void)
{
	bool is_locked = false;
	char *start = map_stack(&is_locked);

	if (start)
		unmap_stack(start);
	return is_locked;
}
