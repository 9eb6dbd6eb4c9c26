/* first_run: the passphrase of a new profile. */
#include "tui/app/first_run.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/passphrase.h"
#include "tui/app/diceware.h"
#include "tui/confine/ask.h"
#include "tui/term/term_type.h"

enum { ADVISED = 15, LONG = 25, VARIETY = 5, WORDS_INDENT = 6 };

static const char about[] =
	"\n"
	"  The passphrase opens the profile on this machine; nobody can restore it.\n"
	"  It has at least 8 characters; 15 or more are advised.\n";

const char *first_passphrase_word(const struct secret *passphrase)
{
	const uint8_t *data = secret_peek(passphrase);
	size_t size = secret_size(passphrase);
	bool seen[256] = { false };
	unsigned variety = 0;

	for (size_t i = 0; i < size; i++) {
		variety += !seen[data[i]];
		seen[data[i]] = true;
	}
	wipe(seen, sizeof(seen));
	if (variety < VARIETY)
		return "Weak: it repeats a few characters, and is easily guessed.";
	if (size < ADVISED)
		return "Weak: whoever copies this disk may guess it; 15 characters are advised.";
	if (size < LONG)
		return "Fair, if nobody else has ever used it.";
	return "Strong, if it was chosen by chance.";
}

/* What is said while the offered words stand on the screen, and how many rows that took. */
struct section {
	unsigned rows;
	unsigned cols;
	bool is_shown; /* words were offered */
	bool can_erase; /* a terminal that can't would show the letters of the sequence */
	struct ask_hush hush;
};

static void count_rows(struct section *section, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (char **line = lines; *line && line[1]; line++)
		section->rows += 1 + (unsigned)MAX((int)strlen(*line) - 1, 0) /
					     section->cols;
}

static void say(struct section *section, const char *text)
{
	g_autofree char *fitted = ask_fit(text);

	ask_say(fitted);
	count_rows(section, fitted);
}

/* In plain memory: WORDS, indented, in as many lines as they take. */
static char *show_words(const struct secret *words, unsigned cols)
{
	const char *word = (const char *)secret_peek(words);
	size_t left = secret_size(words), used = 0, at = 0, bytes;
	char *text = plain_new(left + DICEWARE_WORDS * (WORDS_INDENT + 1) + 2);

	for (; left > 0; word += bytes, left -= bytes) {
		const char *gap = memchr(word, ' ', left);

		bytes = gap ? (size_t)(gap - word) + 1 : left;
		if (used == 0 || used + bytes >= cols) {
			text[at] = '\n';
			at += used > 0;
			memset(text + at, ' ', WORDS_INDENT);
			at += WORDS_INDENT;
			used = WORDS_INDENT;
		}
		memcpy(text + at, word, bytes);
		at += bytes;
		used += bytes;
	}
	text[at] = '\n';
	return text;
}

static gboolean offer(struct section *section, GError **error)
{
	struct secret *words = diceware_new(DICEWARE_WORDS, error);
	char *text;

	if (!words)
		return FALSE;
	text = show_words(words, section->cols);
	secret_free(words);
	say(section, "  Five random words, chosen for you just now, which nobody else knows:\n\n");
	ask_say(text);
	count_rows(section, text);
	plain_free(text);
	say(section, section->can_erase ? "\n  Type these, or a passphrase of your own. They are "
					  "taken off the screen then.\n"
					: "\n  Type these, or a passphrase of your own. They "
					  "stay here: clear this terminal afterwards.\n");
	section->is_shown = true;
	return TRUE;
}

static void take_away(const struct section *section)
{
	char text[32];

	if (!section->is_shown || !section->can_erase)
		return;
	g_snprintf(text, sizeof(text), "\033[%uA\r\033[J", section->rows);
	ask_say(text);
}

static struct secret *ask(struct section *section, const char *prompt, GError **error)
{
	for (;;) {
		struct secret *typed = ask_hushed(&section->hush, prompt, true, error);

		section->rows++;
		if (!typed || secret_size(typed) > 0)
			return typed;
		secret_free(typed);
	}
}

/* NULL without ERROR: again. */
static struct secret *ask_both(struct section *section, GError **error)
{
	struct secret *first = ask(section, "  Passphrase: ", error), *second;
	g_autoptr(GError) why = NULL;
	g_autofree char *line = NULL;
	bool may, is_same;

	if (!first)
		return NULL;
	may = passphrase_check_new(first, &why);
	line = g_strdup_printf("  %s\n", may ? first_passphrase_word(first) : why->message);
	say(section, line);
	second = may ? ask(section, "  Once more:  ", error) : NULL;
	is_same = second && secret_equal(first, second);
	if (second && !is_same)
		say(section, "  The two differ. Again, please.\n");
	secret_free(second);
	if (is_same)
		return first;
	secret_free(first);
	return NULL;
}

struct secret *first_passphrase_ask(bool is_watched, GError **error)
{
	struct section section = {
		.cols = ask_columns(),
		.can_erase = isatty(STDOUT_FILENO) && term_type_has_sequences(g_getenv("TERM")),
	};
	struct secret *passphrase = NULL;
	g_autoptr(GError) local = NULL;

	ask_show(about);
	if (is_watched)
		ask_tell("This terminal is recorded, or may be: no words are offered on it.");
	else if (!offer(&section, error))
		return NULL;
	/* Between two prompts, too, nothing that is typed is shown. */
	ask_hush(&section.hush);
	while (!passphrase && !local)
		passphrase = ask_both(&section, &local);
	ask_unhush(&section.hush);
	take_away(&section);
	if (local)
		g_propagate_error(error, g_steal_pointer(&local));
	return passphrase;
}
