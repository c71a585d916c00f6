/* Sofia-SIP: msg_make copies the octets and extracts every header into sip_t. */
#include "ParseProgram.h"

#include <sofia-sip/su.h>
#include <sofia-sip/msg.h>
#include <sofia-sip/msg_parser.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_parser.h>

static const msg_mclass_t *mclass;

static void say(struct parse_fields *fields, const sip_t *sip)
{
	for (const sip_via_t *via = sip->sip_via; via; via = via->v_next) {
		parse_string(fields, PARSE_VIA_HOST, via->v_host);
		parse_digits(fields, PARSE_VIA_PORT, via->v_port);
		parse_string(fields, PARSE_VIA_BRANCH, via->v_branch);
		parse_string(fields, PARSE_VIA_RECEIVED, via->v_received);
		parse_digits(fields, PARSE_VIA_RPORT, via->v_rport);
	}
	parse_string(fields, PARSE_FROM_USER, sip->sip_from->a_url->url_user);
	parse_string(fields, PARSE_FROM_HOST, sip->sip_from->a_url->url_host);
	parse_string(fields, PARSE_FROM_TAG, sip->sip_from->a_tag);
	parse_string(fields, PARSE_TO_USER, sip->sip_to->a_url->url_user);
	parse_string(fields, PARSE_TO_HOST, sip->sip_to->a_url->url_host);
	parse_string(fields, PARSE_TO_TAG, sip->sip_to->a_tag);
	parse_string(fields, PARSE_CALL_ID, sip->sip_call_id->i_id);
	parse_number(fields, PARSE_CSEQ_NUMBER, sip->sip_cseq->cs_seq);
	parse_string(fields, PARSE_CSEQ_METHOD, sip->sip_cseq->cs_method_name);
	for (const sip_contact_t *contact = sip->sip_contact; contact; contact = contact->m_next) {
		parse_string(fields, PARSE_CONTACT_USER, contact->m_url->url_user);
		parse_string(fields, PARSE_CONTACT_HOST, contact->m_url->url_host);
		parse_digits(fields, PARSE_CONTACT_PORT, contact->m_url->url_port);
	}
	if (sip->sip_max_forwards) parse_number(fields, PARSE_MAX_FORWARDS, sip->sip_max_forwards->mf_count);
	if (sip->sip_content_length) parse_number(fields, PARSE_CONTENT_LENGTH, sip->sip_content_length->l_length);
}

static int parse(const char *octets, size_t count, struct parse_fields *fields)
{
	msg_t *message = msg_make(mclass, 0, octets, (ssize_t)count);
	if (!message) return 1;
	const sip_t *sip = sip_object(message);
	int bad = !sip || sip->sip_error || !sip->sip_from || !sip->sip_to || !sip->sip_call_id || !sip->sip_cseq;
	if (!bad) say(fields, sip);
	msg_destroy(message);
	return bad;
}

int main(int argc, char **argv)
{
	su_init();
	mclass = sip_default_mclass();
	return parse_program(argc, argv, parse, parse);
}
