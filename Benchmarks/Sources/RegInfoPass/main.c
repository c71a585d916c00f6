/* What reading a document costs at least: libxml2's SAX2 push interface, in pieces of 16 KiB as RegInfo feeds it, with
 * callbacks that do nothing. Prints the CPU seconds of one pass and the number of elements. */
#include "Loads.h"

#include <libxml/parser.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long elements;

static void start(
	void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces, const xmlChar **list,
	int attributes, int defaulted, const xmlChar **values)
{
	(void)user, (void)name, (void)prefix, (void)uri, (void)namespaces, (void)list;
	(void)attributes, (void)defaulted, (void)values;
	elements++;
}

static void end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	(void)user, (void)name, (void)prefix, (void)uri;
}

static void characters(void *user, const xmlChar *text, int count)
{
	(void)user, (void)text, (void)count;
}

static void die(const char *what)
{
	fprintf(stderr, "%s\n", what);
	exit(1);
}

static char *load(const char *path, size_t *count)
{
	FILE *file = fopen(path, "rb");
	if (!file || fseek(file, 0, SEEK_END)) die("the document cannot be read");
	long size = ftell(file);
	rewind(file);
	char *octets = size > 0 ? malloc((size_t)size) : NULL;
	if (!octets || fread(octets, 1, (size_t)size, file) != (size_t)size) die("the document cannot be read");
	fclose(file);
	*count = (size_t)size;
	return octets;
}

static void pass(const char *octets, size_t count)
{
	const size_t piece = 16 << 10;
	xmlSAXHandler handler;
	memset(&handler, 0, sizeof handler);
	handler.initialized = XML_SAX2_MAGIC;
	handler.startElementNs = start;
	handler.endElementNs = end;
	handler.characters = characters;
	xmlParserCtxtPtr context = xmlCreatePushParserCtxt(&handler, NULL, NULL, 0, NULL);
	if (!context) die("no memory");
	xmlCtxtUseOptions(context, XML_PARSE_NONET);
	for (size_t at = 0; at < count; at += piece) {
		size_t size = count - at < piece ? count - at : piece;
		if (xmlParseChunk(context, octets + at, (int)size, 0)) die("the document is not well-formed");
	}
	if (xmlParseChunk(context, NULL, 0, 1) || !context->wellFormed) die("the document is not well-formed");
	xmlFreeParserCtxt(context);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: %s DOCUMENT\n", argv[0]);
		return 2;
	}
	size_t count;
	char *octets = load(argv[1], &count);
	xmlInitParser();
	double before = cpu();
	pass(octets, count);
	printf("{\"seconds\": %.6f, \"elements\": %ld}\n", cpu() - before, elements);
	return 0;
}
