/* Frames on stdin: four octets of length, the highest first, then the message. */
#include <stdio.h>
#include <stdlib.h>

static int each_frame(void (*parse)(const char *bytes, size_t length))
{
	unsigned char head[4];
	size_t got;
	while ((got = fread(head, 1, 4, stdin)) == 4) {
		size_t length = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
		char *bytes = malloc(length + 1);
		if (!bytes || fread(bytes, 1, length, stdin) != length) return 2;
		bytes[length] = 0;
		parse(bytes, length);
		free(bytes);
	}
	return got == 0 ? 0 : 2;
}
