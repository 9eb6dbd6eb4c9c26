#include "tui/ask.h"

#include <string.h>
#include "core/error.h"
#include "core/secret.h"

struct secret *ask_secret(int fd, const char *prompt, bool is_new, GError **error)
{
	struct secret *first, *second;
	bool is_same;

	if (fd >= 0)
		return secret_read_line(fd, error);
	first = secret_prompt(prompt, error);
	if (!first || !is_new)
		return first;
	second = secret_prompt("Once more: ", error);
	if (!second) {
		secret_free(first);
		return NULL;
	}
	is_same = secret_equal(first, second);
	secret_free(second);
	if (is_same)
		return first;
	secret_free(first);
	error_set(error, ERROR_USAGE, "The two passphrases differ; nothing was changed.");
	return NULL;
}

bool ask_yes(const char *question)
{
	g_autofree char *prompt = g_strdup_printf("%s Type yes: ", question);
	struct secret *answer = secret_prompt(prompt, NULL);
	bool is_yes =
		answer && secret_size(answer) == 3 && memcmp(secret_peek(answer), "yes", 3) == 0;

	secret_free(answer);
	return is_yes;
}
