/*
 * xmpp_session: what is between us and the server while one connection lasts: questions and their
 * answers (RFC 6120 section 8.2.3), and who has taken what (XEP-0198).
 *
 * A question's id is 128 random bits, and its answer counts only from the address that was asked.
 * A stanza that was sent counts as taken once the server has counted it; where the server doesn't
 * count, or counts more than was sent, once it has answered a ping sent behind it (a server works
 * through a stream in order, RFC 6120 section 10.1). We count a message as taken only when it was
 * stored; what wasn't counted, the server keeps and gives again. Streams aren't resumed: the
 * outbox and the archive do that.
 *
 * Ends with session_free(): then every question and every stanza on its way is answered with NULL,
 * in the order in which they were asked.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_SESSION_H
#define SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_SESSION_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	/* For an answer of our server, before the connection counts as dead; of anybody else,
	 * before the question is given up. */
	SESSION_PATIENCE_MS = 30000,
	SESSION_CHECK_MS = 5000	     /* for a sign of life, once there is reason for doubt */
};

struct session;
struct stanza;

struct session_parts {
	const char *address; /* the own bare address */
	bool has_acks;
	bool is_careful; /* one message after the other, until all there are were taken */
	unsigned patience_ms; /* 0: SESSION_PATIENCE_MS */
	GMainContext *context;
	gboolean (*send)(void *user, GBytes *bytes, GError **error);
	/* The server owes an answer for too long. */
	void (*stalled)(void *user);
	void *user;
};

/* IQ: the answer, of type result or error; NULL: the connection ended, it couldn't be sent, or
 * somebody else's server kept silent. */
typedef void (*session_answered)(void *user, const struct stanza *iq);
/* ERROR NULL: the server has it. */
typedef void (*session_taken)(void *user, const GError *error);

struct session *session_new(const struct session_parts *parts);
void session_free(struct session *session);

/* Ask TO (NULL: the own account) with PAYLOAD, the XML within <iq type=TYPE/>, "get" or "set". */
void session_ask(struct session *session, const char *type, const char *to, const char *payload,
		 session_answered answered, void *user);
/* Answer question ID of TO with PAYLOAD ("" for none), as TYPE, "result" or "error". */
void session_reply(struct session *session, const char *to, const char *id, const char *type,
		   const char *payload);
/* Send TEXT, a stanza that nobody answers; takes it over. */
gboolean session_put(struct session *session, char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Send BYTES, whole stanzas; TAKEN is called when the server has them. */
void session_send(struct session *session, GBytes *bytes, session_taken taken, void *user);
/*
 * The server ends the connection for something of more than BYTES that it won't take (SENTENCE). If
 * one message on its way may be that, it is answered with ERROR_LIMIT: true, as with none. Of
 * several nobody knows which: a careful session finds it out.
 */
bool session_blame(struct session *session, const char *sentence, size_t bytes);
/* There is more to be sent one after the other. */
bool session_is_careful(const struct session *session);
/* There is reason for doubt: ask the server for a sign of life; without any, it stalled. */
void session_check(struct session *session);

/*
 * Look at what came (NULL: something unreadable, which is counted). True: it was for this module.
 * Otherwise *TOKEN names it until session_stored().
 */
bool session_take(struct session *session, const struct stanza *stanza, uint64_t *token);
/* What TOKEN names is stored, or isn't worth it. */
void session_stored(struct session *session, uint64_t token);
/* Nothing more came: tell the server what is stored, if it asked. */
void session_drained(struct session *session);

/* The error condition NAME in NAMESPACE (NULL: any) of IQ. */
bool session_is_error(const struct stanza *iq, const char *name, const char *namespace);
/* The first condition of an error, for sentences; "no answer" for NULL. */
const char *session_condition(const struct stanza *iq);

#endif
