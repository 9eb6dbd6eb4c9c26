#include "tui/app/first_run.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/patience.h"
#include "core/base/secret.h"
#include "core/base/xdg.h"
#include "core/model/account.h"
#include "core/model/certificate.h"
#include "core/model/contact.h"
#include "core/model/settings.h"
#include "tui/confine/ask.h"

enum { CARRIER_SPOOL = 1, CARRIER_XMPP = 2, OTHER_NAME = 1, OTHER_DEVICE = 2 };
enum wrong { WRONG_NOTHING = 0, WRONG_NAME = 1, WRONG_FOLDER = 2 };

static const char greeting[] =
	"\n"
	"  sotto - quiet words between terminals\n"
	"\n"
	"  There is no profile here yet. A few questions, then you can write.\n"
	"  An empty line takes what stands in brackets; Ctrl-C leaves with nothing made.\n"
	"\n"
	"  With whom do you want to write?\n";

static const char carriers[] =
	"    1  people on this host, without any server\n"
	"    2  people on many hosts, with an XMPP account that you have already\n";

static const char times[] =
	"\n"
	"  How long do messages of new conversations live once they are read?\n"
	"    1  a day\n"
	"    2  a week\n"
	"    3  4 weeks\n"
	"    4  until you erase them\n";

/* Of expire_default, in the same order. */
static const char *const time_values[] = { "1d", "1w", "4w", "off" };

/* What each screen mode that the settings may know shows. */
static const struct {
	const char *name;
	const char *words;
} modes[] = {
	{ "open", "all messages" },
	{ "line", "one row of the message you are reading" },
	{ "spotlight", "two words at a time of the message you are reading" },
	{ "veil", "the same, for seconds after a key" },
	{ "sealed", "only noise in which the eye reads a few words" },
};

void first_answers_clear(struct first_answers *answers)
{
	account_free(answers->place);
	g_free(answers->mode);
	*answers = (struct first_answers){ 0 };
}

unsigned first_run_choose(const char *text, const char *question, unsigned count, unsigned offer,
			  GError **error)
{
	char offered[12];
	guint64 number = 0;

	g_snprintf(offered, sizeof(offered), "%u", offer);
	ask_show(text);
	while (number == 0) {
		g_autofree char *answer = NULL;

		if (!ask_line(question, offered, &answer, error))
			return 0;
		if (!g_ascii_string_to_unsigned(answer, 10, 1, count, &number, NULL)) {
			g_autofree char *range = g_strdup_printf("A number from 1 to %u.", count);

			ask_tell(range);
			number = 0;
		}
	}
	return (unsigned)number;
}

/* -- the spool -------------------------------------------------------------------------------- */

/* "ada@example.org" is an account, and the question was for a name on this host. */
static gboolean ask_name(const char *offered, char **name, GError **error)
{
	g_clear_pointer(name, g_free);
	while (!*name) {
		g_autoptr(GError) why = NULL;
		g_autofree char *typed = NULL;

		if (!ask_line("Your name on this host", offered, &typed, error))
			return FALSE;
		if (strchr(typed, '@'))
			ask_tell("A name on this host has no @ in it. For an account on a server "
				 "begin again with Ctrl-C, and take the second choice.");
		else if (!(*name = contact_address(typed, &why)))
			ask_tell(why->message);
	}
	return TRUE;
}

/* TYPED as an absolute path; NULL: it is none, which was said. *OFFERED: what it may stand for. */
static char *take_folder(const char *typed, char **offered)
{
	g_autofree char *meant = NULL, *about = NULL;
	g_autoptr(GError) why = NULL;

	if (*typed == '/' || strcmp(typed, "~") == 0 || g_str_has_prefix(typed, "~/")) {
		char *path = xdg_path(typed, &why);

		if (!path)
			ask_tell(why->message);
		return path;
	}
	if (*typed == '~') {
		ask_tell("The home folders of others aren't looked up here: the whole path, "
			 "please.");
		return NULL;
	}
	meant = g_canonicalize_filename(typed, NULL);
	about = g_strdup_printf("%s isn't a whole path. Did you mean %s?", typed, meant);
	ask_tell(about);
	g_free(*offered);
	*offered = g_steal_pointer(&meant);
	return NULL;
}

/* In place of what ACCOUNT has. */
static gboolean ask_folder(struct account *account, const char *host, GError **error)
{
	g_autofree char *offered = g_strdup(host);

	g_clear_pointer(&account->spool, g_free);
	while (!account->spool) {
		g_autofree char *typed = NULL;

		if (!ask_line("Folder through which messages pass", offered, &typed, error))
			return FALSE;
		account->spool = take_folder(typed, &offered);
	}
	account->is_default_spool = strcmp(account->spool, host) == 0;
	return TRUE;
}

/* The name is this user's own already. 0: what was typed has ended. */
static unsigned ask_which(const struct account *account, const struct engine_found *found,
			  GError **error)
{
	char time[CLOCK_TEXT_BYTES];
	g_autofree char *since = g_strndup(clock_format(found->since, time), strlen("2026-01-31"));
	g_autofree char *about = g_strdup_printf(
		"%s is your own name there already: %u %s published, the first on %s. Is this "
		"another profile with another name, or another device of %s? Whoever writes to %s "
		"decides on a new device's key first, and sends nothing until then.",
		account->address, found->devices,
		found->devices == 1 ? "device has its keys" : "devices have their keys", since,
		account->address, account->address);
	g_autofree char *text = g_strdup_printf("    1  another name\n"
						"    2  another device of %s\n",
						account->address);

	ask_tell(about);
	return first_run_choose(text, "1 or 2", 2, OTHER_NAME, error);
}

/* What has to be asked again. Which of the two is wrong on the host's spool nobody knows. */
static enum wrong find_wrong(const struct first_parts *parts, const struct account *account,
			     GError **error)
{
	const struct patience patience = { 0 };
	struct engine_found found = { 0 };
	struct certificate *refused = NULL;
	g_autoptr(GError) why = NULL;

	if (!parts->check(parts->user, account, &patience, &found, &refused, &why)) {
		ask_tell(why->message);
		return error_is(why, ERROR_UNAVAILABLE)	? WRONG_FOLDER :
		       account->is_default_spool	? WRONG_NAME | WRONG_FOLDER :
							  WRONG_NAME;
	}
	return found.devices == 0 || ask_which(account, &found, error) == OTHER_DEVICE
		       ? WRONG_NOTHING : WRONG_NAME;
}

/* What was right stays as it was answered. */
static gboolean ask_spool(const struct first_parts *parts, struct account *account, GError **error)
{
	enum wrong wrong = WRONG_NAME | WRONG_FOLDER;
	g_autoptr(GError) local = NULL;

	while (wrong && !local) {
		if (((wrong & WRONG_NAME) && !ask_name(parts->name, &account->address, &local)) ||
		    ((wrong & WRONG_FOLDER) && !ask_folder(account, parts->spool, &local)))
			break;
		wrong = find_wrong(parts, account, &local);
	}
	if (!local)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* -- XMPP ------------------------------------------------------------------------------------- */

gboolean first_run_ask_server(struct account *account, GError **error)
{
	static const char by_itself[] = "as DNS says";
	g_autofree char *former = g_steal_pointer(&account->server);

	if (!ask_line("The server, as [tls:]HOST[:PORT]", former ? former : by_itself,
		      &account->server, error))
		return FALSE;
	if (strcmp(account->server, by_itself) == 0)
		g_clear_pointer(&account->server, g_free);
	return TRUE;
}

static bool is_begun_by(const char *fingerprint, const char *typed)
{
	GString *digits = g_string_new(NULL);
	bool is_it;

	for (; *typed; typed++)
		if (*typed != ':' && *typed != ' ')
			g_string_append_c(digits, g_ascii_tolower(*typed));
	is_it = digits->len >= CERTIFICATE_TYPED_CHARS &&
		g_str_has_prefix(fingerprint, digits->str);
	g_string_free(digits, TRUE);
	return is_it;
}

gboolean first_run_ask_pin(struct account *account, const struct certificate *refused,
			   GError **error)
{
	g_autofree char *text = certificate_describe(refused);

	ask_show("\n  The server shows a certificate that can't be checked:\n");
	ask_show(text);
	ask_say("\n");
	ask_tell("Ask whoever runs the server for its SHA-256, by another way than this one. If it "
		 "is the same, type how it begins; Ctrl-C leaves with nothing made.");
	while (!account->pin) {
		g_autofree char *typed = NULL;

		if (!ask_line("The first 8 digits", NULL, &typed, error))
			return FALSE;
		if (is_begun_by(refused->fingerprint, typed))
			account->pin = g_strdup(refused->fingerprint);
		else
			ask_tell("It doesn't begin so; nothing was believed.");
	}
	return TRUE;
}

gboolean first_run_ask_password(struct account *account, GError **error)
{
	g_autofree char *prompt = g_strdup_printf("  Password of %s: ", account->address);

	g_clear_pointer(&account->password, secret_free);
	account->password = secret_prompt(prompt, error);
	return account->password != NULL;
}

static gboolean ask_account(struct account *account, GError **error)
{
	while (!account->address) {
		g_autoptr(GError) why = NULL;
		g_autofree char *typed = NULL;

		if (!ask_line("Your account, NAME@SERVER", NULL, &typed, error))
			return FALSE;
		if (!strchr(typed, '@'))
			ask_tell("An account has its server behind an @.");
		else if (!(account->address = contact_address(typed, &why)))
			ask_tell(why->message);
	}
	return first_run_ask_server(account, error);
}

/* -- two settings ----------------------------------------------------------------------------- */

static const char *words_of(const char *mode)
{
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++)
		if (strcmp(modes[i].name, mode) == 0)
			return modes[i].words;
	return "";
}

static char *ask_mode(const struct setting_table *table, GError **error)
{
	const struct setting *row = setting_find(table, "screen_mode");
	GString *text = g_string_new("\n  How much of the messages may stand on the screen?\n");
	unsigned count = 0, offer = 1, chosen;
	char *mode = NULL;

	for (; row->words[count]; count++) {
		g_string_append_printf(text, "    %u  %s: %s\n", count + 1, row->words[count],
				       words_of(row->words[count]));
		if (strcmp(row->words[count], row->initial) == 0)
			offer = count + 1;
	}
	chosen = first_run_choose(text->str, "Which", count, offer, error);
	if (chosen)
		mode = g_strdup(row->words[chosen - 1]);
	g_string_free(text, TRUE);
	return mode;
}

static gboolean ask_settings(const struct first_parts *parts, struct first_answers *answers,
			     GError **error)
{
	unsigned time = first_run_choose(times, "Which", G_N_ELEMENTS(time_values), 3, error);

	if (!time)
		return FALSE;
	answers->expire = time_values[time - 1];
	answers->mode = ask_mode(parts->settings, error);
	return answers->mode != NULL;
}

gboolean first_run_ask(const struct first_parts *parts, struct first_answers *answers,
		       GError **error)
{
	struct account *account;
	unsigned carrier;

	*answers = (struct first_answers){ 0 };
	if (!isatty(STDIN_FILENO)) {
		error_set(error, ERROR_USAGE,
			  "There is no profile here, and no terminal to ask on; "
			  "use `sotto init local`.");
		return FALSE;
	}
	ask_show(greeting);
	carrier = first_run_choose(carriers, "1 or 2", 2, CARRIER_SPOOL, error);
	account = answers->place = g_new0(struct account, 1);
	account->carrier = g_strdup(carrier == CARRIER_XMPP ? "xmpp" : "spool");
	if (carrier &&
	    (carrier == CARRIER_XMPP ? ask_account(account, error)
				     : ask_spool(parts, account, error)) &&
	    ask_settings(parts, answers, error))
		return TRUE;
	first_answers_clear(answers);
	return FALSE;
}
