#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

/* How often this program has called malloc, calloc or realloc. */
unsigned long allocation_count(void);
#endif
