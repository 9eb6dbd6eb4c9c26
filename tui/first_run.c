#include "tui/first_run.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "core/account.h"
#include "core/contact.h"
#include "core/error.h"
#include "core/passphrase.h"
#include "core/secret.h"
#include "tui/ask.h"

enum { ANSWER_BYTES = 1024, TRIES = 3, LENGTH_GOOD = 16, LENGTH_SHORT = 10, VARIETY = 5 };

static const char greeting[] =
	"\n"
	"  sotto - quiet words between terminals\n"
	"\n"
	"  There is no profile here yet. A few questions, then you can write.\n"
	"  A name is for people on this host; an account NAME@SERVER, which must be there\n"
	"  already, for people on many (XMPP).\n"
	"  An empty line takes what stands in brackets; Ctrl-C leaves with nothing made.\n"
	"\n";

static const char about_passphrase[] =
	"\n"
	"  The passphrase opens the profile on this machine; nobody can restore it.\n"
	"  Four or five random words are better than a short tangle.\n"
	"\n";

/* The answer, or what was offered; FALSE at the end of input. */
static gboolean ask(const char *question, const char *offer, char **answer, GError **error)
{
	char line[ANSWER_BYTES];
	g_autofree char *prompt = g_strdup_printf("  %s [%s]: ", question, offer);

	ask_say(prompt);
	if (!fgets(line, sizeof(line), stdin)) {
		error_set(error, ERROR_USAGE,
			  "No profile was made: the questions were not answered.");
		return FALSE;
	}
	g_strstrip(line);
	*answer = g_strdup(*line ? line : offer);
	return TRUE;
}

const char *first_run_hint(const struct secret *passphrase)
{
	const uint8_t *data = secret_peek(passphrase);
	size_t size = secret_size(passphrase);
	bool seen[256] = {false};
	unsigned variety = 0;

	for (size_t i = 0; i < size; i++) {
		variety += !seen[data[i]];
		seen[data[i]] = true;
	}
	wipe(seen, sizeof(seen));
	if (size < LENGTH_SHORT)
		return "That is short; who copies this disk would guess it.";
	if (variety < VARIETY)
		return "That repeats a few characters; it is easily guessed.";
	if (size < LENGTH_GOOD)
		return "Fair. Longer is better than stranger.";
	return NULL;
}

/* A word about what was typed; whether it may be a passphrase. */
static bool take_first(const struct secret *passphrase)
{
	g_autoptr(GError) why = NULL;
	bool ok = passphrase_check_new(passphrase, &why);
	const char *hint = ok ? first_run_hint(passphrase) : why->message;

	if (hint) {
		g_autofree char *line = g_strdup_printf("  %s\n", hint);

		ask_say(line);
	}
	return ok;
}

static gboolean ask_twice(struct secret **passphrase, GError **error)
{
	for (unsigned i = 0; i < TRIES; i++) {
		struct secret *again;
		bool is_same;

		*passphrase = secret_prompt("  Passphrase: ", error);
		if (!*passphrase)
			return FALSE;
		if (!take_first(*passphrase)) {
			g_clear_pointer(passphrase, secret_free);
			continue;
		}
		again = secret_prompt("  Once more:  ", error);
		if (!again)
			return FALSE;
		is_same = secret_equal(*passphrase, again);
		secret_free(again);
		if (is_same)
			return TRUE;
		g_clear_pointer(passphrase, secret_free);
		ask_say("  The two differ. Again, please.\n");
	}
	error_set(error, ERROR_USAGE,
		  "No profile was made: %d times the passphrases differed, or were too short.",
		  TRIES);
	return FALSE;
}

static gboolean set_address(struct account *account, const char *name, GError **error)
{
	account->address = contact_address(name, error);
	return account->address != NULL;
}

static gboolean ask_spool(struct account *account, const char *offered, GError **error)
{
	g_autofree char *folder = NULL;

	if (!ask("Folder through which messages pass", offered, &folder, error))
		return FALSE;
	account->spool = g_canonicalize_filename(folder, NULL);
	account->is_default_spool = strcmp(account->spool, offered) == 0;
	return TRUE;
}

struct account *first_run_ask_place(const char *name, const char *spool, GError **error)
{
	g_autofree char *typed = NULL;
	struct account *account;
	gboolean is_xmpp, ok;

	if (!isatty(STDIN_FILENO)) {
		error_set(error, ERROR_USAGE,
			  "There is no profile here, and no terminal to ask on; "
			  "use `sotto init local`.");
		return NULL;
	}
	ask_say(greeting);
	if (!ask("Your name on this host, or NAME@SERVER", name, &typed, error))
		return NULL;
	is_xmpp = strchr(typed, '@') != NULL;
	account = g_new0(struct account, 1);
	account->carrier = g_strdup(is_xmpp ? "xmpp" : "spool");
	ok = set_address(account, typed, error) &&
	     (is_xmpp ? first_run_ask_server(account, error) : ask_spool(account, spool, error));
	if (ok)
		return account;
	account_free(account);
	return NULL;
}

gboolean first_run_ask_server(struct account *account, GError **error)
{
	static const char by_itself[] = "as DNS says";
	g_autofree char *former = g_steal_pointer(&account->server);

	if (!ask("The server, as [tls:]HOST[:PORT]", former ? former : by_itself,
		 &account->server, error))
		return FALSE;
	if (strcmp(account->server, by_itself) == 0)
		g_clear_pointer(&account->server, g_free);
	return TRUE;
}

gboolean first_run_ask_password(struct account *account, GError **error)
{
	g_autofree char *prompt = g_strdup_printf("  Password of %s: ", account->address);

	g_clear_pointer(&account->password, secret_free);
	account->password = secret_prompt(prompt, error);
	return account->password != NULL;
}

struct secret *first_run_ask_passphrase(const struct account *account, GError **error)
{
	struct secret *passphrase = NULL;

	ask_say(about_passphrase);
	if (!ask_twice(&passphrase, error))
		return NULL;
	ask_say(account->spool ? "\n  Making keys; this takes a moment.\n"
			       : "\n  Logging in, and making keys; this takes a moment.\n");
	return passphrase;
}
