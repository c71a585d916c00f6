/* Reads messages from stdin, each behind its length in four octets, the highest first, and prints for each what
   libosip2 reads: method or status, CSeq number and method, Content-Length, body octets; or "unreadable". */
#include <sys/time.h>
#include <osipparser2/osip_parser.h>
#include <osipparser2/osip_message.h>
#include <stdio.h>
#include "frames.h"

static void parse(const char *bytes, size_t length)
{
	osip_message_t *m;
	if (osip_message_init(&m)) exit(2);
	if (osip_message_parse(m, bytes, length) || !m->cseq || !m->call_id || !m->from || !m->to) {
		puts("unreadable");
		osip_message_free(m);
		return;
	}
	osip_body_t *body = NULL;
	osip_message_get_body(m, 0, &body);
	if (MSG_IS_REQUEST(m)) printf("%s", m->sip_method);
	else printf("%d", m->status_code);
	printf(" %s %s %s %zu\n", m->cseq->number, m->cseq->method,
	       m->content_length && m->content_length->value ? m->content_length->value : "-",
	       body ? body->length : 0);
	osip_message_free(m);
}

int main(void)
{
	parser_init();
	return each_frame(parse);
}
