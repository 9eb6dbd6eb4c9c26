#include "tests/support/leftover.h"

#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WINDOW = 8 };

/*
 * Byte by byte: a call of memcmp() could put there what is looked for. What frames once held is
 * read, which is just what the address sanitizer is against.
 */
__attribute__((no_sanitize_address)) static bool is_at(const volatile uint8_t *place,
						  const uint8_t *window)
{
	for (size_t i = 0; i < WINDOW; i++)
		if (place[i] != window[i])
			return false;
	return true;
}

/* Where the stack that HERE lies on begins; the main thread's is mapped as far as it was used. */
static uintptr_t lowest_of(uintptr_t here)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t lowest = here & ~(page - 1);
	pthread_attr_t attributes;
	unsigned char is_there;
	void *start;
	size_t size;

	if (gettid() != getpid()) {
		pthread_getattr_np(pthread_self(), &attributes);
		pthread_attr_getstack(&attributes, &start, &size);
		pthread_attr_destroy(&attributes);
		return (uintptr_t)start;
	}
	while (mincore((void *)(lowest - page), page, &is_there) == 0)
		lowest -= page;
	return lowest;
}

__attribute__((noinline, no_sanitize_address)) bool leftover_on_stack(const void *secret,
									   size_t count)
{
	volatile uint8_t here = 0;

	for (uintptr_t at = lowest_of((uintptr_t)&here); at + WINDOW <= (uintptr_t)&here; at++)
		for (size_t window = 0; window + WINDOW <= count; window += WINDOW)
			if (is_at((const volatile uint8_t *)at, (const uint8_t *)secret + window))
				return true;
	return false;
}
