/*
 * The scenes: what is done before the picture is taken.
 */
#include "core/base/secret.h"
#include "tests/screen/dialogues.h"
#include "tui/observe/watch.h"

static struct message *say(struct stage *stage, const char *address, enum direction direction,
			   int minutes_ago, const char *body)
{
	return fake_link_message(stage->fake, address, direction,
				 stage->now - (int64_t)minutes_ago * STAGE_MINUTE, body);
}

static void read_all(struct stage *stage, const char *address)
{
	for (guint i = 0; i < stage->fake->messages->len; i++) {
		struct message *message = g_ptr_array_index(stage->fake->messages, i);

		if (g_strcmp0(message->conversation, address) == 0 &&
		    message->direction == DIRECTION_IN)
			message->read_at = stage->now;
	}
	for (guint i = 0; i < stage->fake->contacts->len; i++) {
		struct contact *contact = g_ptr_array_index(stage->fake->contacts, i);

		if (g_strcmp0(contact->address, address) == 0)
			contact->unread = 0;
	}
}

void scene_people(struct stage *stage)
{
	struct contact *stranger;
	struct message *message;

	fake_link_contact(stage->fake, "bob", "Bob Marsh");
	fake_link_contact(stage->fake, "carol", NULL);
	fake_link_contact(stage->fake, "dieter", "Dieter (night shift)");
	stranger = fake_link_contact(stage->fake, "mallory", NULL);
	stranger->is_listed = false;
	say(stage, "dieter", DIRECTION_IN, 3 * 24 * 60, "Handover is in the wiki.");
	say(stage, "bob", DIRECTION_IN, 26 * 60, "The jump host is patched, all three of them.");
	message = say(stage, "bob", DIRECTION_OUT, 26 * 60 - 2,
		      "Thanks. Any trouble with the certificates?");
	message->state = STATE_READ;
	message = say(
		stage, "bob", DIRECTION_IN, 26 * 60 - 3,
		"None to speak of. One was about to expire, so I rolled it as well; the new one "
		"is good until spring. See https://wiki.example.org/certs for the list.");
	read_all(stage, "dieter");
	read_all(stage, "bob");
	say(stage, "carol", DIRECTION_IN, 50, "Lunch?\nOr later, at two.");
	say(stage, "mallory", DIRECTION_IN, 40, "Hello, I am new here.")->trust = TRUST_UNDECIDED;
	message = say(stage, "bob", DIRECTION_OUT, 35, "Good morning");
	message->state = STATE_DELIVERED;
	message = say(stage, "bob", DIRECTION_OUT, 34, "Did the backup run?");
	message->state = STATE_SENT;
	say(stage, "bob", DIRECTION_IN, 5, "It did: 4 h 12 min, no errors 🎉");
	say(stage, "bob", DIRECTION_IN, 4, "日本語の行も、折り返しも大丈夫。");
	stage_event(stage, EVENT_CARRIER, NULL, NULL);
	stage_open(stage);
}

static void contacts(struct stage *stage)
{
	scene_people(stage);
	stage_keys(stage, "Down");
}

static void nobody(struct stage *stage)
{
	stage_event(stage, EVENT_CARRIER, NULL, NULL);
	stage_open(stage);
}

static void carrier_connecting(struct stage *stage)
{
	scene_people(stage);
	stage_carrier(stage, TRANSPORT_CONNECTING, NULL);
}

static void carrier_offline(struct stage *stage)
{
	scene_people(stage);
	stage_carrier(stage, TRANSPORT_OFFLINE,
		      "next try at 14:05:09. The server doesn't answer; is the network up?");
}

static void carrier_failed(struct stage *stage)
{
	scene_people(stage);
	stage_carrier(stage, TRANSPORT_FAILED,
		      "The server refuses this account or its password (not-authorized).");
}

static void conversation(struct stage *stage)
{
	scene_people(stage);
	stage_keys(stage, "Enter");
}

static void compose(struct stage *stage)
{
	conversation(stage);
	stage_type(stage, "Thank you");
	stage_paste(stage, "! Two lines\nin one paste.");
}

static void sent(struct stage *stage)
{
	conversation(stage);
	stage_type(stage, "Well done.");
	stage_keys(stage, "Enter");
}

static void browse(struct stage *stage)
{
	conversation(stage);
	stage_keys(stage, "Escape Up Up");
}

/* Who came later is told apart from whom they look like, in the list and in the title. */
static void lookalike(struct stage *stage)
{
	struct contact *stranger = fake_link_contact(stage->fake, "b0b", NULL);

	stranger->is_listed = false;
	fake_link_contact(stage->fake, "zoe", "C\xd0\xb0rol")->added_at = stage->now;
	say(stage, "b0b", DIRECTION_IN, 2, "It's me, I have a new account.");
	scene_people(stage);
	stage_keys(stage, "Up Enter");
}

static void hostile(struct stage *stage)
{
	struct message *message;

	fake_link_contact(stage->fake, "mallory", "M\xd0\xb0llory");
	say(stage, "mallory", DIRECTION_IN, 9,
	    "plain, then \x1b[31mred\x1b[0m and \xe2\x80\xae"
	    "backwards");
	say(stage, "mallory", DIRECTION_IN, 8,
	    "https://b\xc3\xbcrger.example/login and https://bank.example@evil.example/");
	message = say(stage, "mallory", DIRECTION_IN, 7, "a key that nobody has decided about");
	message->trust = TRUST_UNDECIDED;
	message = say(stage, "mallory", DIRECTION_IN, 6,
		      "This message could not be opened: no session.");
	message->kind = KIND_UNREADABLE;
	message = say(stage, "mallory", DIRECTION_IN, 5, "A new device of mallory was seen.");
	message->kind = KIND_NOTICE;
	message = say(stage, "mallory", DIRECTION_IN, 4, "x");
	g_clear_pointer(&message->body, plain_free);
	say(stage, "mallory", DIRECTION_IN, 3,
	    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd7\xa2\xd7\x95\xd7\x9c\xd7\x9d, and on in English");
	stage_event(stage, EVENT_CARRIER, NULL, NULL);
	stage_open(stage);
	stage_keys(stage, "Enter");
}

static void older(struct stage *stage)
{
	fake_link_contact(stage->fake, "bob", NULL);
	for (int i = 0; i < 1000; i++) {
		g_autofree char *body = g_strdup_printf("message number %d", i + 1);

		say(stage, "bob", i % 3 ? DIRECTION_IN : DIRECTION_OUT, 2000 - i, body);
	}
	read_all(stage, "bob");
	stage_open(stage);
	stage_keys(stage, "Enter Escape g");
}

/* To oneself: without signs of a state, or of trust. */
static void notes(struct stage *stage)
{
	struct contact *contact = fake_link_contact(stage->fake, "alice", NULL);
	struct message *message;

	contact->kind = CONTACT_NOTES;
	for (int i = 0; i < 2; i++) {
		message = say(stage, "alice", DIRECTION_OUT, 5 - i, i ? "call bob" : "milk, bread");
		message->state = STATE_READ;
		g_free(message->from);
		message->from = g_strdup("alice");
	}
	stage_open(stage);
	stage_keys(stage, "Enter Escape");
}

static void find(struct stage *stage)
{
	conversation(stage);
	stage_keys(stage, "C-s");
	stage_type(stage, "the");
	stage_keys(stage, "Enter n");
}

static void search(struct stage *stage)
{
	scene_people(stage);
	stage_keys(stage, "/");
	stage_type(stage, "the");
	stage_keys(stage, "Enter");
}

static void palette(struct stage *stage)
{
	conversation(stage);
	stage_keys(stage, "C-o");
	stage_type(stage, "lo");
}

static void prompt(struct stage *stage)
{
	scene_people(stage);
	stage_keys(stage, ":");
	stage_type(stage, "con");
	stage_keys(stage, "Tab");
}

static void help(struct stage *stage)
{
	scene_people(stage);
	stage_keys(stage, "F1");
}

static void settings(struct stage *stage)
{
	scene_people(stage);
	stage_keys(stage, ":");
	stage_type(stage, "set send_on alt-enter");
	stage_keys(stage, "Enter F4 Down");
}

static void locked(struct stage *stage)
{
	compose(stage);
	stage_keys(stage, "C-x l");
}

static void trouble(struct stage *stage)
{
	conversation(stage);
	stage->fake->fail = "bob has a new device that nobody has decided about; nothing was sent. "
			    "Compare the safety number with :verify, or accept it with :trust.";
	stage_type(stage, "secret plan");
	stage_keys(stage, "Enter");
}

static void confirm(struct stage *stage)
{
	conversation(stage);
	stage_type(stage, ":erase");
	stage_keys(stage, "Enter");
	stage_type(stage, "ye");
}

static void copying(struct stage *stage)
{
	static struct watch clear = {.verdict = WATCH_CLEAR};

	stage->place = COPY_CLIPBOARD;
	stage->shell->host.watch = &clear;
	conversation(stage);
	stage_message(stage, "bob", "Also http://example.org/a and https://wiki.example.org/b-c.");
	stage_keys(stage, "Escape");
}

static void links(struct stage *stage)
{
	copying(stage);
	stage_keys(stage, "o");
}

static void copy_card(struct stage *stage)
{
	copying(stage);
	stage_keys(stage, "y");
}

const struct dialogue dialogues[] = {
	{"browse", browse, true},
	{"carrier-connecting", carrier_connecting, false},
	{"carrier-failed", carrier_failed, false},
	{"carrier-offline", carrier_offline, false},
	{"compose", compose, true},  {"confirm", confirm, false},
	  {"contacts", contacts, true}, {"copy-card", copy_card, false}, {"links", links, true},
	{"conversation", conversation, true}, {"find", find, true},  {"help", help, false},
	{"hostile", hostile, true},	{"locked", locked, true},    {"lookalike", lookalike, true},
	    {"nobody", nobody, false},   {"notes", notes, false},
	{"older", older, false},	{"palette", palette, true},  {"prompt", prompt, true},
	{"search", search, true},	{"sent", sent, false},	     {"settings", settings, false},
	{"trouble", trouble, true},	{0},
};
