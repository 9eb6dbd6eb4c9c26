#include "tests/support/stage.h"
#include <string.h>
#include "core/base/secret.h"
#include "core/model/settings.h"
#include "core/port/event.h"
#include "tui/term/theme.h"
#include "tui/ui/commands.h"

static const int64_t START = INT64_C(1795444200000); /* 2026-11-23T14:30:00Z */

/* A few settings of its own: pictures don't change when sotto learns another one. */
static const char *const time_words[] = {"24h", "12h", "iso", NULL};
static const char *const send_words[] = {"enter", "alt-enter", NULL};
static const char *const mode_words[] = {"open", "line", "spotlight", "veil", "sealed", NULL};
static const char *const copy_words[] = {"yes", "ask", "no", NULL};
static const struct setting setting_rows[] = {
	{.name = "lock_idle",
	 .type = SETTING_DURATION,
	 .can_be_off = true,
	 .initial = "10m",
	 .least = 10,
	 .most = 86400,
	 .explanation = "Lock the profile after this long without a key press."},
	{.name = "history_page",
	 .type = SETTING_INT,
	 .initial = "100",
	 .least = 20,
	 .most = 1000,
	 .explanation = "How many messages are read from the store at a time."},
	{.name = "send_on",
	 .type = SETTING_ENUM,
	 .initial = "enter",
	 .words = send_words,
	 .explanation = "The key that sends; the other one begins a new line."},
	{.name = "time_format",
	 .type = SETTING_ENUM,
	 .initial = "24h",
	 .words = time_words,
	 .explanation = "How the time of a message is written."},
	{.name = "time_seconds", .type = SETTING_BOOL, .initial = "off",
	 .explanation = "Whether the time of a message has seconds."},
	{.name = "screen_mode",
	 .type = SETTING_ENUM,
	 .initial = "open",
	 .words = mode_words,
	 .explanation = "How much stands on the screen at a time."},
	{.name = "read_pace", .type = SETTING_INT, .initial = "240", .least = 60, .most = 900,
	 .explanation = "How many words a minute you read."},
	{.name = "compose_veil", .type = SETTING_BOOL, .initial = "off",
	 .explanation = "Whether what you write is veiled too."},
	{.name = "spotlight_words", .type = SETTING_INT, .initial = "2", .least = 1, .most = 2,
	 .explanation = "How many words stand in the spotlight at a time."},
	{.name = "veil_reveal", .type = SETTING_DURATION, .can_be_off = true, .initial = "5s",
	 .least = 1, .most = 60, .explanation = "How long a key uncovers a veiled message."},
	{.name = "theme",
	 .type = SETTING_STRING,
	 .initial = "dark",
	 .least = 1,
	 .most = 255,
	 .explanation = "The colours: the name of a theme, or the path of a theme file, which may "
			"lie anywhere that can be read."},
	{.name = "copy", .type = SETTING_ENUM, .initial = "ask", .words = copy_words,
	 .explanation = "Whether a key copies a message."},
};
static const struct setting_table setting_table = {setting_rows, G_N_ELEMENTS(setting_rows)};

static int64_t clock_still(const struct clock *clock)
{
	return ((const struct stage *)(const void *)clock)->now;
}

static void op_draw(void *user)
{
	((struct stage *)user)->draws++;
}

static void op_unlock(void *user)
{
	((struct stage *)user)->unlocks++;
}

static void op_locked(void *user)
{
	((struct stage *)user)->wipes++;
}

static void op_quit(void *user)
{
	((struct stage *)user)->quits++;
}

static gboolean op_set(void *user, const char *name, const char *value, GError **error)
{
	struct stage *stage = user;

	if (strcmp(name, "flicker_confirmed") == 0) {
		stage->means.is_confirmed = strcmp(value, "on") == 0;
		return TRUE;
	}
	return settings_set(stage->settings, name, value, SETTING_FILE, error);
}

static char **op_themes(void *user)
{
	(void)user;
	return theme_names(NULL);
}

static void op_unread(void *user)
{
	struct stage *stage = user;

	stage->unread = stage->shell->unread;
}

static void op_ask_flicker(void *user, struct flicker_means *means)
{
	*means = ((struct stage *)user)->means;
}

static bool op_put_flicker(void *user, int row, int col, int cols, const uint8_t *cells)
{
	struct stage *stage = user;

	(void)row;
	(void)col;
	if (!cells) {
		stage->givings++;
		return true;
	}
	stage->frames++;
	stage->frame_cols = cols;
	memcpy(stage->cells, cells, MIN((size_t)cols * 4, sizeof(stage->cells)));
	return !stage->is_busy;
}

static void op_ask_copy(void *user, struct copy_means *means)
{
	*means = (struct copy_means){((struct stage *)user)->place, "This is a stage."};
}

static void op_copy(void *user, const struct copy_order *order)
{
	struct stage *stage = user;

	stage->copies++;
	g_free(stage->copied);
	stage->copied = g_strdup(order->text);
	stage->copied_seq = order->seq;
}

static const struct shell_ops stage_ops = {
	.draw = op_draw,
	.unlock = op_unlock,
	.locked = op_locked,
	.quit = op_quit,
	.suspend = op_draw,
	.repaint = op_draw,
	.set = op_set,
	.themes = op_themes,
	.unread = op_unread,
	.ask_flicker = op_ask_flicker,
	.put_flicker = op_put_flicker,
	.ask_copy = op_ask_copy,
	.copy = op_copy,
};

struct stage *stage_new(int rows, int cols)
{
	struct stage *stage = g_new0(struct stage, 1);
	GError *error = NULL;

	stage->clock = (struct clock){.wall = clock_still, .boot = clock_still};
	stage->now = START;
	stage->means.refused = "this is a stage";
	stage->fake = fake_link_new();
	stage->fake->now = START;
	stage->settings = settings_new(&setting_table);
	stage->grid = grid_new(rows, cols);
	stage->shell = shell_new(&stage->fake->link, stage->settings, &stage->clock,
				 &commands_shell, &stage_ops, stage);
	if (!commands_bind(stage->shell->host.keymap, NULL, &error))
		g_error("%s", error->message);
	return stage;
}

void stage_free(struct stage *stage)
{
	shell_free(stage->shell);
	link_free(&stage->fake->link);
	settings_free(stage->settings);
	grid_free(stage->grid);
	g_free(stage->theme);
	g_free(stage->copied);
	g_free(stage);
}

void stage_open(struct stage *stage)
{
	shell_open(stage->shell);
	fake_link_settle(stage->fake);
}

/* Commands that act on what is seen need it to have been drawn. */
static void step(struct stage *stage, const struct key *key)
{
	shell_draw(stage->shell, stage->grid);
	shell_key(stage->shell, key);
	fake_link_settle(stage->fake);
}

struct stage *stage_new_with_bob(void)
{
	struct stage *stage = stage_new(24, 80);

	fake_link_contact(stage->fake, "bob", "Bob");
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now - STAGE_HOUR, "first words");
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now - STAGE_MINUTE,
			  "last words");
	stage_open(stage);
	return stage;
}

void stage_keys(struct stage *stage, const char *names)
{
	g_auto(GStrv) all = g_strsplit(names, " ", -1);

	for (char **name = all; *name; name++) {
		struct key key = {0};

		if (!key_parse(*name, &key))
			g_error("no key is called %s", *name);
		step(stage, &key);
	}
}

void stage_type(struct stage *stage, const char *text)
{
	for (; *text; text = g_utf8_next_char(text)) {
		struct key key = {.code = KC_CHAR, .ch = g_utf8_get_char(text)};

		step(stage, &key);
	}
}

void stage_paste(struct stage *stage, const char *text)
{
	struct key key = {.code = KC_PASTE, .text = text};

	step(stage, &key);
}

struct message *stage_message(struct stage *stage, const char *address, const char *body)
{
	struct message *message =
		fake_link_message(stage->fake, address, DIRECTION_IN, stage->now, body);
	struct event event = {
		.type = EVENT_MESSAGE, .address = message->conversation, .message = message};

	shell_event(stage->shell, &event);
	fake_link_settle(stage->fake);
	return message;
}

void stage_event(struct stage *stage, enum event_type type, const char *address, const char *text)
{
	g_autofree char *whose = g_strdup(address);
	g_autofree char *what = g_strdup(text);
	struct event event = {
		.type = type, .address = whose, .text = what, .carrier = TRANSPORT_ONLINE};

	shell_event(stage->shell, &event);
	fake_link_settle(stage->fake);
}

void stage_carrier(struct stage *stage, enum transport_state state, const char *why)
{
	g_autofree char *what = g_strdup(why);
	struct event event = {.type = EVENT_CARRIER, .text = what, .carrier = state};

	shell_event(stage->shell, &event);
	fake_link_settle(stage->fake);
}

char *stage_print(struct stage *stage, bool is_styled)
{
	char *plain;
	char *text;

	/* What is seen becomes read, and that shows in the next picture. */
	shell_draw(stage->shell, stage->grid);
	shell_drawn(stage->shell);
	fake_link_settle(stage->fake);
	shell_draw(stage->shell, stage->grid);
	plain = is_styled ? grid_print_styled(stage->grid) : grid_print(stage->grid);
	text = g_strdup(plain);
	plain_free(plain);
	return text;
}

bool stage_shows(struct stage *stage, const char *text)
{
	g_autofree char *picture = stage_print(stage, false);

	return strstr(picture, text);
}

bool stage_asked(const struct stage *stage, const char *line)
{
	return strstr(stage->fake->record->str, line);
}
