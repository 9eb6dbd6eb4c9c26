#include "tui/screen/pages/verify.h"

#include <string.h>
#include "core/base/secret.h"
#include "tui/screen/pages/verify_inside.h"

static struct screen *verify_open(struct host *host, const void *argument)
{
	const char *address = argument;
	struct verify *self = g_new0(struct verify, 1);

	screen_init(&self->screen, &verify_ops, host);
	self->address = g_strdup(address);
	list_init(&self->devices, 3);
	list_init(&self->records, 1);
	verify_refresh(self);
	return &self->screen;
}

static void verify_close(struct screen *screen)
{
	struct verify *self = verify_of(screen);

	link_cancel(screen->host->link, self);
	verify_forget(self);
	if (self->history)
		g_ptr_array_unref(self->history);
	wipe(self->typed, sizeof(self->typed));
	wipe(self->against, sizeof(self->against));
	g_free(self->address);
	g_free(self);
}

static bool take_paste(struct verify *self, const char *text)
{
	while (g_ascii_isspace(*text))
		text++;
	if (g_str_has_prefix(text, "xmpp:")) {
		g_autofree char *uri = g_strchomp(g_strdup(text));

		verify_compare(self, uri, "uri");
		return true;
	}
	if (self->page != VERIFY_TYPE)
		return false;
	for (; *text; text++)
		if (g_ascii_isdigit(*text))
			verify_type_digit(self, *text);
	return true;
}

static bool verify_key(struct screen *screen, const struct key *key)
{
	struct verify *self = verify_of(screen);

	if (self->page == VERIFY_STOP)
		return false;
	if (key->code == KC_PASTE)
		return take_paste(self, key->text);
	if (self->page != VERIFY_TYPE || key->code != KC_CHAR || key->mods || key->ch < '0' ||
	    key->ch > '9')
		return false;
	verify_type_digit(self, (char)key->ch);
	return true;
}

static bool verify_event(struct screen *screen, const struct event *event)
{
	struct verify *self = verify_of(screen);
	bool is_ours = g_strcmp0(event->address, self->address) == 0 ||
		       g_strcmp0(event->address, screen->host->self) == 0;

	if ((event->type == EVENT_TRUST || event->type == EVENT_CONTACT) && is_ours)
		verify_reload(self);
	return false;
}

static size_t verify_modes(struct screen *screen, const char *modes[static SCREEN_MODES_MAX])
{
	if (verify_of(screen)->page != VERIFY_DEVICES)
		return 0;
	modes[0] = "verify-devices";
	return 1;
}

static const char *const *verify_hints(struct screen *screen)
{
	static const char *const pages[][9] = {
		[VERIFY_NUMBER] = { "verify-back", "leave", "help", "help" },
		[VERIFY_TYPE] = { "verify-previous", "take back", "verify-back", "give up" },
		[VERIFY_READ] = { "verify-next", "next group", "verify-previous", "the former",
				  "verify-back", "give up" },
		[VERIFY_QR] = { "verify-uri", "paste theirs", "verify-back", "back" },
		[VERIFY_DEVICES] = { "device-verify", "verify", "device-distrust", "distrust",
				     "device-off", "switch off", "verify-back", "back" },
		[VERIFY_HISTORY] = { "verify-back", "back" },
		[VERIFY_STOP] = { "verify-again", "compare again" },
	};

	return pages[verify_of(screen)->page];
}

const struct screen_ops verify_ops = {
	.name = "verify",
	.tables = verify_tables,
	.open = verify_open,
	.close = verify_close,
	.draw = verify_draw,
	.key = verify_key,
	.event = verify_event,
	.modes = verify_modes,
	.hints = verify_hints,
};
