#include "ParseProgram.h"

#include "AllocationCounter.h"
#include "Loads.h"

#include <inttypes.h>
#include <stdlib.h>

struct message {
	const char *name;
	char *octets;
	size_t count;
};

static const char *const field_names[] = {
	[PARSE_VIA_HOST] = "Via host",         [PARSE_VIA_PORT] = "Via port",
	[PARSE_VIA_BRANCH] = "Via branch",     [PARSE_VIA_RECEIVED] = "Via received",
	[PARSE_VIA_RPORT] = "Via rport",       [PARSE_FROM_USER] = "From user",
	[PARSE_FROM_HOST] = "From host",       [PARSE_FROM_TAG] = "From tag",
	[PARSE_TO_USER] = "To user",           [PARSE_TO_HOST] = "To host",
	[PARSE_TO_TAG] = "To tag",             [PARSE_CALL_ID] = "Call-ID",
	[PARSE_CSEQ_NUMBER] = "CSeq number",   [PARSE_CSEQ_METHOD] = "CSeq method",
	[PARSE_CONTACT_USER] = "Contact user", [PARSE_CONTACT_HOST] = "Contact host",
	[PARSE_CONTACT_PORT] = "Contact port", [PARSE_MAX_FORWARDS] = "Max-Forwards",
	[PARSE_CONTENT_LENGTH] = "Content-Length",
};

void parse_write_text(const struct parse_fields *fields, enum parse_field field, const char *text, size_t length)
{
	fprintf(fields->lines, "%s\t%s\t%.*s\n", fields->message, field_names[field], (int)length, text);
}

void parse_write_number(const struct parse_fields *fields, enum parse_field field, uint64_t number)
{
	fprintf(fields->lines, "%s\t%s\t%" PRIu64 "\n", fields->message, field_names[field], number);
}

static void die(const char *what, const char *which)
{
	fprintf(stderr, "%s: %s\n", which, what);
	exit(1);
}

static struct message load(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct message message = {slash ? slash + 1 : path, NULL, 0};
	FILE *file = fopen(path, "rb");
	if (!file || fseek(file, 0, SEEK_END)) die("cannot be read", path);
	long size = ftell(file);
	rewind(file);
	message.octets = size > 0 ? malloc((size_t)size + 1) : NULL;
	if (!message.octets) die("cannot be read", path);
	message.count = fread(message.octets, 1, (size_t)size, file);
	if (message.count != (size_t)size) die("cannot be read", path);
	/* Not part of the message: libosip2 and libre look at no octet behind it, but may. */
	message.octets[size] = 0;
	fclose(file);
	return message;
}

/* The checksum of one message. */
static uint64_t parse(parse_function function, const struct message *message, FILE *lines)
{
	struct parse_fields fields = {0, lines, message->name};
	if (function(message->octets, message->count, &fields)) die("was not parsed", message->name);
	return fields.checksum;
}

static void print_allocations(parse_function function, const struct message *message)
{
	/* The first parse of a process may build tables that stay. */
	parse(function, message, NULL);
	unsigned long before = allocation_count();
	parse(function, message, NULL);
	unsigned long made = allocation_count() - before;
	printf("%s\t%lu\n", message->name, made);
}

static void print_time(parse_function function, const struct message *messages, int count, long loops)
{
	uint64_t checksum = 0;
	for (int i = 0; i < count; i++) checksum = parse_fold(checksum, parse(function, &messages[i], NULL));
	double start = cpu();
	for (long loop = 0; loop < loops; loop++) {
		uint64_t again = 0;
		for (int i = 0; i < count; i++) again = parse_fold(again, parse(function, &messages[i], NULL));
		if (again != checksum) die("a message was read differently again", "time");
	}
	double spent = cpu() - start;
	printf("%.1f\t%016" PRIx64 "\n", spent * 1e9 / ((double)loops * count), checksum);
}

int parse_program(int argc, char **argv, parse_function routing, parse_function full)
{
	int is_time = argc > 2 && strcmp(argv[2], "time") == 0;
	int first = is_time ? 4 : 3;
	if (argc <= first) {
		fprintf(stderr, "usage: %s routing|full fields|allocations|(time LOOPS) MESSAGE.sip...\n", argv[0]);
		return 2;
	}
	parse_function function = strcmp(argv[1], "routing") == 0 ? routing : full;
	int count = argc - first;
	struct message *messages = calloc((size_t)count, sizeof *messages);
	if (!messages) return 1;
	for (int i = 0; i < count; i++) messages[i] = load(argv[first + i]);
	if (is_time) {
		print_time(function, messages, count, atol(argv[3]));
	} else {
		for (int i = 0; i < count; i++) {
			if (strcmp(argv[2], "allocations") == 0)
				print_allocations(function, &messages[i]);
			else
				parse(function, &messages[i], stdout);
		}
	}
	return 0;
}
