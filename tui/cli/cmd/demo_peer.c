/* `sotto demo-peer`: one of the demo's other people, an ordinary sotto that answers by a script. */
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>
#include "core/model/draft.h"
#include "core/base/error.h"
#include "core/engine/engine_messages.h"
#include "tui/cli/demo.h"
#include "tui/cli/cmd/verbs.h"

enum { PEER_THINKS_MS = 1200, PEER_LIFE_FD = 0 };

/* What is said to a word, or (word NULL) in turn. */
struct reply {
	const char *peer; /* who says it; NULL: everybody */
	const char *word;
	const char *text;
};

static const char *const greetings[][2] = {
	{ "ada", "Morning. The carrier called: their lawful-intercept boxes were open for months. "
		 "From now on "
		 "nothing about the incident goes over the phone." },
	{ "ada",
	  "Everything here is sealed end to end. Say anything, I answer. Try C-s to search, or "
	  "`:help`." },
	{ "ben", "hey, jump host 3 is ready for you \xf0\x9f\x94\xa7" },
};

static const struct reply replies[] = {
	{ NULL, "hello",
	  "Hello! This answer was sealed by another process and came through the spool." },
	{ NULL, "verify",
	  "Good idea. Read me your safety number over a channel you trust; the first groups "
	  "will do for a demo." },
	{ NULL, "expire", "Timers travel inside the encryption, so both sides keep the same." },
	{ NULL, "lock", "Lock with M-l: the keys leave memory. The demo's passphrase is "
		"`" DEMO_PASSPHRASE "`." },
	{ "ada", NULL, "Noted. I put it into the incident log, without names." },
	{ "ada", NULL, "Who else knows? Keep it to this host for now." },
	{ "ada", NULL,
	  "\xe6\x9d\xb1\xe4\xba\xac\xe3\x81\xae\xe3\x83\x81\xe3\x83\xbc\xe3\x83\xa0\xe3\x81\xab\xe3"
	  "\x82\x82"
	  "\xe4\xbc\x9d\xe3\x81\x88\xe3\x81\xbe\xe3\x81\x99\xe3\x80\x82 (I'll tell the team in "
	  "Tokyo too.)" },
	{ "ben", NULL, "on it" },
	{ "ben", NULL, "the logs are at https://logs.example.org/case/17 \xf0\x9f\x91\x80" },
	{ "ben", NULL, "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d from the night shift" },
	{ NULL, NULL, NULL },
};

struct peer {
	struct call *call;
	const char *name;
	unsigned turn;	  /* which of the replies in turn comes next */
	unsigned greeted;
	GSource *life;
};

struct answer {
	struct peer *peer;
	char *to;
	const char *text;
};

static void sent(void *user, const struct message *message, const GError *error)
{
	(void)user;
	(void)message;
	(void)error;
}

static gboolean say(void *user)
{
	struct answer *answer = user;
	struct draft draft = { .address = answer->to, .body = answer->text };

	engine_send(answer->peer->call->engine, &draft, VERB_WAIT_MS, sent, answer->peer);
	return G_SOURCE_REMOVE;
}

static void answer_free(void *user)
{
	struct answer *answer = user;

	g_free(answer->to);
	g_free(answer);
}

static void say_later(struct peer *peer, const char *to, const char *text, unsigned ms)
{
	struct answer *answer = g_new(struct answer, 1);
	GSource *timer = g_timeout_source_new(ms);

	*answer = (struct answer){ peer, g_strdup(to), text };
	g_source_set_callback(timer, say, answer, answer_free);
	g_source_attach(timer, peer->call->context);
	g_source_unref(timer);
}

static bool is_mine(const struct peer *peer, const struct reply *reply)
{
	return !reply->peer || strcmp(reply->peer, peer->name) == 0;
}

static const char *choose(struct peer *peer, const char *body)
{
	g_autofree char *lower = g_utf8_strdown(body, -1);
	unsigned count = 0, place = 0;

	for (const struct reply *reply = replies; reply->text; reply++) {
		if (reply->word && is_mine(peer, reply) && strstr(lower, reply->word))
			return reply->text;
		count += !reply->word && is_mine(peer, reply);
	}
	for (const struct reply *reply = replies; reply->text; reply++) {
		if (!reply->word && is_mine(peer, reply) && place++ == peer->turn % count) {
			peer->turn++;
			return reply->text;
		}
	}
	return "Yes.";
}

static void heard(const struct event *event, void *user)
{
	struct peer *peer = user;
	const struct message *message = event->message;
	g_autoptr(GError) error = NULL;

	if (event->type != EVENT_MESSAGE || message->direction != DIRECTION_IN || !message->body)
		return;
	say_later(peer, message->conversation, choose(peer, message->body), PEER_THINKS_MS);
	if (!engine_read(peer->call->engine, message->conversation, &message->seq, 1, &error))
		peer->call->printer->complain(peer->call->printer, error->message);
}

static void stop(struct call *call)
{
	struct peer *peer = call->state;

	engine_unlisten(call->engine, heard, peer);
	g_source_destroy(peer->life);
	g_source_unref(peer->life);
	call->state = NULL;
	g_free(peer);
	call_end(call, 0);
}

/* The demo closed its end, or died. */
static gboolean orphaned(int fd, GIOCondition condition, void *user)
{
	(void)fd;
	(void)condition;
	stop(user);
	return G_SOURCE_REMOVE;
}

static void fetched(void *user, const GError *error)
{
	(void)user;
	(void)error;
}

static bool wants_live(const struct call *call)
{
	(void)call;
	return true;
}

static void run(struct call *call)
{
	struct peer *peer = g_new0(struct peer, 1);

	peer->call = call;
	peer->name = call->args[0];
	peer->life = g_unix_fd_source_new(PEER_LIFE_FD, G_IO_IN | G_IO_HUP);
	g_source_set_callback(peer->life, G_SOURCE_FUNC(orphaned), call, NULL);
	g_source_attach(peer->life, call->context);
	call->state = peer;
	call->cancel = stop;
	engine_listen(call->engine, heard, peer);
	engine_fetch(call->engine, VERB_WAIT_MS, fetched, peer);
	for (size_t i = 0; i < G_N_ELEMENTS(greetings); i++) {
		if (strcmp(greetings[i][0], peer->name) == 0)
			say_later(peer, "you", greetings[i][1],
				  PEER_THINKS_MS * ++peer->greeted / 2);
	}
}

const struct verb verb_demo_peer = {
	.name = "demo-peer",
	.arguments = "NAME",
	.summary = "One of the demo's scripted peers.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_CARRIER,
	.is_hidden = true,
	.wants_live = wants_live,
	.run = run,
};
