/*
 * What the interface as lines writes.
 */
#include <string.h>
#include "core/base/clock.h"
#include "core/base/outlet.h"
#include "core/base/secret.h"
#include "core/model/settings.h"
#include "core/text/text.h"
#include "tui/app/plain.h"
#include "tui/app/plain_inside.h"
#include "tui/app/plain_read.h"
#include "tui/client/when.h"
#include "tui/screen/host_when.h"
#include "tui/screen/rows.h"

/* -- taken, or not ---------------------------------------------------------------------------- */

bool plain_is_behind(const struct plain *plain)
{
	return outlet_waiting(plain->outlet) > 0;
}

static void on_read(struct job *job, void *user)
{
	const struct plain *plain = user;

	(void)job;
	roster_refresh(plain->roster);
}

static void post_printed(struct plain *plain)
{
	if (plain->has_reader && !app_is_attended(plain->app))
		return;
	for (guint i = 0; i < plain->printed->len; i++)
		job_post(plain->app->link, plain->printed->pdata[i], on_read, plain);
	g_ptr_array_set_size(plain->printed, 0);
}

void plain_seen(struct plain *plain)
{
	if (!plain_is_behind(plain) && !outlet_error(plain->outlet))
		post_printed(plain);
}

/* Of one conversation in one job: nobody may be there for days. */
static void read_when_taken(struct plain *plain, struct job *job)
{
	struct job *last = plain->printed->len ? plain->printed->pdata[plain->printed->len - 1]
					       : NULL;

	if (last && g_strcmp0(last->address, job->address) == 0) {
		g_array_append_vals(last->seqs, job->seqs->data, job->seqs->len);
		job_free(job);
	} else {
		g_ptr_array_add(plain->printed, job);
	}
	plain_seen(plain);
}

void plain_taken(void *user)
{
	struct plain *plain = user;
	unsigned missed = plain->missed;

	if (outlet_error(plain->outlet))
		return;
	post_printed(plain);
	plain->missed = 0;
	if (!missed)
		return;
	plain_say(plain, "\n%u message%s come while nothing could be printed; /contacts says "
			 "from whom.", missed, missed == 1 ? " has" : "s have");
	plain_prompt(plain);
}

void plain_drop(struct plain *plain)
{
	for (guint i = 0; i < plain->printed->len; i++)
		job_free(plain->printed->pdata[i]);
	g_ptr_array_set_size(plain->printed, 0);
	plain->missed = 0;
	if (plain_is_behind(plain))
		outlet_drop(plain->outlet);
}

/* -- writing ---------------------------------------------------------------------------------- */

/* What finds no room is lost; it isn't read then. */
static void put(struct plain *plain, const char *text, size_t bytes)
{
	if (outlet_add(plain->outlet, text, bytes))
		return;
	for (guint i = 0; i < plain->printed->len; i++)
		job_free(plain->printed->pdata[i]);
	g_ptr_array_set_size(plain->printed, 0);
}

void plain_put(struct plain *plain, const char *text)
{
	put(plain, text, strlen(text));
}

void plain_say(struct plain *plain, const char *words, ...)
{
	g_autofree char *text = NULL;
	char *safe;
	va_list args;

	va_start(args, words);
	text = g_strdup_vprintf(words, args);
	va_end(args);
	safe = text_make_safe(text, strlen(text), TEXT_NEWLINE_KEEP);
	plain_put(plain, safe);
	plain_put(plain, "\n");
	plain_free(safe);
}

static void put_aside(struct plain *plain, const char *word)
{
	plain_put(plain, " (");
	plain_put(plain, word);
	plain_put(plain, ")");
}

static enum when_format format(const struct plain *plain)
{
	return host_format(&plain->app->shell->host);
}

void plain_prompt(struct plain *plain)
{
	char *name = plain->current ?
			     text_make_safe(roster_name(plain->roster, plain->current),
					    strlen(roster_name(plain->roster, plain->current)),
					    TEXT_NEWLINE_SPACE) :
			     NULL;

	plain_put(plain, name ? name : "");
	plain_put(plain, "> ");
	plain_free(name);
}

void plain_text(struct plain *plain, const char *text)
{
	char *safe = text_make_safe(text, strlen(text), TEXT_NEWLINE_KEEP);

	for (const char *at = safe, *end; at; at = end) {
		end = strchr(at, '\n');
		end = end ? end + 1 : NULL;
		put(plain, at, end ? (size_t)(end - at) : strlen(at));
		plain_put(plain, end ? "  " : "\n");
	}
	plain_free(safe);
}

void plain_name(struct plain *plain, const char *address)
{
	const char *name = roster_name(plain->roster, address);
	char *safe = text_make_safe(name, strlen(name), TEXT_NEWLINE_SPACE);

	plain_put(plain, safe);
	plain_free(safe);
}

/*
 * Lines are for those who can't look at a screen: the default mode isn't meant for them. What
 * somebody has asked for is.
 */
static enum privacy mode_at(const struct plain *plain, const char *address)
{
	const struct settings *settings = plain->app->settings;
	const struct contact *contact = address ? roster_find(plain->roster, address) : NULL;
	enum privacy mode = plain->app->shell->host.floor;

	if (settings_source(settings, "screen_mode") != SETTING_DEFAULT)
		mode = privacy_strictest(mode,
					 privacy_at(settings_choice(settings, "screen_mode")));
	return contact ? privacy_strictest(mode, contact->privacy) : mode;
}

bool plain_is_veiled(const struct plain *plain, const char *address)
{
	return mode_at(plain, address) != PRIVACY_OPEN;
}

static enum privacy mode_of(const struct plain *plain, const struct message *message)
{
	if (message->kind != KIND_TEXT || !message->body)
		return PRIVACY_OPEN;
	return privacy_of_message(mode_at(plain, message->conversation), message->sealed);
}

const char *plain_veil(const struct plain *plain, const struct message *message)
{
	enum privacy mode = mode_of(plain, message);

	if (mode == PRIVACY_OPEN)
		return NULL;
	if (mode == PRIVACY_LINE)
		return "(veiled; /read shows it row by row)";
	return mode == PRIVACY_SEALED ? "(sealed; /read opens it word by word)" :
					"(veiled; /read shows it word by word)";
}

static bool print_body(struct plain *plain, const struct message *message)
{
	const char *veil = plain_veil(plain, message);
	unsigned words = 1;

	if (!veil) {
		plain_text(plain, message->body ? message->body : "This message is gone.");
		return true;
	}
	if (mode_of(plain, message) == PRIVACY_SPOTLIGHT)
		words = (unsigned)settings_number(plain->app->settings, "spotlight_words");
	else if (mode_of(plain, message) == PRIVACY_LINE)
		words = PLAIN_READ_ROWS;
	plain_say(plain, "%s", veil);
	if ((message->direction == DIRECTION_IN && !message->read_at) || message->sealed)
		plain_read_add(plain->reading, message, words);
	return false;
}

bool plain_message(struct plain *plain, const struct message *message)
{
	char when[WHEN_BYTES];
	bool is_out = message->direction == DIRECTION_OUT;

	plain_put(plain, when_clock(message->sent_at, format(plain),
				    host_has_seconds(&plain->app->shell->host), when));
	plain_put(plain, " ");
	if (is_out)
		plain_put(plain, "you");
	else
		plain_name(plain, message->from);
	if (is_out && message->state != STATE_SENT)
		put_aside(plain, state_name(message->state));
	if (!is_out && message->trust != TRUST_VERIFIED)
		put_aside(plain, rows_trust_word(message->trust));
	plain_put(plain, message->edited_at ? " (edited): " : ": ");
	return print_body(plain, message);
}

void plain_rows(struct plain *plain, const GPtrArray *rows)
{
	struct job *job = job_new(JOB_READ, plain->current);
	const struct message *former = NULL;
	char day[WHEN_BYTES];

	job->seqs = g_array_new(FALSE, FALSE, sizeof(int64_t));
	for (guint i = 0; i < rows->len; i++) {
		const struct message *message = g_ptr_array_index(rows, i);

		if (!former || !when_is_same_day(former->sent_at, message->sent_at))
			plain_say(plain, "%s:",
				  when_day(message->sent_at, clock_wall(plain->app->clock),
					   format(plain), day));
		if (plain_message(plain, message) && message->direction == DIRECTION_IN &&
		    !message->read_at)
			g_array_append_val(job->seqs, message->seq);
		former = message;
	}
	if (job->seqs->len)
		read_when_taken(plain, job);
	else
		job_free(job);
}

void plain_mark_read(void *user, const struct message *message)
{
	struct plain *plain = user;
	struct job *job;

	if (message->direction != DIRECTION_IN || message->read_at)
		return;
	job = job_new(JOB_READ, message->conversation);
	job->seqs = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_array_append_val(job->seqs, message->seq);
	read_when_taken(plain, job);
}

void plain_drop_lines(struct plain *plain)
{
	if (memchr(plain->typed->data, '\n', plain->typed->len))
		plain_say(plain, "What you typed since was let go.");
	wipe(plain->typed->data, plain->typed->len);
	g_byte_array_set_size(plain->typed, 0);
}

/* -- who there is ------------------------------------------------------------------------------ */

static void put_unread(struct plain *plain, unsigned count)
{
	g_autofree char *text = g_strdup_printf(", %u unread", count);

	plain_put(plain, text);
}

void plain_contacts(struct plain *plain)
{
	for (size_t i = 0; i < roster_count(plain->roster); i++) {
		const struct contact *contact = roster_at(plain->roster, i);

		plain_name(plain, contact->address);
		if (contact->unread)
			put_unread(plain, contact->unread);
		if (!contact->is_listed)
			plain_put(plain, ", a stranger");
		if (owner_differs(&contact->folder, contact->address)) {
			g_autofree char *owner = owner_words(&contact->folder);

			plain_put(plain, ", owner: ");
			plain_put(plain, owner);
		}
		plain_put(plain, "\n");
	}
	plain_prompt(plain);
}
