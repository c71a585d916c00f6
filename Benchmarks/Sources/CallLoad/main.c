/* Load of emergency calls: INVITE -> 302 -> ACK over UDP, from one socket, each call with its own Call-ID.
 *
 * usage: CallLoad FROM-IP TO-IP:PORT CALLERS CALLS RATE WAITING CONTACT HOST FOUND [resend]      loopback only
 *   CALLERS   a file: a line for each caller, its number and the host and port of its phone
 *   RATE      calls begun in a second at most
 *   WAITING   calls that wait for their 302 at most: a busy machine slows the load, and loses no datagram
 *   CONTACT   the URI that each 302 must have as its Contact, HOST that of P-Asserted-Identity <sip:ELIN@HOST>
 *   FOUND     the file to write: the number of each caller that was answered, and its ELIN
 *   resend    sends an INVITE again by Timer A (RFC 3261 section 17.1.1.2), and acknowledges a 302 that comes again. The
 *             times are those of the calls whose INVITE was sent once. Without it nothing is sent again.
 *
 * Each call must get exactly one 302 (but for what is sent again), and a caller the same ELIN each time; whatever else
 * comes is an error. Prints one JSON object; exits 1 if anything was not as it must be. SIGTERM ends it before its time: it
 * begins no more calls, and tells of those that it has begun.
 */
#define _GNU_SOURCE
#include "Loads.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_LINE = 256, LONGEST_MESSAGE = 4096 };

struct caller {
	char number[24], phone[64], elin[24];
};

struct call {
	double sent, again, interval;
	int answers, resent;
};

/* Timer A at first, and how long an INVITE is sent again: T1 and 64*T1. */
static const double T1 = 0.5, LONGEST = 32;

static struct caller *callers;
static long caller_count;
static struct call *calls;
static char self[64], peer[64], run[24];

static volatile sig_atomic_t ended;
static void end(int number) { ended = number; }

static void die(const char *what) { die_as("CallLoad", what); }

static void read_callers(const char *path)
{
	FILE *file = fopen(path, "r");
	if (!file) die(path);
	long room = 0;
	char line[LONGEST_LINE];
	while (fgets(line, sizeof line, file)) {
		if (caller_count == room) {
			room = room ? room * 2 : 1024;
			callers = realloc(callers, (size_t)room * sizeof *callers);
			if (!callers) die("callers");
		}
		struct caller *caller = &callers[caller_count++];
		memset(caller, 0, sizeof *caller);
		if (sscanf(line, "%23s %63s", caller->number, caller->phone) != 2) die("a caller's line");
	}
	fclose(file);
	if (!caller_count) die("no callers");
}

/* Consecutive calls come from callers that stand far apart in the file. */
static struct caller *caller_of(long i)
{
	return &callers[(i % caller_count) * 7919 % caller_count];
}

static size_t invite(char *out, size_t room, long i)
{
	const struct caller *c = caller_of(i);
	char sdp[512];
	int length = snprintf(sdp, sizeof sdp,
		"v=0\r\no=load %ld 1 IN IP4 127.3.1.1\r\ns=call\r\nc=IN IP4 127.3.1.1\r\nt=0 0\r\nm=audio 30000 RTP/AVP 0 8 101\r\n"
		"a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
		"a=sendrecv\r\n", i + 1);
	return (size_t)snprintf(out, room,
		"INVITE sip:911@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK-%s-%lx\r\nMax-Forwards: 70\r\n"
		"From: \"Agent %s\" <sip:%s@sipserver.test>;tag=%s%lx\r\nTo: <sip:911@sipserver.test>\r\n"
		"Call-ID: %lx-%s@load\r\nCSeq: 1 INVITE\r\nContact: <sip:%s@%s;transport=UDP>\r\n"
		"Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY, REFER, UPDATE, INFO\r\n"
		"P-Asserted-Identity: <sip:%s@sipserver.test>\r\nSupported: timer, replaces\r\n"
		"Session-Expires: 1800;refresher=uac\r\nMin-SE: 90\r\nUser-Agent: load/1.0\r\nContent-Type: application/sdp\r\n"
		"Content-Length: %d\r\n\r\n%s",
		peer, self, run, i, c->number, c->number, run, i, i, run, c->number, c->phone, c->number, length, sdp);
}

/* To is copied from the 302, tag included (RFC 3261 section 17.1.1.3). */
static size_t ack(char *out, size_t room, long i, const char *to, int to_length)
{
	const struct caller *c = caller_of(i);
	return (size_t)snprintf(out, room,
		"ACK sip:911@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK-%s-%lx\r\nMax-Forwards: 70\r\n"
		"From: \"Agent %s\" <sip:%s@sipserver.test>;tag=%s%lx\r\nTo: %.*s\r\nCall-ID: %lx-%s@load\r\nCSeq: 1 ACK\r\n"
		"Content-Length: 0\r\n\r\n",
		peer, self, run, i, c->number, c->number, run, i, to_length, to, i, run);
}

/* The value of the only header of this name, blanks before it left out; NULL if there is none, or a second one. */
static const char *header(const char *message, const char *name, int *length)
{
	char pattern[64];
	snprintf(pattern, sizeof pattern, "\r\n%s:", name);
	const char *at = strcasestr(message, pattern);
	if (!at || strcasestr(at + 1, pattern)) return NULL;
	at += strlen(pattern);
	while (*at == ' ') at++;
	const char *end = strstr(at, "\r\n");
	if (!end) return NULL;
	*length = (int)(end - at);
	return at;
}

static int is(const char *value, int length, const char *wanted)
{
	return value && (size_t)length == strlen(wanted) && memcmp(value, wanted, (size_t)length) == 0;
}

/* The call that this is the 302 of, with Contact and ELIN as they must be, or -1. */
static long call_answered(const char *message, long begun, const char *contact, const char *host)
{
	int length = 0;
	long i = -1;
	char id[64], wanted[LONGEST_LINE], elin[24];
	if (strncmp(message, "SIP/2.0 302 ", 12) != 0) return -1;
	const char *value = header(message, "Call-ID", &length);
	if (!value || sscanf(value, "%lx-", &i) != 1 || i < 0 || i >= begun) return -1;
	snprintf(id, sizeof id, "%lx-%s@load", i, run);
	if (!is(value, length, id)) return -1;
	value = header(message, "CSeq", &length);
	if (!is(value, length, "1 INVITE")) return -1;
	snprintf(wanted, sizeof wanted, "<%s>", contact);
	value = header(message, "Contact", &length);
	if (!is(value, length, wanted)) return -1;
	value = header(message, "P-Asserted-Identity", &length);
	if (!value || sscanf(value, "<sip:%23[+0-9]@", elin) != 1) return -1;
	snprintf(wanted, sizeof wanted, "<sip:%s@%s>", elin, host);
	if (!is(value, length, wanted)) return -1;
	struct caller *caller = caller_of(i);
	if (!caller->elin[0]) strcpy(caller->elin, elin);
	return strcmp(caller->elin, elin) == 0 ? i : -1;
}

/* Sends what is due again of the calls from `oldest` on; returns the oldest that waits for its answer. */
static long resend(int descriptor, long oldest, long begun, double time, long *resent)
{
	char out[LONGEST_MESSAGE];
	while (oldest < begun && calls[oldest].answers) oldest++;
	for (long i = oldest; i < begun; i++) {
		struct call *call = &calls[i];
		if (call->answers || call->again > time || time - call->sent > LONGEST) continue;
		size_t length = invite(out, sizeof out, i);
		if (send(descriptor, out, length, 0) != (ssize_t)length) die("send");
		if (!call->resent++) ++*resent;
		call->interval *= 2;
		call->again = time + call->interval;
	}
	return oldest;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int main(int count, char **words)
{
	const int resends = count == 11 && strcmp(words[10], "resend") == 0;
	if (count != 10 + resends || strncmp(words[1], "127.", 4) != 0 || strncmp(words[2], "127.", 4) != 0) {
		fprintf(stderr, "usage: CallLoad FROM-IP TO-IP:PORT CALLERS CALLS RATE WAITING CONTACT HOST FOUND [resend]; "
		                "loopback only\n");
		return 2;
	}
	long total = atol(words[4]);
	const long most = atol(words[6]);
	const double rate = atof(words[5]);
	const char *contact = words[7], *host = words[8];
	snprintf(peer, sizeof peer, "%s", words[2]);
	char *colon = strchr(words[2], ':');
	if (!colon || total < 1 || most < 1 || rate <= 0) return 2;
	*colon = 0;
	read_callers(words[3]);
	calls = calloc((size_t)total, sizeof *calls);
	double *times = calloc((size_t)total, sizeof *times);
	if (!calls || !times) die("memory");

	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(colon + 1)) };
	struct sockaddr_in me = { .sin_family = AF_INET };
	socklen_t size = sizeof me;
	int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), buffer = 4 << 20;
	inet_pton(AF_INET, words[1], &me.sin_addr);
	inet_pton(AF_INET, words[2], &to.sin_addr);
	setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
	if (bind(descriptor, (void *)&me, sizeof me) || connect(descriptor, (void *)&to, sizeof to) ||
	    getsockname(descriptor, (void *)&me, &size))
		die("socket");
	snprintf(self, sizeof self, "%s:%d", words[1], ntohs(me.sin_port));
	snprintf(run, sizeof run, "%x%llx", (unsigned)getpid(), (unsigned long long)time(NULL));

	struct sigaction action = { .sa_handler = end };
	sigaction(SIGTERM, &action, NULL);
	long begun = 0, answered = 0, repeated = 0, provisional = 0, wrong = 0, oldest = 0, resent = 0, timed = 0;
	char out[LONGEST_MESSAGE], in[LONGEST_MESSAGE], first_wrong[LONGEST_MESSAGE] = "";
	const double start = now();
	double last = start, next = start;
	const double patience = resends ? LONGEST : 5;
	/* Ends a second after the last answer, so that a repeated one is seen; or when none comes for a while. */
	while (answered < total ? now() - last < patience : now() - last < 1) {
		double time = now();
		if (ended && total > begun) total = begun;
		if (resends) oldest = resend(descriptor, oldest, begun, time, &resent);
		while (begun < total && begun - answered < most && next <= time) {
			size_t length = invite(out, sizeof out, begun);
			calls[begun].sent = now();
			calls[begun].interval = T1;
			calls[begun].again = calls[begun].sent + T1;
			if (send(descriptor, out, length, 0) != (ssize_t)length) die("send");
			begun++;
			/* What a full window has delayed is not made up for by a burst. */
			next = next + 1 / rate > time - 0.01 ? next + 1 / rate : time;
		}
		ssize_t got;
		while ((got = recv(descriptor, in, sizeof in - 1, 0)) > 0) {
			in[got] = 0;
			if (strncmp(in, "SIP/2.0 1", 9) == 0) {
				provisional++;
				continue;
			}
			int to_length = 0;
			const char *to_value = header(in, "To", &to_length);
			long i = to_value ? call_answered(in, begun, contact, host) : -1;
			if (i < 0) {
				if (!wrong++) memcpy(first_wrong, in, (size_t)got + 1);
				continue;
			}
			/* One that comes again is no sign of life of the calls that wait. */
			double came = now();
			if (calls[i].answers++) {
				repeated++;
			} else {
				last = came;
				answered++;
				if (!calls[i].resent) times[timed++] = came - calls[i].sent;
			}
			size_t length = ack(out, sizeof out, i, to_value, to_length);
			if (send(descriptor, out, length, 0) != (ssize_t)length) die("send");
		}
		if (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK) die("receive");
		double wait = begun < total && begun - answered < most ? next - now() : 0.01;
		struct timespec pause = { 0, wait > 0 ? (wait < 0.01 ? (long)(wait * 1e9) : 10000000) : 0 };
		struct pollfd readable = { descriptor, POLLIN, 0 };
		if (wait > 20e-6) ppoll(&readable, 1, &pause, NULL);
	}

	FILE *found = fopen(words[9], "w");
	if (!found) die(words[9]);
	for (long i = 0; i < caller_count; i++)
		if (callers[i].elin[0]) fprintf(found, "%s %s\n", callers[i].number, callers[i].elin);
	if (fclose(found)) die(words[9]);
	qsort(times, (size_t)timed, sizeof *times, compare);
	struct rusage own;
	getrusage(RUSAGE_SELF, &own);
	printf("{\"calls\": %ld, \"answered\": %ld, \"repeated\": %ld, \"resent\": %ld, \"provisional\": %ld, \"wrong\": %ld, \"seconds\": %.3f, "
	       "\"p50_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f, \"own_cpu_s\": %.3f}\n",
	       total, answered, repeated, resent, provisional, wrong, last - start,
	       timed ? times[timed / 2] * 1e3 : 0.0, timed ? times[timed * 99 / 100] * 1e3 : 0.0,
	       timed ? times[timed - 1] * 1e3 : 0.0,
	       (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) +
	           (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) * 1e-6);
	if (wrong) fprintf(stderr, "CallLoad: the first wrong answer:\n%s\n", first_wrong);
	return answered == total && (resends || !repeated) && !wrong ? 0 : 1;
}
