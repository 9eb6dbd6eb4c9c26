/* first_run: whom to write to first. */
#include "tui/app/first_run.h"

#include <string.h>
#include "core/base/error.h"
#include "core/model/contact.h"
#include "tui/app/opening.h"
#include "tui/client/link.h"
#include "tui/confine/ask.h"

enum { SHOWN = 20 };

static void found(struct job *job, void *user)
{
	char ***people = user;

	*people = g_steal_pointer(&job->people);
}

static void show(char *const *people)
{
	GString *text = g_string_new("\n  Here already:\n");
	guint count = g_strv_length((char **)people);

	for (guint i = 0; i < MIN(count, SHOWN); i++)
		g_string_append_printf(text, "    %u  %s\n", i + 1, people[i]);
	if (count > SHOWN)
		g_string_append_printf(text, "    and %u more\n", count - SHOWN);
	ask_show(text->str);
	g_string_free(text, TRUE);
}

/* A number of the list, or a name on it; NULL: neither. */
static const char *find(char *const *people, const char *word)
{
	guint64 number;

	/* Numbers first: somebody may be called "2", and has a number too. */
	if (g_ascii_string_to_unsigned(word, 10, 1, g_strv_length((char **)people), &number, NULL))
		return people[number - 1];
	return g_strv_contains((const char *const *)people, word) ? word : NULL;
}

static void add(struct link *link, const char *address)
{
	g_autoptr(GError) error = NULL;

	if (opening_await(link, job_new(JOB_ADD, address), NULL, &error))
		return;
	ask_tell(error->message);
}

/* Who isn't there is told by name; that loses nobody else. */
static void tell_unknown(const GString *unknown, bool is_one)
{
	g_autofree char *text = g_strdup_printf(
		"Numbers or names of the list, please: %s %s in it. Who isn't here yet is added "
		"later, with `:add NAME`.", unknown->str, is_one ? "isn't" : "aren't");

	ask_tell(text);
}

/* Add those of ANSWER; *HAS_ADDED: there was one. FALSE: a word is nobody's, which was said. */
static gboolean take(struct link *link, char *const *people, const char *answer, bool *has_added)
{
	g_auto(GStrv) words = g_strsplit_set(answer, " ,", -1);
	GString *unknown = g_string_new(NULL);
	unsigned count = 0;

	for (char **word = words; *word; word++) {
		const char *address = find(people, *word);

		if (address) {
			add(link, address);
			*has_added = true;
		} else if (**word) {
			g_string_append_printf(unknown, "%s%s", unknown->len ? ", " : "", *word);
			count++;
		}
	}
	if (count)
		tell_unknown(unknown, count == 1);
	g_string_free(unknown, TRUE);
	return count == 0;
}

void first_people_ask(struct link *link)
{
	g_auto(GStrv) people = NULL;
	struct job *job = job_new(JOB_THERE, NULL);
	bool is_over = false, has_added = false;

	job_post(link, job, found, &people);
	while (link_is_busy(link))
		g_main_context_iteration(NULL, TRUE);
	if (!people)
		return;
	show(people);
	while (!is_over) {
		const char *nobody = has_added ? "nobody else" : "nobody yet";
		g_autofree char *answer = NULL;

		is_over = !ask_line("With whom do you want to write (numbers or names)", nobody,
				    &answer, NULL) ||
			  strcmp(answer, nobody) == 0 || take(link, people, answer, &has_added);
	}
}
