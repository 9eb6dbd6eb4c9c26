#include "core/model/contact.h"

#include <string.h>

#include "core/base/error.h"
#include "core/text/text.h"

enum { LOCAL_NAME_MAX = 64 };

/*
 * A bare JID is localpart@domain (RFC 7622). Its localpart follows the UsernameCaseMapped profile
 * of RFC 8265 closely enough to tell addresses apart: NFKC, lower case, then only what
 * IdentifierClass allows, which is letters, digits and marks, and of ASCII what is visible. Lower
 * case is taken character by character, because g_utf8_strdown depends on the locale.
 */

static gboolean refuse(GError **error, const char *text, const char *why)
{
	g_autofree char *shown = g_utf8_make_valid(text, (gssize)strnlen(text, 100));

	for (char *at = shown; *at; at++)
		if (g_ascii_iscntrl(*at))
			*at = '?';
	error_set(error, ERROR_USAGE, "\"%s\" isn't an address: %s.", shown, why);
	return FALSE;
}

/* g_utf8_next_char, which casts const away. */
static const char *next(const char *text)
{
	return text + g_utf8_skip[(guchar)*text];
}

/* Some letters and marks show nothing: two addresses that differ by them look the same. */
static bool is_seen(gunichar character)
{
	char utf8[6];

	return !text_is_blank(utf8, (size_t)g_unichar_to_utf8(character, utf8));
}

static bool is_word(gunichar character)
{
	if (!is_seen(character))
		return false;
	switch (g_unichar_type(character)) {
	case G_UNICODE_LOWERCASE_LETTER:
	case G_UNICODE_UPPERCASE_LETTER:
	case G_UNICODE_OTHER_LETTER:
	case G_UNICODE_MODIFIER_LETTER:
	case G_UNICODE_DECIMAL_NUMBER:
	case G_UNICODE_NON_SPACING_MARK:
	case G_UNICODE_SPACING_MARK:
		return true;
	default:
		return false;
	}
}

static char *to_lower(const char *text)
{
	GString *lower = g_string_sized_new(strlen(text) + 8);

	for (; *text; text = next(text))
		g_string_append_unichar(lower, g_unichar_tolower(g_utf8_get_char(text)));
	return g_string_free(lower, FALSE);
}

/* NFKC and lower case; folding may undo composing, so it is composed again. */
static char *fold(const char *text, gssize bytes)
{
	g_autofree char *composed = g_utf8_normalize(text, bytes, G_NORMALIZE_NFKC);
	g_autofree char *lower = to_lower(composed);

	return g_utf8_normalize(lower, -1, G_NORMALIZE_NFKC);
}

static bool is_localpart(const char *part)
{
	for (; *part; part = next(part)) {
		gunichar character = g_utf8_get_char(part);

		if (character < 0x80) {
			if (character <= ' ' || character == 0x7F ||
			    strchr("\"&'/:<>@", (int)character))
				return false;
		} else if (!is_word(character)) {
			return false;
		}
	}
	return true;
}

/* Labels of letters, digits, marks and inner dashes, with single dots between. */
static bool is_domain(const char *part)
{
	gunichar before = '.';

	for (; *part; part = next(part)) {
		gunichar character = g_utf8_get_char(part);

		if (character == '.') {
			if (before == '.' || before == '-')
				return false;
		} else if (character == '-') {
			if (before == '.')
				return false;
		} else if (character < 0x80 ? !g_ascii_isalnum((char)character) :
					      !is_word(character)) {
			return false;
		}
		before = character;
	}
	return before != '.' && before != '-';
}

static bool is_local_name(const char *text)
{
	size_t bytes = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				    "._-");

	return bytes > 0 && bytes <= LOCAL_NAME_MAX && !text[bytes] && *text != '.' && *text != '-';
}

static char *normalise(const char *text, const char *at, GError **error)
{
	g_autofree char *localpart = fold(text, at - text);
	g_autofree char *domain = fold(at + 1, -1);
	char *address;

	/* After folding: a full-width solidus or @ has become a plain one by now. */
	if (!*localpart || !is_localpart(localpart)) {
		refuse(error, text,
		       "what stands before the @ may hold letters, digits and most "
		       "signs, but no space and none of \"&'/:<>@");
		return NULL;
	}
	if (!is_domain(domain)) {
		refuse(error, text,
		       "what stands behind the @ must be the name of a server, such "
		       "as example.org");
		return NULL;
	}
	address = g_strconcat(localpart, "@", domain, NULL);
	if (strlen(address) > CONTACT_ADDRESS_MAX) {
		g_free(address);
		refuse(error, text, "it is longer than 1,023 bytes");
		return NULL;
	}
	return address;
}

char *contact_address(const char *text, GError **error)
{
	const char *at;

	if (is_local_name(text))
		return g_strdup(text);
	if (!*text)
		refuse(error, text, "nothing stands there");
	else if (strlen(text) > CONTACT_ADDRESS_MAX)
		refuse(error, text, "it is longer than 1,023 bytes");
	else if (!g_utf8_validate(text, -1, NULL))
		refuse(error, text, "it isn't valid UTF-8");
	else if (!(at = strchr(text, '@')))
		refuse(error, text,
		       "a name on this host has 1 to 64 of A-Z a-z 0-9 . _ - and doesn't "
		       "begin with a dot or a dash; an XMPP address has an @");
	else if (strchr(at, '/'))
		refuse(error, text, "leave the resource away, from the / on");
	else
		return normalise(text, at, error);
	return NULL;
}

char *contact_bare_address(const char *text)
{
	const char *at = strchr(text, '@');
	const char *resource = at ? strchr(at, '/') : NULL;
	g_autofree char *bare = g_strndup(text, resource ? (gsize)(resource - text) : strlen(text));

	return contact_address(bare, NULL);
}
