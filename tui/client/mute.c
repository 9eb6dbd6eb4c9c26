#include "tui/client/mute.h"

#include <string.h>
#include "core/base/clock.h"
#include "core/base/error.h"
#include "tui/client/when.h"

gboolean mute_parse(const char *text, int64_t now, int64_t *to, GError **error)
{
	int64_t seconds;

	*to = CONTACT_MUTED;
	if (!text)
		return TRUE;
	if (!clock_parse_duration(text, &seconds)) {
		error_set(error, ERROR_USAGE,
			  "\"%s\" is no time to mute for: it is like 30m, 8h, 7d; without one it "
			  "is for good.",
			  text);
		return FALSE;
	}
	*to = now + seconds * 1000;
	return TRUE;
}

/* Whether a word could go on at the character before or at AT. */
static bool is_inside(const char *text, const char *at)
{
	return at > text && g_unichar_isalnum(g_utf8_get_char(g_utf8_prev_char(at)));
}

bool mute_is_named(const char *body, const char *address)
{
	g_autofree char *local = g_strndup(address, strcspn(address, "@"));
	g_autofree char *name = g_utf8_casefold(local, -1);
	g_autofree char *text = g_utf8_casefold(body, -1);

	for (const char *at = text; *name && (at = strstr(at, name)); at += strlen(name))
		if (!is_inside(text, at) && !g_unichar_isalnum(g_utf8_get_char(at + strlen(name))))
			return true;
	return false;
}

char *mute_words(const struct contact *contact, int64_t now)
{
	char when[WHEN_BYTES];

	if (!contact_is_muted(contact, now))
		return NULL;
	if (contact->muted_to == CONTACT_MUTED)
		return g_strdup("muted");
	return g_strdup_printf("muted until %s", when_short(contact->muted_to, now, when));
}
