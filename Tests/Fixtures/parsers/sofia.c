/* As osip.c, by sofia-sip. */
#include <sofia-sip/su.h>
#include <sofia-sip/msg.h>
#include <sofia-sip/msg_parser.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_parser.h>
#include <sofia-sip/sip_header.h>
#include <stdio.h>
#include "frames.h"

static void parse(const char *bytes, size_t length)
{
	msg_t *m = msg_make(sip_default_mclass(), 0, bytes, (ssize_t)length);
	if (!m) exit(2);
	sip_t *s = sip_object(m);
	if (!s || s->sip_error || !s->sip_cseq || !s->sip_call_id || !s->sip_from || !s->sip_to || !s->sip_via) {
		puts("unreadable");
		msg_destroy(m);
		return;
	}
	if (s->sip_request) printf("%s", s->sip_request->rq_method_name);
	else printf("%d", s->sip_status->st_status);
	printf(" %lu %s ", (unsigned long)s->sip_cseq->cs_seq, s->sip_cseq->cs_method_name);
	if (s->sip_content_length) printf("%lu", (unsigned long)s->sip_content_length->l_length);
	else printf("-");
	printf(" %zu\n", s->sip_payload ? (size_t)s->sip_payload->pl_len : (size_t)0);
	msg_destroy(m);
}

int main(void)
{
	su_init();
	return each_frame(parse);
}
