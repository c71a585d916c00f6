/* libosip2: osip_message_parse decodes every header that it knows into structures; the others stay text. */
#include "ParseProgram.h"

#include <sys/time.h>
#include <osipparser2/osip_message.h>
#include <osipparser2/osip_parser.h>

static void say_parameter(struct parse_fields *fields, enum parse_field field, osip_generic_param_t *parameter)
{
	if (parameter) parse_string(fields, field, parameter->gvalue);
}

static void say_via(struct parse_fields *fields, osip_via_t *via)
{
	osip_generic_param_t *branch = NULL, *received = NULL, *rport = NULL;
	osip_via_param_get_byname(via, "branch", &branch);
	osip_via_param_get_byname(via, "received", &received);
	osip_via_param_get_byname(via, "rport", &rport);
	parse_string(fields, PARSE_VIA_HOST, via->host);
	parse_digits(fields, PARSE_VIA_PORT, via->port);
	say_parameter(fields, PARSE_VIA_BRANCH, branch);
	say_parameter(fields, PARSE_VIA_RECEIVED, received);
	if (rport) parse_digits(fields, PARSE_VIA_RPORT, rport->gvalue ? rport->gvalue : "");
}

static void say_address(struct parse_fields *fields, enum parse_field user, osip_from_t *address)
{
	osip_generic_param_t *tag = NULL;
	osip_from_get_tag(address, &tag);
	parse_string(fields, user, address->url->username);
	parse_string(fields, user + 1, address->url->host);
	say_parameter(fields, user + 2, tag);
}

/* libosip2 has cut it in two. */
static void say_call_id(struct parse_fields *fields, const osip_call_id_t *call_id)
{
	char text[256];
	size_t left = strlen(call_id->number), right = call_id->host ? strlen(call_id->host) : 0;
	if (left + 1 + right > sizeof text) return;
	memcpy(text, call_id->number, left);
	if (call_id->host) {
		text[left++] = '@';
		memcpy(text + left, call_id->host, right);
	}
	parse_text(fields, PARSE_CALL_ID, text, left + right);
}

static void say(struct parse_fields *fields, osip_message_t *sip)
{
	osip_header_t *hops = NULL;
	osip_list_iterator_t at;
	for (osip_via_t *via = osip_list_get_first(&sip->vias, &at); via; via = osip_list_get_next(&at))
		say_via(fields, via);
	say_address(fields, PARSE_FROM_USER, sip->from);
	say_address(fields, PARSE_TO_USER, sip->to);
	say_call_id(fields, sip->call_id);
	parse_digits(fields, PARSE_CSEQ_NUMBER, sip->cseq->number);
	parse_string(fields, PARSE_CSEQ_METHOD, sip->cseq->method);
	for (osip_contact_t *contact = osip_list_get_first(&sip->contacts, &at); contact; contact = osip_list_get_next(&at)) {
		parse_string(fields, PARSE_CONTACT_USER, contact->url->username);
		parse_string(fields, PARSE_CONTACT_HOST, contact->url->host);
		parse_digits(fields, PARSE_CONTACT_PORT, contact->url->port);
	}
	osip_message_header_get_byname(sip, "max-forwards", 0, &hops);
	if (hops) parse_digits(fields, PARSE_MAX_FORWARDS, hops->hvalue);
	if (sip->content_length) parse_digits(fields, PARSE_CONTENT_LENGTH, sip->content_length->value);
}

static int parse(const char *octets, size_t count, struct parse_fields *fields)
{
	osip_message_t *sip = NULL;
	if (osip_message_init(&sip)) return 1;
	int bad = osip_message_parse(sip, octets, count) || !sip->from || !sip->to || !sip->call_id || !sip->cseq;
	if (!bad) say(fields, sip);
	osip_message_free(sip);
	return bad;
}

int main(int argc, char **argv)
{
	parser_init();
	return parse_program(argc, argv, parse, parse);
}
