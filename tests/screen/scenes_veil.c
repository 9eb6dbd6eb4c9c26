/*
 * Scenes in the modes that don't show all.
 */
#include <string.h>
#include "core/model/settings.h"
#include "tests/screen/dialogues.h"

static void set(struct stage *stage, const char *name, const char *value)
{
	g_autoptr(GError) error = NULL;

	if (!settings_set(stage->settings, name, value, SETTING_FILE, &error))
		g_error("%s", error->message);
}

/* A conversation with Bob, one message of his sealed. */
static void conversation(struct stage *stage, const char *mode)
{
	set(stage, "screen_mode", mode);
	scene_people(stage);
	stage_keys(stage, "Enter");
}

static void spotlight(struct stage *stage)
{
	conversation(stage, "spotlight");
}

static void spotlight_on(struct stage *stage)
{
	spotlight(stage);
	stage_keys(stage, "Space Space");
}

/* The end of one message, which counts as read, and the next one. */
static void spotlight_end(struct stage *stage)
{
	spotlight(stage);
	stage_keys(stage, "Space Space Space Space");
}

static void spotlight_next(struct stage *stage)
{
	spotlight_end(stage);
	stage_keys(stage, "Space");
}

static void line(struct stage *stage)
{
	conversation(stage, "line");
}

/* A row a key, with the time between them that they take. */
static void read_rows(struct stage *stage, int count)
{
	for (int i = 0; i < count; i++) {
		stage->now += 400;
		stage_keys(stage, "Space");
	}
}

static void line_row(struct stage *stage)
{
	line(stage);
	read_rows(stage, 1);
}

static void line_next(struct stage *stage)
{
	line(stage);
	read_rows(stage, 4);
}

/* What was just sent, before it is veiled. */
static void line_sent(struct stage *stage)
{
	line(stage);
	stage_keys(stage, "Escape");
	stage_type(stage, "see you at eight then");
	stage_keys(stage, "Enter");
}

static void line_uncovered(struct stage *stage)
{
	line(stage);
	stage_keys(stage, "r");
}

static void veil(struct stage *stage)
{
	conversation(stage, "veil");
}

static void veil_uncovered(struct stage *stage)
{
	veil(stage);
	stage_keys(stage, "Escape Escape k k k k r");
}

static void veil_contacts(struct stage *stage)
{
	set(stage, "screen_mode", "spotlight");
	scene_people(stage);
}

static void veil_search(struct stage *stage)
{
	veil_contacts(stage);
	stage_keys(stage, "/");
	stage_type(stage, "the");
	stage_keys(stage, "Enter Down");
}

static void sealed_message(struct stage *stage)
{
	struct message *message;

	scene_people(stage);
	message = fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now - STAGE_MINUTE,
				    "the alarm code is four seven one one");
	message->sealed = true;
	stage_keys(stage, "Enter Escape");
}

static void sealed_words(struct stage *stage)
{
	sealed_message(stage);
	stage_keys(stage, "Enter Space Space");
}

static void sealing(struct stage *stage)
{
	scene_people(stage);
	stage_keys(stage, "Enter C-x e");
	stage_type(stage, "the alarm code");
	stage_keys(stage, "Left");
}

static void compose_veil(struct stage *stage)
{
	set(stage, "compose_veil", "on");
	conversation(stage, "spotlight");
	stage_keys(stage, "Escape");
	stage_type(stage, "several words that nobody should see");
}

static void mode_next(struct stage *stage)
{
	scene_people(stage);
	stage_keys(stage, "Enter C-x m C-x m");
}

static void covered(struct stage *stage)
{
	spotlight(stage);
	shell_cover(stage->shell, true);
}

static void banner(struct stage *stage)
{
	scene_people(stage);
	stage_keys(stage, "Enter");
	shell_set_floor(stage->shell, PRIVACY_VEIL,
			"This terminal is recorded: script (pid 4711).");
}

const struct dialogue veil_dialogues[] = {
	{"spotlight", spotlight, true},
	{"spotlight-on", spotlight_on, false},
	{"spotlight-end", spotlight_end, false},
	{"spotlight-next", spotlight_next, false},
	{"line", line, true},
	{"line-row", line_row, true},
	{"line-next", line_next, false},
	{"line-sent", line_sent, false},
	{"line-uncovered", line_uncovered, false},
	{"veil", veil, true},
	{"veil-uncovered", veil_uncovered, false},
	{"veil-contacts", veil_contacts, true},
	{"veil-search", veil_search, true},
	{"sealed-message", sealed_message, true},
	{"sealed-words", sealed_words, false},
	{"sealing", sealing, true},
	{"compose-veil", compose_veil, true},
	{"mode-next", mode_next, false},
	{"covered", covered, false},
	{"banner", banner, true},
	{0},
};
