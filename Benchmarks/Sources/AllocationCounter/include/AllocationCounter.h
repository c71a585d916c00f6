#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

/* How often this program has called malloc, calloc, realloc, posix_memalign or aligned_alloc. For one thread. */
unsigned long allocation_count(void);
#endif
