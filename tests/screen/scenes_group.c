/*
 * Scenes with others than one sotto on the other side: several people, another client.
 */
#include "tests/screen/dialogues.h"

static void say(struct stage *stage, const char *from, int minutes_ago, const char *body)
{
	struct message *message =
		fake_link_message(stage->fake, "#ops", from ? DIRECTION_IN : DIRECTION_OUT,
				  stage->now - (int64_t)minutes_ago * STAGE_MINUTE, body);

	if (!from)
		return;
	g_free(message->from);
	message->from = g_strdup(from);
}

static void group(struct stage *stage)
{
	struct contact *contact = fake_link_contact(stage->fake, "#ops", NULL);

	contact->kind = CONTACT_GROUP;
	stage->fake->group = group_new("#ops", "0123456789abcdef0123456789abcdef", "ops", "bob");
	group_add(stage->fake->group, "bob");
	group_add(stage->fake->group, "ada");
	group_add(stage->fake->group, "carol");
	say(stage, "bob", 9, "Gateway 3 is isolated; do not touch it before I say so.");
	say(stage, NULL, 8, "Understood. I have the image of the disk.");
	say(stage, "carol", 7, "Legal asks for a list of who had access to it.");
	say(stage, "carol", 7, "It is urgent, but not more than the containment: take your time.");
	say(stage, "a-name-too-long-for-its-column", 3, "I have the list.");
	scene_people(stage);
	stage_keys(stage, "M-x");
	stage_type(stage, "open ops");
	stage_keys(stage, "Enter");
}

static void group_missing(struct stage *stage)
{
	stage->fake->missing = "carol can't read what you send to #ops: carol has no device that "
			       "could read a message; ask them to set one up.";
	group(stage);
}

static void group_browse(struct stage *stage)
{
	group(stage);
	stage_keys(stage, "Escape k k");
}

/* A conversation with somebody whose client isn't a sotto. */
static void other_client(struct stage *stage)
{
	stage->fake->is_xmpp = true;
	fake_link_device(stage->fake, "bob", 7, TRUST_TRUSTED)->is_sotto = false;
	scene_people(stage);
	stage_keys(stage, "Enter");
}

/* What somebody sent stands there in other words now, and they are writing. */
static void edited(struct stage *stage)
{
	struct event event = {
		.type = EVENT_TYPING, .address = (char *)(uintptr_t) "bob", .count = 1};
	struct message *message;

	scene_people(stage);
	for (guint i = 0; i < stage->fake->messages->len; i++) {
		message = stage->fake->messages->pdata[i];
		if (message->body && g_str_has_prefix(message->body, "Did the backup"))
			message->edited_at = stage->now;
	}
	stage_keys(stage, "Enter");
	shell_event(stage->shell, &event);
}

/* The box takes the place of the last message of one's own. */
static void correcting(struct stage *stage)
{
	scene_people(stage);
	stage_keys(stage, "Enter");
	stage_keys(stage, "C-x a");
}

static void blocked(struct stage *stage)
{
	fake_link_contact(stage->fake, "eve", NULL)->manners.is_blocked = true;
	fake_link_contact(stage->fake, "frank", NULL)->manners.asks = true;
	scene_people(stage);
	stage_keys(stage, "M-x");
	stage_type(stage, "open eve");
	stage_keys(stage, "Enter");
}

const struct dialogue group_dialogues[] = {
	{"edited", edited, true},
	{"correcting", correcting, false},
	{"blocked", blocked, false},
	{"group", group, true},
	{"group-missing", group_missing, true},
	{"group-browse", group_browse, false},
	{"other-client", other_client, false},
	{0},
};
