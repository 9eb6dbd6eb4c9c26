#include "core/model/message.h"

#include <string.h>

#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/text/text.h"
#include "core/xml/stanza.h"

char *message_new_id(void)
{
	uint8_t random[16];
	char *id = g_malloc(2 * sizeof(random) + 1);

	crypto_random(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		g_snprintf(id + 2 * i, 3, "%02x", random[i]);
	return id;
}

void message_clear(struct message *message)
{
	g_free(message->id);
	g_free(message->conversation);
	g_free(message->from);
	plain_free(message->body);
	plain_free(message->file);
	memset(message, 0, sizeof(*message));
}

struct message *message_copy(const struct message *message)
{
	struct message *copy;

	if (!message)
		return NULL;
	copy = g_new(struct message, 1);
	*copy = *message;
	copy->id = g_strdup(message->id);
	copy->conversation = g_strdup(message->conversation);
	copy->from = g_strdup(message->from);
	copy->body = plain_dup(message->body);
	copy->file = plain_dup(message->file);
	return copy;
}

void message_free(struct message *message)
{
	if (!message)
		return;
	message_clear(message);
	g_free(message);
}

const char *state_name(enum state state)
{
	static const char *const names[STATE_COUNT] = {
		[STATE_QUEUED] = "queued",	 [STATE_SENT] = "sent",
		[STATE_DELIVERED] = "delivered", [STATE_READ] = "read",
		[STATE_FAILED] = "failed",
	};

	return (unsigned int)state < STATE_COUNT ? names[state] : names[STATE_FAILED];
}

const char *cause_name(enum cause cause)
{
	static const char *const names[CAUSE_COUNT] = {
#define X(suffix, name) [CAUSE_##suffix] = name,
		CAUSE_ROWS(X)
#undef X
	};

	return (unsigned int)cause < CAUSE_COUNT ? names[cause] : names[CAUSE_OTHER];
}

gboolean message_check_body(const char *body, size_t bytes, GError **error)
{
	size_t valid;
	gunichar character;

	if (bytes == 0) {
		error_set(error, ERROR_USAGE, "There is nothing to send: the text is empty.");
		return FALSE;
	}
	if (bytes > MESSAGE_BODY_MAX) {
		error_set(error, ERROR_USAGE,
			  "The text has more than %d bytes, which is all that can be sent at "
			  "once: send it in parts, or as a file.",
			  MESSAGE_BODY_MAX);
		return FALSE;
	}
	valid = stanza_valid_bytes(body, bytes);
	if (valid == bytes) {
		if (!text_is_blank(body, bytes))
			return TRUE;
		error_set(error, ERROR_USAGE,
			  "There is nothing to send: the text is only white space.");
		return FALSE;
	}
	character = g_utf8_get_char_validated(body + valid, (gssize)(bytes - valid));
	if (body[valid] == '\0')
		character = 0; /* GLib takes a NUL for an end */
	if (character >= (gunichar)-2)
		error_set(error, ERROR_USAGE,
			  "The text isn't valid UTF-8 at byte %zu; convert it first.", valid + 1);
	else
		error_set(error, ERROR_USAGE,
			  "The text holds the character U+%04X at byte %zu, which can't be sent; "
			  "take it out.",
			  character, valid + 1);
	return FALSE;
}
