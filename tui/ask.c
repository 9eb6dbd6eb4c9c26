#include "tui/ask.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "core/error.h"
#include "core/outlet.h"
#include "core/passphrase.h"
#include "core/secret.h"

enum { SAY_MS = 2000, SAY_BYTES = 64 * 1024 };

void ask_say(const char *text)
{
	struct outlet *outlet;

	fflush(stdout);
	outlet = outlet_new(STDOUT_FILENO, SAY_BYTES);
	outlet_add(outlet, text, strlen(text));
	outlet_wait(outlet, 0, SAY_MS, -1);
	outlet_free(outlet);
}

struct secret *ask_secret(const char *prompt, bool is_new, GError **error)
{
	struct secret *first, *second;
	bool is_same;

	first = secret_prompt(prompt, error);
	if (!first || !is_new)
		return first;
	if (!passphrase_check_new(first, error)) {
		secret_free(first);
		return NULL;
	}
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

bool ask_word(const char *question, const char *word)
{
	g_autofree char *prompt = g_strdup_printf("%s Type %s: ", question,
						  strcmp(word, "yes") == 0 ? word : "them");
	struct secret *answer = secret_prompt(prompt, NULL);
	GString *typed = g_string_new(NULL);
	bool is_it;

	for (size_t i = 0; answer && i < secret_size(answer); i++) {
		char c = (char)secret_peek(answer)[i];

		if (c != ':')
			g_string_append_c(typed, g_ascii_tolower(c));
	}
	is_it = answer && strcmp(typed->str, word) == 0;
	g_string_free(typed, TRUE);
	secret_free(answer);
	return is_it;
}
