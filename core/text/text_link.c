#include "core/text/text_link.h"

#include <string.h>
#include <unictype.h>

#include "core/text/text.h"
#include "core/text/text_buffer.h"

enum { LABELS_OF_IPV4 = 4, OCTET_DIGITS = 3 };

static const char *const SCHEMES[] = {"http://", "https://", "xmpp:", "mailto:"};

/* Letters that look like a dot, slash or colon of a URI, or that browsers take for one. */
static const uint32_t FALSE_SEPARATORS[] = {
	0x00b7, 0x0589, 0x05c3, 0x06d4, 0x2024, 0x2027, 0x2044, 0x2215, 0x2236, 0x29f8, 0x3002,
	0x30fb, 0xa789, 0xff0e, 0xff0f, 0xff1a, 0xff61,
};

/* The length of the scheme that TEXT begins with, 0 for none that we know. */
static size_t scheme_at(const char *text, size_t bytes)
{
	for (size_t i = 0; i < G_N_ELEMENTS(SCHEMES); i++) {
		size_t length = strlen(SCHEMES[i]);

		if (bytes > length && g_ascii_strncasecmp(text, SCHEMES[i], length) == 0)
			return length;
	}
	return 0;
}

/* Whether a URI as people write it may hold CODE: RFC 3986 and the letters of RFC 3987. */
static bool is_in_link(uint32_t code)
{
	if (code < 0x80)
		return code > 0x20 && code < 0x7f && !strchr("\"<>\\^`{|}", (int)code);
	return !uc_is_property_white_space(code) && !text_json_needs_escape(code) &&
	       !uc_is_general_category(code, UC_CATEGORY_Pi) &&
	       !uc_is_general_category(code, UC_CATEGORY_Pf);
}

static size_t count(const char *text, size_t bytes, char c)
{
	size_t found = 0;

	for (size_t i = 0; i < bytes; i++)
		found += text[i] == c;
	return found;
}

/* LENGTH less what belongs to the sentence around the link, and not to the link. */
static size_t trim(const char *text, size_t length)
{
	/* "(see http://x/a_(b))": the outer bracket is the sentence's, having no partner here */
	size_t round = count(text, length, ')') - MIN(count(text, length, ')'),
						      count(text, length, '('));
	size_t square = count(text, length, ']') - MIN(count(text, length, ']'),
						       count(text, length, '['));

	for (; length; length--) {
		char last = text[length - 1];

		if (last == ')' && round)
			round--;
		else if (last == ']' && square)
			square--;
		else if (!strchr(".,;:!?'*_~", last))
			break;
	}
	return length;
}

/* Whether the letter before offset AT lets a link begin there. */
static bool is_start(const char *text, size_t at)
{
	return at == 0 || !(g_ascii_isalnum(text[at - 1]) || text[at - 1] == '+' ||
			    text[at - 1] == '-' || text[at - 1] == '_');
}

static unsigned doubt_number(const char *host, size_t bytes)
{
	unsigned labels = 1, digits = 0;
	bool is_number = bytes > 0, is_odd = false, is_hex = false;

	/* What inet_aton takes, as browsers do: 1 to 4 parts, decimal, octal or hexadecimal. */
	for (size_t i = 0; i < bytes && is_number; i++) {
		if (host[i] == '.') {
			is_odd |= digits == 0 || digits > OCTET_DIGITS;
			labels += i + 1 < bytes;
			digits = 0;
			is_hex = false;
		} else if (digits == 1 && (host[i] | 0x20) == 'x' && host[i - 1] == '0') {
			is_hex = is_odd = true;
			digits++;
		} else {
			is_number = is_hex ? g_ascii_isxdigit(host[i]) : g_ascii_isdigit(host[i]);
			is_odd |= digits == 1 && host[i - 1] == '0';
			digits++;
		}
	}
	is_odd |= digits > OCTET_DIGITS;
	return is_number && (is_odd || labels != LABELS_OF_IPV4) ? TEXT_LINK_NUMBER : 0;
}

static unsigned doubt_label(const char *label, size_t bytes)
{
	unsigned doubts = 0;

	if (bytes >= 4 && g_ascii_strncasecmp(label, "xn--", 4) == 0)
		doubts |= TEXT_LINK_PUNYCODE;
	if (text_doubt(label, bytes) != TEXT_DOUBT_NONE)
		doubts |= TEXT_LINK_SCRIPT;
	return doubts;
}

static unsigned doubt_host(const char *host, size_t bytes)
{
	unsigned doubts = doubt_number(host, bytes);
	size_t start = 0;

	for (size_t at = 0; at < bytes;) {
		uint32_t code;
		size_t length = text_decode(host + at, bytes - at, &code);

		if (code == '%')
			doubts |= TEXT_LINK_SEPARATOR;
		for (size_t i = 0; i < G_N_ELEMENTS(FALSE_SEPARATORS); i++)
			if (FALSE_SEPARATORS[i] == code)
				doubts |= TEXT_LINK_SEPARATOR;
		if (code == '.') {
			doubts |= doubt_label(host + start, at - start);
			start = at + 1;
		}
		at += length;
	}
	return doubts | doubt_label(host + start, bytes - start);
}

/* How much of TEXT comes before any of STOPS. */
static size_t span(const char *text, size_t bytes, const char *stops)
{
	size_t at = 0;

	while (at < bytes && !strchr(stops, text[at]))
		at++;
	return at;
}

/* Fill in the host of LINK, which is complete otherwise; SCHEME bytes are its scheme. */
static void find_host(const char *text, size_t scheme, struct text_link *link)
{
	const char *host = text + link->offset + scheme;
	/* An address, with no path in front of it; as of xmpp: so of mailto: */
	bool is_xmpp = text[link->offset + scheme - 1] == ':';
	size_t bytes, at;

	/* xmpp://account@host/address names an account first (RFC 5122); the address counts */
	if (is_xmpp && link->bytes > scheme + 2 && strncmp(host, "//", 2) == 0) {
		size_t skip = 2 + span(host + 2, link->bytes - scheme - 2, "/?#");

		link->doubts |= TEXT_LINK_USERINFO;
		if (skip < link->bytes - scheme && host[skip] == '/')
			scheme += skip + 1;
		else
			scheme += 2;
		host = text + link->offset + scheme;
	}
	/* Browsers take a backslash for a slash, but is_in_link has ended the link there. */
	bytes = span(host, link->bytes - scheme, "/?#");
	for (at = bytes; at > 0 && host[at - 1] != '@'; at--)
		;
	if (at && !is_xmpp)
		link->doubts |= TEXT_LINK_USERINFO;
	host += at;
	bytes -= at;
	if (bytes && host[0] == '[')
		bytes = MIN(bytes, span(host, bytes, "]") + 1);
	else
		bytes = span(host, bytes, ":");
	link->host_offset = (size_t)(host - text);
	link->host_bytes = bytes;
	link->doubts |= doubt_host(host, bytes);
}

bool text_link_find(const char *text, size_t bytes, size_t from, struct text_link *link)
{
	for (size_t at = from; at < bytes; at++) {
		size_t scheme, end;

		if (!strchr("hxm", text[at] | 0x20))
			continue;
		scheme = scheme_at(text + at, bytes - at);
		if (!scheme || !is_start(text, at))
			continue;
		for (end = at; end < bytes;) {
			uint32_t code;
			size_t length = text_decode(text + end, bytes - end, &code);

			if (!is_in_link(code))
				break;
			end += length;
		}
		*link = (struct text_link){.offset = at, .bytes = trim(text + at, end - at)};
		if (link->bytes > scheme)
			find_host(text, scheme, link);
		if (link->host_bytes)
			return true;
		/* Nothing inside it is looked at again, or hostile text would take for ever. */
		at = end - 1;
	}
	return false;
}

const char *text_link_words(unsigned doubts)
{
	if (doubts & TEXT_LINK_USERINFO)
		return "the part before @ isn't where it leads";
	if (doubts & TEXT_LINK_SEPARATOR)
		return "its host holds signs that look like dots or slashes";
	if (doubts & TEXT_LINK_SCRIPT)
		return "its host's letters may not be what they look like";
	if (doubts & TEXT_LINK_PUNYCODE)
		return "its host is spelt in code for other letters (xn--)";
	if (doubts & TEXT_LINK_NUMBER)
		return "its host is an IP address in disguise";
	return NULL;
}
