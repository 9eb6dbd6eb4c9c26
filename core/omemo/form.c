#include "core/omemo/form.h"

#include <string.h>

static const struct {
	enum form form;
	const char *name;
} names[] = {
	{ FORM_DIGEST, "digest" },
};

unsigned form_parse(const char *words)
{
	unsigned forms = 0;

	while (words && *words) {
		size_t bytes = strcspn(words, " ");

		for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
			if (strlen(names[i].name) == bytes &&
			    memcmp(words, names[i].name, bytes) == 0)
				forms |= (unsigned)names[i].form;
		words += bytes;
		words += *words == ' ';
	}
	return forms;
}

char *form_words(unsigned forms)
{
	g_autoptr(GString) words = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (forms & (unsigned)names[i].form)
			g_string_append_printf(words, "%s%s", words->len ? " " : "",
					       names[i].name);
	return g_string_free(g_steal_pointer(&words), FALSE);
}
