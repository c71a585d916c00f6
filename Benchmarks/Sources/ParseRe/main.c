/* libre (baresip): sip_msg_decode splits all headers, and decodes the top Via, From, To, CSeq and Content-Type; the others
 * stay text, and what is wanted of them is decoded here with libre's own functions. */
#include "ParseProgram.h"

#include <stdarg.h>
#include <stdbool.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <re/re.h>

static void say_text(struct parse_fields *fields, enum parse_field field, const struct pl *text)
{
	if (text->p && text->l) parse_text(fields, field, text->p, text->l);
}

static void say_digits(struct parse_fields *fields, enum parse_field field, const struct pl *text)
{
	if (text->p) parse_number(fields, field, parse_decimal(text->p, text->l));
}

static bool say_via(const struct sip_hdr *header, const struct sip_msg *message, void *argument)
{
	struct parse_fields *fields = argument;
	struct sip_via decoded;
	const struct sip_via *via = &message->via;
	if (header->val.p != via->val.p) {
		if (sip_via_decode(&decoded, &header->val)) return true;
		via = &decoded;
	}
	struct pl host = PL_INIT, port = PL_INIT, value = PL_INIT;
	if (uri_decode_hostport(&via->sentby, &host, &port)) return true;
	say_text(fields, PARSE_VIA_HOST, &host);
	say_digits(fields, PARSE_VIA_PORT, &port);
	say_text(fields, PARSE_VIA_BRANCH, &via->branch);
	if (!msg_param_decode(&via->params, "received", &value)) say_text(fields, PARSE_VIA_RECEIVED, &value);
	if (!msg_param_decode(&via->params, "rport", &value))
		say_digits(fields, PARSE_VIA_RPORT, &value);
	else if (!msg_param_exists(&via->params, "rport", &value))
		parse_number(fields, PARSE_VIA_RPORT, 0);
	return false;
}

static bool say_contact(const struct sip_hdr *header, const struct sip_msg *message, void *argument)
{
	(void)message;
	struct parse_fields *fields = argument;
	struct sip_addr address;
	if (sip_addr_decode(&address, &header->val)) return true;
	say_text(fields, PARSE_CONTACT_USER, &address.uri.user);
	say_text(fields, PARSE_CONTACT_HOST, &address.uri.host);
	if (address.uri.port) parse_number(fields, PARSE_CONTACT_PORT, address.uri.port);
	return false;
}

static int say(struct parse_fields *fields, const struct sip_msg *sip)
{
	/* The function returns the header at which it was told to stop. */
	if (sip_msg_hdr_apply(sip, true, SIP_HDR_VIA, say_via, fields)) return 1;
	say_text(fields, PARSE_FROM_USER, &sip->from.uri.user);
	say_text(fields, PARSE_FROM_HOST, &sip->from.uri.host);
	say_text(fields, PARSE_FROM_TAG, &sip->from.tag);
	say_text(fields, PARSE_TO_USER, &sip->to.uri.user);
	say_text(fields, PARSE_TO_HOST, &sip->to.uri.host);
	say_text(fields, PARSE_TO_TAG, &sip->to.tag);
	say_text(fields, PARSE_CALL_ID, &sip->callid);
	parse_number(fields, PARSE_CSEQ_NUMBER, sip->cseq.num);
	say_text(fields, PARSE_CSEQ_METHOD, &sip->cseq.met);
	if (sip_msg_hdr_apply(sip, true, SIP_HDR_CONTACT, say_contact, fields)) return 1;
	say_digits(fields, PARSE_MAX_FORWARDS, &sip->maxfwd);
	say_digits(fields, PARSE_CONTENT_LENGTH, &sip->clen);
	return 0;
}

static int parse(const char *octets, size_t count, struct parse_fields *fields)
{
	struct sip_msg *sip = NULL;
	/* sip_msg_decode keeps a reference to the buffer: it is given a counted one, as a socket would give it. */
	struct mbuf *buffer = mbuf_alloc(count);
	if (!buffer) return 1;
	memcpy(buffer->buf, octets, count);
	buffer->end = count;
	int bad = sip_msg_decode(&sip, buffer) || say(fields, sip);
	mem_deref(sip);
	mem_deref(buffer);
	return bad;
}

int main(int argc, char **argv)
{
	if (libre_init()) return 1;
	return parse_program(argc, argv, parse, parse);
}
