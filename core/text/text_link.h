/*
 * text_link: the links in a text, and whether one could lead elsewhere than it
 * seems.
 *
 * Links are http:, https:, xmpp: and mailto: URIs written out. Nothing is ever opened or
 * looked up here.
 */
#ifndef SOTTO_CORE_TEXT_TEXT_LINK_H
#define SOTTO_CORE_TEXT_TEXT_LINK_H

#include <stdbool.h>
#include <stddef.h>

/* What may fool a reader about a link's host; bits. */
enum text_link_doubt {
	TEXT_LINK_USERINFO = 1 << 0,  /* a name in front of the host, which reads like it */
	TEXT_LINK_PUNYCODE = 1 << 1,  /* a label in xn-- form: other letters than it shows */
	TEXT_LINK_SCRIPT = 1 << 2,    /* a label that text_doubt() doubts */
	TEXT_LINK_NUMBER = 1 << 3,    /* an IP address in a disguise: decimal, octal, hexadecimal */
	TEXT_LINK_SEPARATOR = 1 << 4, /* a letter that looks like a dot or slash, or %-encoding */
};

/* A link: spans in the text that was searched, in bytes. */
struct text_link {
	size_t offset;
	size_t bytes;
	size_t host_offset;
	size_t host_bytes;
	unsigned doubts; /* enum text_link_doubt */
};

/* Find the first link of TEXT at or behind the offset FROM; false when there is none. */
bool text_link_find(const char *text, size_t bytes, size_t from, struct text_link *link);

/* The first of DOUBTS in words for a warning; NULL for none. */
const char *text_link_words(unsigned doubts);

#endif
