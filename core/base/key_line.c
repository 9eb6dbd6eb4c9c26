#include "core/base/key_line.h"

#include <stdbool.h>
#include <string.h>

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
		at++;
	return at;
}

/* Whether the line from AT to END begins with "KEY =". */
static bool is_row(const char *at, const char *end, const char *key)
{
	size_t bytes = strlen(key);

	at = skip_blanks(at, end);
	if ((size_t)(end - at) <= bytes || strncmp(at, key, bytes) != 0)
		return false;
	at = skip_blanks(at + bytes, end);
	return at < end && *at == '=';
}

static bool is_group(const char *at, const char *end, const char *group)
{
	size_t bytes = strlen(group);

	return (size_t)(end - at) >= bytes + 2 && at[1 + bytes] == ']' &&
	       strncmp(at + 1, group, bytes) == 0;
}

static const char *end_of(const char *at)
{
	const char *end = strchr(at, '\n');

	return end ? end : at + strlen(at);
}

unsigned key_line_find(const char *text, const char *group, const char *key)
{
	unsigned line = 0, found = 0;
	bool is_inside = false;

	for (const char *at = text, *end; *at; at = *end ? end + 1 : end) {
		end = end_of(at);
		line++;
		if (*at == '[')
			is_inside = is_group(at, end, group);
		else if (is_inside && is_row(at, end, key))
			found = line;
	}
	return found;
}

unsigned key_line_bad(const char *text)
{
	unsigned line = 0;

	for (const char *at = text, *end; *at; at = *end ? end + 1 : end) {
		const char *first;

		end = end_of(at);
		line++;
		first = skip_blanks(at, end);
		if (first < end && *first != '#' && *first != '[' &&
		    !memchr(first, '=', (size_t)(end - first)))
			return line;
	}
	return 0;
}

char *key_line_place(const char *path, unsigned line)
{
	return line ? g_strdup_printf("%s, line %u", path, line) : g_strdup(path);
}
