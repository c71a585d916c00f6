/* The fields that each program reads out of a message, and folds into one checksum.
 *
 * Every program says the same fields in the same order: each Via's sent-by, branch, received and rport, top down; user,
 * host and tag of From and of To; Call-ID; CSeq; user, host and port of each Contact; Max-Forwards; Content-Length. What
 * a message does not have is not said. A text is said as written, a number as a number. */
#ifndef PARSE_FIELDS_H
#define PARSE_FIELDS_H
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum parse_field {
	PARSE_VIA_HOST = 1,
	PARSE_VIA_PORT,
	PARSE_VIA_BRANCH,
	PARSE_VIA_RECEIVED,
	/* 0 is an rport without a value. */
	PARSE_VIA_RPORT,
	PARSE_FROM_USER,
	PARSE_FROM_HOST,
	PARSE_FROM_TAG,
	PARSE_TO_USER,
	PARSE_TO_HOST,
	PARSE_TO_TAG,
	PARSE_CALL_ID,
	PARSE_CSEQ_NUMBER,
	PARSE_CSEQ_METHOD,
	PARSE_CONTACT_USER,
	PARSE_CONTACT_HOST,
	PARSE_CONTACT_PORT,
	PARSE_MAX_FORWARDS,
	PARSE_CONTENT_LENGTH,
};

struct parse_fields {
	uint64_t checksum;
	/* Where each field is also written as a line, or NULL. */
	FILE *lines;
	/* The name of the message, for the lines. */
	const char *message;
};

void parse_write_text(const struct parse_fields *fields, enum parse_field field, const char *text, size_t length);
void parse_write_number(const struct parse_fields *fields, enum parse_field field, uint64_t number);

/* One multiplication for eight octets: the checksum must cost little beside a parse. */
static inline uint64_t parse_fold(uint64_t checksum, uint64_t word)
{
	checksum = (checksum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return checksum ^ checksum >> 29;
}

static inline uint64_t parse_word(const char *text, size_t length)
{
	uint64_t word = 0;
	uint32_t half = 0;
	if (length >= 8) {
		memcpy(&word, text, 8);
	} else if (length >= 4) {
		memcpy(&half, text, 4);
		word = half;
		memcpy(&half, text + length - 4, 4);
		word |= (uint64_t)half << 32;
	} else if (length > 0) {
		word = (unsigned char)text[0] | (uint64_t)(unsigned char)text[length / 2] << 8
		       | (uint64_t)(unsigned char)text[length - 1] << 16;
	}
	return word;
}

static inline void parse_text(struct parse_fields *fields, enum parse_field field, const char *text, size_t length)
{
	uint64_t checksum = parse_fold(fields->checksum, (uint64_t)field << 32 | length);
	size_t at = 0;
	for (; length - at > 8; at += 8) checksum = parse_fold(checksum, parse_word(text + at, 8));
	/* The last word overlaps the one before it. */
	if (length > 8) at = length - 8;
	fields->checksum = parse_fold(checksum, parse_word(text + at, length - at));
	if (fields->lines) parse_write_text(fields, field, text, length);
}

static inline void parse_number(struct parse_fields *fields, enum parse_field field, uint64_t number)
{
	fields->checksum = parse_fold(parse_fold(fields->checksum, (uint64_t)field << 32), number);
	if (fields->lines) parse_write_number(fields, field, number);
}

/* For libraries that keep numbers as text. */
static inline uint64_t parse_decimal(const char *text, size_t length)
{
	uint64_t number = 0;
	for (size_t at = 0; at < length && text[at] >= '0' && text[at] <= '9'; at++)
		number = number * 10 + (uint64_t)(text[at] - '0');
	return number;
}

/* The same for texts that end in NUL, and NULL for none. */
static inline void parse_string(struct parse_fields *fields, enum parse_field field, const char *text)
{
	if (text) parse_text(fields, field, text, strlen(text));
}

static inline void parse_digits(struct parse_fields *fields, enum parse_field field, const char *text)
{
	if (text) parse_number(fields, field, parse_decimal(text, SIZE_MAX));
}
#endif
