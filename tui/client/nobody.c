#include "tui/client/nobody.h"

#include "core/base/error.h"
#include "core/base/nearest.h"

char *nobody_list(const char *const *names, size_t count)
{
	GString *text = g_string_new(count ? NULL : "nobody yet");
	size_t shown = MIN(count, NOBODY_NAMED);

	for (size_t i = 0; i < shown; i++)
		g_string_append_printf(text, "%s%s", !i ? "" : i + 1 == count ? " and " : ", ",
				       names[i]);
	if (count > shown)
		g_string_append_printf(text, " and %zu more", count - shown);
	return g_string_free(text, FALSE);
}

/* The one of NAMES that was probably meant by NAME, or NULL. */
static const char *meant(const char *const *names, size_t count, const char *name)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (size_t i = 0; i < count; i++)
		nearest_look(&nearest, names[i]);
	return nearest.word;
}

void nobody_refuse(const char *const *names, size_t count, const char *name, const char *hint,
		   GError **error)
{
	const char *near = meant(names, count, name);
	g_autofree char *list = nobody_list(names, count);

	error_set(error, ERROR_NO_CONTACT, "Nobody called %s is known%s%s%s Known: %s.%s%s", name,
		  near ? "; did you mean " : "", near ? near : "", near ? "?" : ".", list,
		  hint ? " " : "", hint ? hint : "");
}

char *nobody_there(const char *name, char *const *people)
{
	size_t count = people ? g_strv_length((char **)people) : 0;
	const char *const *names = (const char *const *)people;
	const char *near = meant(names, count, name);
	g_autofree char *list = nobody_list(names, count);

	return g_strdup_printf("Nobody called %s is on this spool yet: they have to start sotto "
			       "there before you can write to them.%s%s%s On it: %s.", name,
			       near ? " Did you mean " : "", near ? near : "", near ? "?" : "",
			       list);
}
