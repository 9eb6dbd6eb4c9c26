#include "tui/confine/ask.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/base/outlet.h"
#include "core/base/secret.h"
#include "core/model/passphrase.h"

enum { SAY_MS = 2000, SAY_BYTES = 64 * 1024, COLS = 80, FEW_COLS = 20 };

void ask_say(const char *text)
{
	struct outlet *outlet;

	fflush(stdout);
	outlet = outlet_new(STDOUT_FILENO, SAY_BYTES);
	outlet_add(outlet, text, strlen(text));
	outlet_wait(outlet, 0, SAY_MS, -1);
	outlet_free(outlet);
}

unsigned ask_columns(void)
{
	static const int fds[] = { STDOUT_FILENO, STDERR_FILENO, STDIN_FILENO };
	struct winsize size;

	for (size_t i = 0; i < G_N_ELEMENTS(fds); i++)
		if (ioctl(fds[i], TIOCGWINSZ, &size) == 0 && size.ws_col)
			return size.ws_col;
	return COLS;
}

/* Where what LINE goes on with stands: below its words, behind the number of a choice. */
static size_t indent_of(const char *line)
{
	size_t indent = strspn(line, " ");
	size_t digits = strspn(line + indent, "0123456789");
	size_t gap = strspn(line + indent + digits, " ");

	return digits && gap > 1 ? indent + digits + gap : indent;
}

/* LINE, with breaks between words, so that none of its rows has MOST columns. */
static void fit_line(GString *text, const char *line, size_t most)
{
	size_t indent = indent_of(line), used = indent;
	g_auto(GStrv) words = g_strsplit(line + indent, " ", -1);

	g_string_append_len(text, line, (gssize)indent);
	for (char **word = words; *word; word++) {
		size_t cols = (size_t)g_utf8_strlen(*word, -1);

		if (used > indent && used + 1 + cols >= most) {
			g_string_append_printf(text, "\n%*s", (int)indent, "");
			used = indent;
		} else if (word != words) {
			g_string_append_c(text, ' ');
			used++;
		}
		g_string_append(text, *word);
		used += cols;
	}
}

char *ask_fit(const char *text)
{
	size_t most = MAX(ask_columns(), FEW_COLS);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	GString *fitted = g_string_new(NULL);

	for (char **line = lines; *line; line++) {
		if (line != lines)
			g_string_append_c(fitted, '\n');
		if ((size_t)g_utf8_strlen(*line, -1) < most)
			g_string_append(fitted, *line);
		else
			fit_line(fitted, *line, most);
	}
	return g_string_free(fitted, FALSE);
}

void ask_show(const char *text)
{
	g_autofree char *fitted = ask_fit(text);

	ask_say(fitted);
}

void ask_tell(const char *sentence)
{
	g_autofree char *text = g_strdup_printf("  %s\n", sentence);

	ask_show(text);
}

void ask_complain(const char *sentence)
{
	g_autofree char *text = g_strdup_printf("sotto: %s\n", sentence);
	g_autofree char *fitted = isatty(STDERR_FILENO) ? ask_fit(text) : NULL;

	fputs(fitted ? fitted : text, stderr);
}

/* FIRST, typed once more; NULL with ERROR_USAGE. FIRST is taken over. */
static struct secret *ask_again(const struct ask_hush *hush, struct secret *first, GError **error)
{
	struct secret *second = ask_hushed(hush, "Once more: ", false, error);
	bool is_same = second && secret_equal(first, second);

	if (second && !is_same)
		error_set(error, ERROR_USAGE,
			  "The two passphrases differ; nothing was changed.");
	secret_free(second);
	if (is_same)
		return first;
	secret_free(first);
	return NULL;
}

struct secret *ask_secret(const char *prompt, bool is_new, GError **error)
{
	struct secret *secret;
	struct ask_hush hush = { 0 };

	if (!is_new)
		return secret_prompt(prompt, error);
	/* Between the two prompts, too, nothing that is typed is shown. */
	ask_hush(&hush);
	secret = ask_hushed(&hush, prompt, false, error);
	if (secret && !passphrase_check_new(secret, error))
		g_clear_pointer(&secret, secret_free);
	if (secret)
		secret = ask_again(&hush, secret, error);
	ask_unhush(&hush);
	return secret;
}

bool ask_word(const char *question, const char *word)
{
	g_autofree char *prompt = g_strdup_printf("%s Type %s: ", question,
						  strcmp(word, "yes") == 0 ? word : "them");
	g_autofree char *fitted = ask_fit(prompt);
	struct secret *answer = secret_prompt_once(fitted, NULL);
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

/* What stands behind a line that is too long isn't the next answer. */
static void skip_line(void)
{
	int c;

	while ((c = getc(stdin)) != EOF && c != '\n')
		continue;
}

gboolean ask_line(const char *question, const char *offer, char **answer, GError **error)
{
	g_autofree char *prompt = offer ? g_strdup_printf("  %s [%s]: ", question, offer)
					: g_strdup_printf("  %s: ", question);
	char line[ASK_LINE_BYTES];

	for (;;) {
		ask_say(prompt);
		if (!fgets(line, sizeof(line), stdin)) {
			error_set(error, ERROR_USAGE, "The questions were not answered.");
			return FALSE;
		}
		if (!strchr(line, '\n'))
			skip_line();
		g_strstrip(line);
		if (!*line && !offer)
			continue;
		*answer = g_strdup(*line ? line : offer);
		return TRUE;
	}
}

void ask_drain(void)
{
	if (isatty(STDIN_FILENO))
		(void)tcflush(STDIN_FILENO, TCIFLUSH);
}

void ask_hush(struct ask_hush *hush)
{
	hush->tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (hush->tty < 0 || tcgetattr(hush->tty, &hush->before) != 0)
		return;
	hush->quiet = hush->before;
	hush->quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	hush->is_quiet = tcgetpgrp(hush->tty) == getpgrp() &&
			 tcsetattr(hush->tty, TCSANOW, &hush->quiet) == 0;
}

struct secret *ask_hushed(const struct ask_hush *hush, const char *prompt, bool takes_nothing,
			  GError **error)
{
	return secret_prompt_between(hush->is_quiet ? &hush->before : NULL,
				     hush->is_quiet ? &hush->quiet : NULL, prompt, takes_nothing,
				     error);
}

void ask_unhush(struct ask_hush *hush)
{
	if (hush->is_quiet)
		tcsetattr(hush->tty, TCSAFLUSH, &hush->before);
	if (hush->tty >= 0)
		close(hush->tty);
}
