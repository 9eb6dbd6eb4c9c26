#include "core/base/allocator.h"

#include <dlfcn.h>
#include <errno.h>
#include <glib.h>
#include <malloc.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the C library has for programs with a malloc of their own. */
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *data, size_t bytes);
void __libc_free(void *data);

/* What stands in front of a block. */
struct head {
	alignas(max_align_t) size_t bytes; /* that were asked for */
	uint32_t back; /* from the block to the start of what the C library gave */
	uint32_t mark;
};

static uint32_t mark_of(const struct head *head)
{
	uintptr_t place = (uintptr_t)head / alignof(max_align_t);

	return 0x5f3759dfu ^ (uint32_t)place;
}

static struct head *head_of(void *data)
{
	return (struct head *)data - 1;
}

/* Whether DATA is a block of ours: what somebody took from the C library itself isn't. */
static bool is_ours(const struct head *head)
{
	return head->mark == mark_of(head);
}

static void *set_head(void *start, size_t back, size_t bytes)
{
	struct head *head = (struct head *)(void *)((char *)start + back) - 1;

	head->bytes = bytes;
	head->back = (uint32_t)back;
	head->mark = mark_of(head);
	return head + 1;
}

static void *fail(int code)
{
	errno = code;
	return NULL;
}

static bool is_too_large(size_t bytes, size_t more)
{
	return bytes > PTRDIFF_MAX - more;
}

/* -- the family ------------------------------------------------------------------------------- */

void *malloc(size_t bytes)
{
	void *start;

	if (is_too_large(bytes, sizeof(struct head)))
		return fail(ENOMEM);
	start = __libc_malloc(sizeof(struct head) + bytes);
	return start ? set_head(start, sizeof(struct head), bytes) : NULL;
}

void *calloc(size_t count, size_t each)
{
	size_t bytes;
	void *start;

	if (__builtin_mul_overflow(count, each, &bytes) || is_too_large(bytes, sizeof(struct head)))
		return fail(ENOMEM);
	start = __libc_calloc(1, sizeof(struct head) + bytes);
	return start ? set_head(start, sizeof(struct head), bytes) : NULL;
}

void free(void *data)
{
	struct head *head;
	char *start = data;

	if (!data)
		return;
	head = head_of(data);
	if (is_ours(head)) {
		start -= head->back;
		explicit_bzero(head, sizeof(*head) + head->bytes);
	}
	__libc_free(start);
}

void *realloc(void *data, size_t bytes)
{
	struct head *head;
	void *moved;

	if (!data)
		return malloc(bytes);
	/* As the C library has it. */
	if (!bytes) {
		free(data);
		return NULL;
	}
	head = head_of(data);
	if (!is_ours(head))
		return __libc_realloc(data, bytes);
	/* What would leave more than half of it idle moves. */
	if (bytes <= head->bytes && bytes >= head->bytes / 2) {
		explicit_bzero((char *)data + bytes, head->bytes - bytes);
		head->bytes = bytes;
		return data;
	}
	moved = malloc(bytes);
	if (!moved)
		return NULL;
	memcpy(moved, data, bytes < head->bytes ? bytes : head->bytes);
	free(data);
	return moved;
}

void *reallocarray(void *data, size_t count, size_t each)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, each, &bytes))
		return fail(ENOMEM);
	return realloc(data, bytes);
}

static bool is_power_of_two(size_t number)
{
	return number && !(number & (number - 1));
}

/* BYTES at a multiple of ALIGNMENT, a power of two. */
static void *aligned(size_t alignment, size_t bytes)
{
	const size_t room = alignment + sizeof(struct head);
	uintptr_t at;
	char *start;

	if (alignment <= alignof(max_align_t))
		return malloc(bytes);
	if (alignment > INT32_MAX || is_too_large(bytes, room))
		return fail(ENOMEM);
	start = __libc_malloc(room + bytes);
	if (!start)
		return NULL;
	at = ((uintptr_t)start + room - 1) & ~(uintptr_t)(alignment - 1);
	return set_head(start, at - (uintptr_t)start, bytes);
}

void *memalign(size_t alignment, size_t bytes)
{
	size_t power = alignof(max_align_t);

	/* As the C library has it: what is no power of two is rounded up to one. */
	while (power < alignment && power <= INT32_MAX)
		power *= 2;
	return aligned(power, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
	return is_power_of_two(alignment) ? aligned(alignment, bytes) : fail(EINVAL);
}

int posix_memalign(void **data, size_t alignment, size_t bytes)
{
	const int former = errno;
	void *block;

	if (!is_power_of_two(alignment) || alignment % sizeof(void *))
		return EINVAL;
	block = aligned(alignment, bytes);
	errno = former;
	if (!block)
		return ENOMEM;
	*data = block;
	return 0;
}

void *valloc(size_t bytes)
{
	return aligned((size_t)sysconf(_SC_PAGESIZE), bytes);
}

void *pvalloc(size_t bytes)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (is_too_large(bytes, page))
		return fail(ENOMEM);
	return aligned(page, (bytes + page - 1) & ~(page - 1));
}

size_t malloc_usable_size(void *data)
{
	return data && is_ours(head_of(data)) ? head_of(data)->bytes : 0;
}

/* -- GLib ------------------------------------------------------------------------------------- */

/*
 * GLib decides at its first small block how it makes them, and that is in its own start, before
 * main(): only what stands in this section comes earlier.
 */
static void start_early(void)
{
	G_GNUC_BEGIN_IGNORE_DEPRECATIONS
	g_slice_set_config(G_SLICE_CONFIG_ALWAYS_MALLOC, TRUE);
	G_GNUC_END_IGNORE_DEPRECATIONS
}

__attribute__((section(".preinit_array"), used)) static void (*const early)(void) = start_early;

bool allocator_wipes(void)
{
	return dlsym(RTLD_DEFAULT, "malloc") == (void *)malloc &&
	       dlsym(RTLD_DEFAULT, "free") == (void *)free;
}
