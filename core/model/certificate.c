#include "core/model/certificate.h"

#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/text/text.h"

enum { ROW_CHARS = 8 * 3 };

struct certificate *certificate_copy(const struct certificate *certificate)
{
	struct certificate *copy;

	if (!certificate)
		return NULL;
	copy = g_new0(struct certificate, 1);
	copy->fingerprint = g_strdup(certificate->fingerprint);
	copy->subject = g_strdup(certificate->subject);
	copy->issuer = g_strdup(certificate->issuer);
	copy->names = g_strdup(certificate->names);
	copy->since = g_strdup(certificate->since);
	copy->until = g_strdup(certificate->until);
	copy->why = g_strdup(certificate->why);
	return copy;
}

void certificate_free(struct certificate *certificate)
{
	if (!certificate)
		return;
	g_free(certificate->fingerprint);
	g_free(certificate->subject);
	g_free(certificate->issuer);
	g_free(certificate->names);
	g_free(certificate->since);
	g_free(certificate->until);
	g_free(certificate->why);
	g_free(certificate);
}

char *certificate_parse_pin(const char *text, GError **error)
{
	GString *pin = g_string_new(NULL);

	for (const char *p = text; *p && pin->len <= CERTIFICATE_PIN_CHARS; p++) {
		if (*p == ':')
			continue;
		g_string_append_c(pin, g_ascii_isxdigit(*p) ? g_ascii_tolower(*p) : '?');
	}
	if (pin->len == CERTIFICATE_PIN_CHARS && !strchr(pin->str, '?'))
		return g_string_free(pin, FALSE);
	g_string_free(pin, TRUE);
	error_set(error, ERROR_USAGE,
		  "A pin is the SHA-256 fingerprint of the server's certificate: %d hex digits, "
		  "with or without colons.", CERTIFICATE_PIN_CHARS);
	return NULL;
}

char *certificate_show_pin(const char *pin)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; pin[i]; i++) {
		if (i > 0 && i % 2 == 0)
			g_string_append_c(text, ':');
		g_string_append_c(text, g_ascii_toupper(pin[i]));
	}
	return g_string_free(text, FALSE);
}

static void describe(GString *text, const char *name, const char *value)
{
	const char *shown = value && *value ? value : "-";
	char *safe = text_make_safe(shown, strlen(shown), TEXT_NEWLINE_SPACE);

	g_string_append_printf(text, "  %-12s %s\n", name, safe);
	plain_free(safe);
}

/* In rows that fit 40 columns. */
static void describe_pin(GString *text, const char *pin)
{
	for (size_t at = 0; at < strlen(pin); at += ROW_CHARS)
		g_string_append_printf(text, "  %-12s %.*s\n", at ? "" : "SHA-256", ROW_CHARS,
				       pin + at);
}

char *certificate_describe(const struct certificate *certificate)
{
	GString *text = g_string_new(NULL);
	g_autofree char *pin = certificate_show_pin(certificate->fingerprint);

	describe(text, "for", certificate->names);
	describe(text, "subject", certificate->subject);
	describe(text, "signed by", certificate->issuer);
	describe(text, "from", certificate->since);
	describe(text, "until", certificate->until);
	describe_pin(text, pin);
	describe(text, "why", certificate->why);
	return g_string_free(text, FALSE);
}
