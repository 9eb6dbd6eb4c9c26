/*
 * preloaded: an allocator as others preload them, for tests/e2e/memory.py, which builds it.
 *
 * It never uses memory twice, and ends the program when it is given what isn't its own. With
 * WITH_LIBC it takes the place of the C library's inner functions too, as some do.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct head {
	_Alignas(16) size_t bytes;
	size_t mark;
};

enum { PAGE = 4096 };

static struct head *head_of(void *data)
{
	struct head *head = (struct head *)data - 1;

	if (head->mark != ((size_t)data ^ 0x70726531))
		abort();
	return head;
}

static void *place(size_t alignment, size_t bytes)
{
	size_t room = (bytes + alignment + PAGE + sizeof(struct head)) / PAGE * PAGE + PAGE;
	char *start = bytes > PTRDIFF_MAX / 2 ? MAP_FAILED :
						mmap(NULL, room, PROT_READ | PROT_WRITE,
						     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *data;

	if (start == MAP_FAILED)
		return NULL;
	data = start + sizeof(struct head);
	data += (alignment - (uintptr_t)data % alignment) % alignment;
	((struct head *)(void *)data)[-1].bytes = bytes;
	((struct head *)(void *)data)[-1].mark = (size_t)data ^ 0x70726531;
	return data;
}

static void *grown(void *data, size_t bytes)
{
	void *moved = place(16, bytes);

	if (data && moved)
		memcpy(moved, data, bytes < head_of(data)->bytes ? bytes : head_of(data)->bytes);
	return moved;
}

static void gone(void *data)
{
	if (data)
		head_of(data)->mark = 0;
}

#define FAMILY(name)                                                                               \
	void *name(malloc)(size_t bytes) { return place(16, bytes); }                              \
	void *name(calloc)(size_t count, size_t bytes) { return place(16, count * bytes); }        \
	void *name(realloc)(void *data, size_t bytes) { return grown(data, bytes); }               \
	void *name(memalign)(size_t alignment, size_t bytes) { return place(alignment, bytes); }   \
	void name(free)(void *data) { gone(data); }
#define OUTER(function) function
#define INNER(function) __libc_##function

FAMILY(OUTER)
#ifdef WITH_LIBC
FAMILY(INNER)
#endif

void *aligned_alloc(size_t alignment, size_t bytes)
{
	return place(alignment, bytes);
}

size_t malloc_usable_size(void *data)
{
	return data ? head_of(data)->bytes : 0;
}
