#include "PeerSofia.h"

#include <stdarg.h>
#include <stdio.h>
#include <sofia-sip/su.h>
#include <sofia-sip/msg.h>
#include <sofia-sip/msg_parser.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_parser.h>

static const msg_mclass_t *mclass;

void peer_sofia_start(void)
{
	su_init();
	mclass = sip_default_mclass();
}

int peer_sofia_parse(const char *data, size_t length)
{
	msg_t *m = msg_make(mclass, 0, data, (ssize_t)length);
	if (!m) return 1;
	sip_t *s = sip_object(m);
	int bad = !s || s->sip_error || !s->sip_call_id || !s->sip_cseq;
	msg_destroy(m);
	return bad;
}

struct text {
	char *out;
	size_t capacity, used;
};

static void say(struct text *t, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int n = vsnprintf(t->out + t->used, t->capacity - t->used, format, arguments);
	va_end(arguments);
	if (n > 0) t->used += (size_t)n;
	if (t->used >= t->capacity) t->used = t->capacity - 1;
}

static const char *or_empty(const char *s) { return s ? s : ""; }

static void say_address(struct text *t, const char *name, const url_t *url, const char *tag)
{
	say(t, "%s %s %s %s %s\n", name, or_empty(url->url_user), or_empty(url->url_host), or_empty(url->url_port),
	    or_empty(tag));
}

long peer_sofia_facts(const char *data, size_t length, char *out, size_t capacity)
{
	struct text t = {out, capacity, 0};
	msg_t *m = msg_make(mclass, 0, data, (ssize_t)length);
	sip_t *s = m ? sip_object(m) : NULL;
	if (!s || s->sip_error || !s->sip_from || !s->sip_to || !s->sip_call_id || !s->sip_cseq) {
		if (m) msg_destroy(m);
		return -1;
	}
	for (sip_via_t *v = s->sip_via; v; v = v->v_next)
		say(&t, "via %s %s %s\n", or_empty(v->v_host), or_empty(v->v_port), or_empty(v->v_branch));
	say_address(&t, "from", s->sip_from->a_url, s->sip_from->a_tag);
	say_address(&t, "to", s->sip_to->a_url, s->sip_to->a_tag);
	say(&t, "call-id %s\n", s->sip_call_id->i_id);
	say(&t, "cseq %u %s\n", s->sip_cseq->cs_seq, s->sip_cseq->cs_method_name);
	for (sip_contact_t *c = s->sip_contact; c; c = c->m_next) say_address(&t, "contact", c->m_url, NULL);
	if (s->sip_max_forwards) say(&t, "max-forwards %lu\n", s->sip_max_forwards->mf_count);
	if (s->sip_content_length) say(&t, "content-length %u\n", s->sip_content_length->l_length);
	msg_destroy(m);
	return (long)t.used;
}
