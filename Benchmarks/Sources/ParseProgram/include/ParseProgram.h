/* What every parsing program of this package does with its arguments:
 *
 *   PROGRAM WORK fields FILE...       a line for each field: message, field, value, with tabs between
 *   PROGRAM WORK allocations FILE...  a line for each message: its name, and the allocations of one parse
 *   PROGRAM WORK time LOOPS FILE...   nanoseconds of CPU a message, and the checksum of all of them
 *
 * WORK is "routing" or "full". A parse begins with octets in a buffer of this program, and ends when the message that was
 * made of them is released; it reads the fields of ParseFields.h. */
#ifndef PARSE_PROGRAM_H
#define PARSE_PROGRAM_H
#include "ParseFields.h"

/* Parses one message, says its fields, and releases it. 0 is success. */
typedef int (*parse_function)(const char *octets, size_t count, struct parse_fields *fields);

/* The exit status. A library that reads everything at once has one function for both. */
int parse_program(int argc, char **argv, parse_function routing, parse_function full);
#endif
