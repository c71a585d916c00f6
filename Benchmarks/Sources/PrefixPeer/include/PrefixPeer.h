/* Longest prefix of an address, as one would write it in C: prefixes cut the addresses of a family into intervals, which
   bsearch(3) is asked for. */
#ifndef PREFIX_PEER_H
#define PREFIX_PEER_H

#include <stddef.h>
#include <stdint.h>

/* An address of either family, IPv4 in the low 32 bits, and how many bits count. */
struct peer_prefix {
    uint64_t high, low;
    int is_v4, length, value;
};

struct peer_table;

/* No prefix twice. NULL without memory. */
struct peer_table *peer_make(const struct peer_prefix *prefixes, size_t count);

/* The value of the longest prefix; -1 for none. */
int peer_find(const struct peer_table *table, uint64_t high, uint64_t low, int is_v4);

#endif
