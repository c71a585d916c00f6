#include "AllocationCounter.h"

#include <stddef.h>

/* An executable's malloc goes before the C library's: these count, and call glibc's own. */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static unsigned long count;

void *malloc(size_t size)
{
	count++;
	return __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
	count++;
	return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size)
{
	count++;
	return __libc_realloc(block, size);
}

unsigned long allocation_count(void) { return count; }
