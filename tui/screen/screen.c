#include "tui/screen/screen.h"
#include <string.h>
#include "core/base/clock.h"
#include "core/model/settings.h"
#include "core/text/text.h"

void screen_init(struct screen *screen, const struct screen_ops *ops, struct host *host)
{
	screen->ops = ops;
	screen->host = host;
}

void host_say(struct host *host, const char *format, ...)
{
	g_autofree char *sentence = NULL;
	va_list args;

	va_start(args, format);
	sentence = g_strdup_vprintf(format, args);
	va_end(args);
	host->ops->say(host, false, sentence);
}

void host_fail(struct host *host, const GError *error)
{
	if (error)
		host->ops->say(host, true, error->message);
}

void host_heed(struct job *job, void *user)
{
	struct host *host = user;

	host_fail(host, job->error);
	if (job->error)
		host->ops->draw(host);
}

char *host_key(const struct host *host, const char *mode, const char *line)
{
	char *keys = keymap_keys(host->keymap, mode, line, 0);

	return keys ? keys : g_strdup("");
}

enum privacy host_privacy(const struct host *host, const char *address)
{
	enum privacy profile = privacy_at(settings_choice(host->settings, "screen_mode"));
	const struct contact *contact = address ? roster_find(host->roster, address) : NULL;

	profile = privacy_strictest(profile, host->floor);
	return contact ? privacy_strictest(profile, contact->privacy) : profile;
}

int64_t host_now(const struct host *host)
{
	return clock_wall(host->clock);
}

gboolean screen_run_leave(void *user, const char *const args[static COMMAND_ARGS_MAX],
			  GError **error)
{
	struct screen *screen = user;

	(void)args;
	(void)error;
	screen->host->ops->close(screen->host, screen);
	return TRUE;
}

char *screen_one_line(const char *text)
{
	return text_make_safe(text ? text : "", text ? strlen(text) : 0, TEXT_NEWLINE_SPACE);
}

char *host_doubt(const struct host *host, const char *address)
{
	const char *name = roster_name(host->roster, address);
	const char *other = roster_lookalike(host->roster, address);

	if (other)
		return g_strdup_printf("looks like %s", other);
	return g_strdup(text_doubt_words(text_doubt(name, strlen(name))));
}
