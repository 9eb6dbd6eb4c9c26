#include "tui/observe/copy.h"

#include <string.h>
#include "core/base/secret.h"
#include "core/text/text.h"
#include "tui/observe/watch.h"

static const char *message_refusal(const struct message *message, int64_t now)
{
	/* What erases it may not have come to it: this terminal was stopped, or the host asleep. */
	if (message->expires_at && message->expires_at <= now)
		return "Its time is over.";
	if (message->view_once)
		return "It is shown once: such a message is never copied.";
	if (message->sealed)
		return "It is sealed: such a message is never copied.";
	if (message->kind != KIND_TEXT || !message->body)
		return "There are no words in this one.";
	return NULL;
}

const char *copy_refusal(const struct copy_case *about)
{
	/* Nobody having looked isn't nobody being there. */
	enum watch_verdict verdict = about->watch ? about->watch->verdict : WATCH_UNKNOWN;

	if (about->choice == COPY_NO)
		return "Copying is off; the setting copy says so.";
	if (verdict == WATCH_RECORDED)
		return "This terminal is recorded: nothing is copied here.";
	if (verdict != WATCH_CLEAR && verdict != WATCH_WATCHED)
		return "Whether this terminal is recorded isn't known: nothing is copied here.";
	if (privacy_strictness(about->privacy) >= privacy_strictness(PRIVACY_VEIL))
		return "Nothing is copied in the modes veil and sealed.";
	return about->message ? message_refusal(about->message, about->now) : NULL;
}

bool copy_asks_for_place(const struct copy_case *about, enum copy_place place)
{
	return place == COPY_CLIPBOARD && about->choice != COPY_YES;
}

bool copy_asks_for_timer(const struct copy_case *about)
{
	return about->message && (about->message->expire_seconds || about->message->expires_at);
}

char *copy_text(const char *text, size_t bytes)
{
	char *safe = text_make_safe(text, bytes, TEXT_NEWLINE_KEEP);
	const char *end = safe + plain_size(safe), *last;
	char *copied;

	while ((last = g_utf8_find_prev_char(safe, end)) &&
	       g_unichar_isspace(g_utf8_get_char(last)))
		end = last;
	copied = plain_ndup(safe, (size_t)(end - safe));
	plain_free(safe);
	return copied;
}

const char *copy_text_refusal(const char *text, enum copy_place place)
{
	size_t bytes = strlen(text);

	if (!bytes)
		return "There are no words in this one.";
	if (bytes > COPY_BYTES_MAX)
		return "It is too long to be copied: more than 65,536 bytes.";
	if (place == COPY_CLIPBOARD && bytes > COPY_CLIPBOARD_MAX)
		return "It is too long for the terminal's clipboard: more than 55,500 bytes.";
	return NULL;
}
