#include "tui/app/alert.h"

#include <string.h>
#include "core/base/secret.h"
#include "core/text/text.h"

enum alert_level alert_level(enum alert_level wanted, const struct alert_place *place)
{
	bool is_held = place->is_locked || place->is_veiled || place->is_recorded ||
		       place->is_remote;

	return is_held ? MIN(wanted, ALERT_COUNT) : wanted;
}

enum alert_via alert_via(enum alert_via wanted, const struct alert_place *place)
{
	if (wanted == ALERT_AUTO)
		wanted = place->has_desktop && !place->is_remote ? ALERT_DESKTOP : ALERT_BELL;
	if (place->is_tmux && (wanted == ALERT_OSC9 || wanted == ALERT_OSC777))
		wanted = ALERT_BELL;
	return wanted;
}

static char *one_line(const char *text, size_t cells)
{
	char *safe = text_make_safe(text, strlen(text), TEXT_NEWLINE_SPACE);
	char *cut = text_truncate(safe, cells);

	plain_free(safe);
	return cut;
}

static char *count_words(unsigned unread)
{
	g_autofree char *words = unread == 1 ? g_strdup("1 unread message")
					     : g_strdup_printf("%u unread messages", unread);

	return plain_dup(words);
}

/* The link to a file holds its key, which has no business outside. */
static bool may_preview(const char *body)
{
	return body && !strstr(body, "aesgcm:");
}

bool alert_words(enum alert_level level, const struct alert_news *news, char **title, char **text)
{
	*title = *text = NULL;
	if (level == ALERT_NONE)
		return false;
	if (level == ALERT_COUNT || !news->sender) {
		*title = plain_dup("sotto");
		*text = count_words(news->unread);
		return true;
	}
	*title = one_line(news->sender, ALERT_TITLE_CELLS);
	*text = level == ALERT_PREVIEW && may_preview(news->body)
			? one_line(news->body, ALERT_TEXT_CELLS)
			: count_words(news->unread);
	return true;
}

/* A semicolon would be the next field. */
static void without_semicolons(char *text)
{
	for (; *text; text++) {
		if (*text == ';')
			*text = ',';
	}
}

char *alert_bytes(enum alert_via via, const char *title, const char *text)
{
	char *first = plain_dup(title), *second = plain_dup(text), *bytes = NULL;
	size_t room = strlen(title) + strlen(text) + 32;

	without_semicolons(first);
	without_semicolons(second);
	if (via == ALERT_BELL)
		bytes = plain_dup("\a");
	if (via == ALERT_OSC9 || via == ALERT_OSC777)
		bytes = plain_new(room);
	if (via == ALERT_OSC9)
		g_snprintf(bytes, room, "\033]9;%s: %s\a", first, second);
	else if (via == ALERT_OSC777)
		g_snprintf(bytes, room, "\033]777;notify;%s;%s\a", first, second);
	plain_free(first);
	plain_free(second);
	return bytes;
}
