#ifndef PEER_SOFIA_H
#define PEER_SOFIA_H
#include <stddef.h>

/* Once, before anything else. */
void peer_sofia_start(void);

/* msg_make copies the octets and extracts every header into sip_t. 0 is success. */
int peer_sofia_parse(const char *data, size_t length);

/* What sofia-sip reads in the eight routing headers, one line each, as text. Octets written, or -1. */
long peer_sofia_facts(const char *data, size_t length, char *out, size_t capacity);
#endif
