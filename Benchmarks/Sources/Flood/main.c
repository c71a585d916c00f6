/* Abuse of a SIP server on loopback, from sources that are nobody to it: malformed datagrams at a steady rate, and TCP
 * connections on which a message is begun and never ended.
 *
 * usage: Flood TO-IP:PORT RATE SECONDS CONNECTIONS
 *   RATE         datagrams a second, of 4,096 different ones that are made at the start
 *   CONNECTIONS  as many are kept open, or tried: one that the server closes is made anew a second later
 *
 * Prints one JSON object. The datagrams come from 127.1.0.1 to 127.1.0.16, the connections from 127.2.0.1 to 127.2.0.100.
 */
#define _GNU_SOURCE
#include "Loads.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { DATAGRAMS = 4096, LONGEST = 1400, SOCKETS = 16, SOURCES = 100, A_BATCH = 64, NEW_A_TURN = 10 };

struct datagram {
	char octets[LONGEST];
	size_t length;
};

/* A connection that is wanted: its descriptor, or -1 and when it is tried again. */
struct connection {
	int descriptor;
	double next;
	int stands;
};

static struct datagram datagrams[DATAGRAMS];
static struct connection *connections;
static struct sockaddr_in target;
static char target_name[64];
static long asked, standing, most_standing, closed_by_server;

static void die(const char *what) { die_as("Flood", what); }

static uint64_t chance(uint64_t below)
{
	static uint64_t state = 0x9e3779b97f4a7c15;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

/* An INVITE in which one of the things that an answer needs is broken. It dials no emergency number: e911d forgives much to
 * those who do, and answers some of them. */
static void broken(struct datagram *d, int number)
{
	static const char *const names[] = {"Via", "From", "To", "Call-ID", "CSeq", "Max-Forwards"};
	static const char *const wrong[] = {
		"SIP/2.0/UDP", "\"never closed <sip:a@b>;tag=1", "<sip:nobody@", "", "99999999999999999999 INVITE", "-1",
		";;;;;;;;;;;;;;;;;", "\x01\x02\x03", "<<<<<<<<<<<<<<<<>", "1 \xff\xfe"};
	char value[6][96];
	snprintf(value[0], sizeof value[0], "SIP/2.0/UDP 127.1.0.1:5060;branch=z9hG4bK-%d", number);
	snprintf(value[1], sizeof value[1], "<sip:a%d@example.com>;tag=%d", number, number);
	snprintf(value[2], sizeof value[2], "<sip:nobody@%s>", target_name);
	snprintf(value[3], sizeof value[3], "flood-%d", number);
	snprintf(value[4], sizeof value[4], "%d INVITE", number);
	snprintf(value[5], sizeof value[5], "70");
	strcpy(value[chance(5)], wrong[chance(sizeof wrong / sizeof *wrong)]);
	int length = snprintf(d->octets, LONGEST, "INVITE sip:nobody@%s SIP/2.0\r\n", target_name);
	for (int i = 0; i < 6; i++)
		length += snprintf(d->octets + length, LONGEST - (size_t)length, "%s: %s\r\n", names[i], value[i]);
	length += snprintf(d->octets + length, LONGEST - (size_t)length, "Content-Length: 0\r\n\r\n");
	d->length = (size_t)length;
}

static void make(struct datagram *d, int number)
{
	broken(d, number);
	switch (chance(5)) {
	case 0: /* No SIP at all. */
		d->length = 1 + chance(LONGEST);
		for (size_t i = 0; i < d->length; i++) d->octets[i] = (char)chance(256);
		break;
	case 1: /* Cut off in its headers. */
		d->length = 1 + chance(d->length - 8);
		break;
	case 2: /* A status line that is none. */
		d->length = (size_t)snprintf(d->octets, LONGEST, "SIP/2.0 %d Moved\r\n\r\n", 700 + number);
		break;
	case 3: /* As many lines as fit, none of them a header. */
		d->length = (size_t)snprintf(d->octets, LONGEST, "OPTIONS sip:%s SIP/2.0\r\n", target_name);
		while (d->length + 3 < LONGEST) {
			memcpy(d->octets + d->length, "x\r\n", 3);
			d->length += 3;
		}
		break;
	default: break;
	}
}

static int bound(int type, const char *prefix, int number)
{
	char name[32];
	snprintf(name, sizeof name, "%s%d", prefix, number);
	struct sockaddr_in me = {.sin_family = AF_INET};
	inet_pton(AF_INET, name, &me.sin_addr);
	int descriptor = socket(AF_INET, type | SOCK_NONBLOCK, 0), one = 1;
	if (descriptor < 0) die("socket");
	setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
	if (bind(descriptor, (void *)&me, sizeof me)) die("bind");
	return descriptor;
}

static void drop(struct connection *c, double time)
{
	close(c->descriptor);
	standing -= c->stands;
	*c = (struct connection){-1, time + 1, 0};
}

static void dial(int poll, long index)
{
	struct connection *c = &connections[index];
	c->descriptor = bound(SOCK_STREAM, "127.2.0.", (int)(index % SOURCES) + 1);
	asked++;
	if (connect(c->descriptor, (void *)&target, sizeof target) && errno != EINPROGRESS) return drop(c, now());
	struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.u64 = (uint64_t)index};
	if (epoll_ctl(poll, EPOLL_CTL_ADD, c->descriptor, &event)) die("epoll");
}

/* What has happened to the connections. */
static void look(int poll)
{
	static const char half[] = "INVITE sip:nobody@example.com SIP/2.0\r\nVia: SIP/2.0/TCP 127.2.0.1;branch=z9hG4bK";
	struct epoll_event events[256];
	int count = epoll_wait(poll, events, 256, 0);
	for (int i = 0; i < count; i++) {
		struct connection *c = &connections[events[i].data.u64];
		if (c->descriptor < 0) continue;
		if (events[i].events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) {
			closed_by_server++;
			drop(c, now());
		} else if (events[i].events & EPOLLOUT && !c->stands) {
			if (send(c->descriptor, half, sizeof half - 1, MSG_NOSIGNAL) < 0) {
				drop(c, now());
				continue;
			}
			c->stands = 1;
			standing++;
			if (standing > most_standing) most_standing = standing;
		}
	}
}

/* Sends `count` of them, from one socket after the other. */
static long send_batch(const int *sockets, long first, int count)
{
	struct mmsghdr messages[A_BATCH];
	struct iovec parts[A_BATCH];
	memset(messages, 0, sizeof messages);
	for (int i = 0; i < count; i++) {
		struct datagram *d = &datagrams[(first + i) % DATAGRAMS];
		parts[i] = (struct iovec){d->octets, d->length};
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	int sent = sendmmsg(sockets[first / A_BATCH % SOCKETS], messages, (unsigned)count, 0);
	return sent > 0 ? sent : 0;
}

int main(int count, char **words)
{
	char *colon = count == 5 ? strchr(words[1], ':') : NULL;
	if (!colon || strncmp(words[1], "127.", 4) != 0) {
		fprintf(stderr, "usage: Flood TO-IP:PORT RATE SECONDS CONNECTIONS; loopback only\n");
		return 2;
	}
	const double rate = atof(words[2]), seconds = atof(words[3]);
	const long wanted = atol(words[4]);
	snprintf(target_name, sizeof target_name, "%s", words[1]);
	*colon = 0;
	target = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(colon + 1))};
	inet_pton(AF_INET, words[1], &target.sin_addr);

	struct rlimit files;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	for (int i = 0; i < DATAGRAMS; i++) make(&datagrams[i], i);
	int sockets[SOCKETS], poll = epoll_create1(0);
	for (int i = 0; i < SOCKETS; i++) {
		sockets[i] = bound(SOCK_DGRAM, "127.1.0.", i + 1);
		if (connect(sockets[i], (void *)&target, sizeof target)) die("connect");
	}
	connections = calloc((size_t)wanted + 1, sizeof *connections);
	if (!connections || poll < 0) die("memory");
	for (long i = 0; i < wanted; i++) connections[i].descriptor = -1;

	long sent = 0, at = 0;
	const double start = now();
	for (double time = start; time - start < seconds; time = now()) {
		long due = (long)((time - start) * rate);
		while (sent < due) {
			long more = send_batch(sockets, sent, due - sent < A_BATCH ? (int)(due - sent) : A_BATCH);
			sent += more;
			if (!more) break;
		}
		for (int looked = 0, made = 0; wanted && looked < 100 && made < NEW_A_TURN; looked++, at = (at + 1) % wanted) {
			if (connections[at].descriptor >= 0 || connections[at].next > time) continue;
			dial(poll, at);
			made++;
		}
		look(poll);
		struct timespec pause = {0, 1000000};
		nanosleep(&pause, NULL);
	}
	printf("{\"sent\": %ld, \"rate\": %.0f, \"connections_asked\": %ld, \"connections_most\": %ld, "
	       "\"connections_at_end\": %ld, \"closed_by_server\": %ld}\n",
	       sent, (double)sent / (now() - start), asked, most_standing, standing, closed_by_server);
	return 0;
}
