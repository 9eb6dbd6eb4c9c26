#include "core/base/nearest.h"

#include <glib.h>
#include <string.h>

/* How many letters A and B differ in, by Levenshtein. */
static unsigned difference(const char *a, const char *b)
{
	size_t count = strlen(b);
	unsigned *row = g_new(unsigned, count + 1);
	unsigned result;

	for (size_t i = 0; i <= count; i++)
		row[i] = (unsigned)i;
	for (size_t j = 1; *a; a++, j++) {
		unsigned corner = row[0];

		row[0] = (unsigned)j;
		for (size_t i = 1; i <= count; i++) {
			unsigned changed = corner + (*a != b[i - 1]);

			corner = row[i];
			row[i] = MIN(changed, MIN(row[i], row[i - 1]) + 1);
		}
	}
	result = row[count];
	g_free(row);
	return result;
}

void nearest_init(struct nearest *nearest, const char *typed)
{
	*nearest = (struct nearest){.typed = typed};
	nearest->difference = (unsigned)MIN(strlen(typed) / 2, 3) + 1;
}

void nearest_look(struct nearest *nearest, const char *word)
{
	unsigned here = strlen(nearest->typed) > NEAREST_BYTES
				? nearest->difference
				: difference(nearest->typed, word);

	if (here >= nearest->difference)
		return;
	nearest->word = word;
	nearest->difference = here;
}
