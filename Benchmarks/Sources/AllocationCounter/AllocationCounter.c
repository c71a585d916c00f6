#include "AllocationCounter.h"

#include <errno.h>
#include <stddef.h>

/* An executable's malloc goes before the C library's, for the shared libraries too: these count, and call glibc's own. */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

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

int posix_memalign(void **block, size_t alignment, size_t size)
{
	count++;
	if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
	void *found = __libc_memalign(alignment, size);
	if (!found) return ENOMEM;
	*block = found;
	return 0;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	count++;
	return __libc_memalign(alignment, size);
}

unsigned long allocation_count(void) { return count; }
