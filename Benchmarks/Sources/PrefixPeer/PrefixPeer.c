#include "PrefixPeer.h"

#include <stdlib.h>

typedef unsigned __int128 address;

struct entry {
    address low, high;
    int length, value;
};

struct family {
    address *starts;
    int *values;
    size_t count;
};

struct peer_table {
    struct family v4, v6;
};

static int by_place(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    if (x->low != y->low) return x->low < y->low ? -1 : 1;
    return x->length - y->length;
}

static void begin(struct family *family, address start, int value) {
    if (family->count && family->starts[family->count - 1] == start) family->count--;
    family->starts[family->count] = start;
    family->values[family->count++] = value;
}

static int cut(struct family *family, struct entry *entries, size_t count, address last) {
    size_t *open = malloc((count + 1) * sizeof *open);
    size_t depth = 0;
    family->starts = malloc((2 * count + 2) * sizeof *family->starts);
    family->values = malloc((2 * count + 2) * sizeof *family->values);
    family->count = 0;
    if (!open || !family->starts || !family->values) return 0;
    begin(family, 0, -1);
    qsort(entries, count, sizeof *entries, by_place);
    for (size_t i = 0; i <= count; i++) {
        while (depth && (i == count || entries[open[depth - 1]].high < entries[i].low)) {
            address end = entries[open[--depth]].high;
            if (end < last) begin(family, end + 1, depth ? entries[open[depth - 1]].value : -1);
        }
        if (i == count) break;
        begin(family, entries[i].low, entries[i].value);
        open[depth++] = i;
    }
    free(open);
    return 1;
}

struct peer_table *peer_make(const struct peer_prefix *prefixes, size_t count) {
    struct peer_table *table = malloc(sizeof *table);
    struct entry *v4 = malloc((count + 1) * sizeof *v4), *v6 = malloc((count + 1) * sizeof *v6);
    size_t n4 = 0, n6 = 0;
    if (!table || !v4 || !v6) return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct peer_prefix *prefix = &prefixes[i];
        int host = (prefix->is_v4 ? 32 : 128) - prefix->length;
        struct entry entry;
        entry.low = (address)prefix->high << 64 | prefix->low;
        entry.high = entry.low | (host == 128 ? ~(address)0 : ((address)1 << host) - 1);
        entry.length = prefix->length;
        entry.value = prefix->value;
        if (prefix->is_v4) v4[n4++] = entry;
        else v6[n6++] = entry;
    }
    int done = cut(&table->v4, v4, n4, 0xffffffffu) && cut(&table->v6, v6, n6, ~(address)0);
    free(v4);
    free(v6);
    return done ? table : NULL;
}

/* The interval whose start is the last one that is not above the key. */
static int by_start(const void *key, const void *element) {
    const address *wanted = key, *start = element;
    if (*wanted < start[0]) return -1;
    return *wanted < start[1] ? 0 : 1;
}

int peer_find(const struct peer_table *table, uint64_t high, uint64_t low, int is_v4) {
    const struct family *family = is_v4 ? &table->v4 : &table->v6;
    address wanted = (address)high << 64 | low;
    if (wanted >= family->starts[family->count - 1]) return family->values[family->count - 1];
    const address *found = bsearch(&wanted, family->starts, family->count - 1, sizeof wanted, by_start);
    return family->values[found - family->starts];
}
