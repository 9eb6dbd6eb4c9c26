/*
 * The scenes about keys: comparing, what differs, what changed, own devices, the record.
 */
#include <string.h>
#include "core/base/secret.h"
#include "tests/screen/dialogues.h"

static struct device *device(struct stage *stage, const char *address, uint32_t id,
			     enum trust trust, const char *label)
{
	struct device *made = fake_link_device(stage->fake, address, id, trust);

	made->label = g_strdup(label);
	return made;
}

static void bob(struct stage *stage)
{
	fake_link_contact(stage->fake, "bob", "Bob Marsh");
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now - 3 * STAGE_HOUR,
			  "The jump host is patched.")
		->trust = TRUST_TRUSTED;
	fake_link_record(stage->fake, JOURNAL_DEVICE_SEEN, "bob", 1873465920, NULL);
	fake_link_record(stage->fake, JOURNAL_TRUSTED, "bob", 1873465920, "hand");
	stage_event(stage, EVENT_CARRIER, NULL, NULL);
}

static void trusted(struct stage *stage)
{
	bob(stage);
	device(stage, "bob", 1873465920, TRUST_TRUSTED, "jump-02");
	device(stage, "bob", 42, TRUST_TRUSTED, "laptop");
	stage_open(stage);
	stage_keys(stage, "Enter");
}

static void number(struct stage *stage)
{
	trusted(stage);
	stage_keys(stage, "F5");
}

static void type(struct stage *stage)
{
	number(stage);
	stage_keys(stage, "t");
	stage_type(stage, "01234567891876543");
}

static void read_aloud(struct stage *stage)
{
	number(stage);
	stage_keys(stage, "r Enter Enter Enter");
}

static void read_end(struct stage *stage)
{
	read_aloud(stage);
	stage_keys(stage, "Enter Enter Enter Enter Enter Enter Enter Enter Enter");
}

static void qr(struct stage *stage)
{
	number(stage);
	stage_keys(stage, "c");
}

static void devices(struct stage *stage)
{
	struct device *gone;

	bob(stage);
	device(stage, "bob", 1873465920, TRUST_VERIFIED, "jump-02")->method = g_strdup("read-back");
	device(stage, "bob", 42, TRUST_UNDECIDED, "laptop");
	gone = device(stage, "bob", 7, TRUST_UNTRUSTED, "old phone");
	gone->is_active = false;
	stage_open(stage);
	stage_keys(stage, "Enter F5 d Down v");
}

static void stop(struct stage *stage)
{
	number(stage);
	stage_paste(stage, "xmpp:bob?omemo-sid-1873465920="
			   "0000000000000000000000000000000000000000000000000000000000000000");
}

static void done(struct stage *stage)
{
	number(stage);
	stage_keys(stage, "t");
	stage_paste(stage, FAKE_NUMBER);
}

static void record(struct stage *stage)
{
	number(stage);
	fake_link_record(stage->fake, JOURNAL_VERIFIED, "bob", 1873465920, "read-back");
	stage_keys(stage, "R h");
}

static void changed(struct stage *stage)
{
	bob(stage);
	device(stage, "bob", 1873465920, TRUST_UNDECIDED, "changed");
	stage->fake->was_verified = true;
	stage_open(stage);
	stage_keys(stage, "Enter");
}

static void flood(struct stage *stage)
{
	bob(stage);
	device(stage, "bob", 1873465920, TRUST_TRUSTED, "jump-02");
	for (uint32_t i = 1; i <= 50; i++)
		device(stage, "bob", i, TRUST_UNDECIDED, NULL);
	stage_open(stage);
	stage_keys(stage, "Enter");
}

static void later(struct stage *stage)
{
	flood(stage);
	stage_keys(stage, "F6");
}

/* One that has published no key stands beside the mark, on every page that has one. */
static void keyless(struct stage *stage)
{
	struct device *bare;

	bob(stage);
	device(stage, "bob", 1873465920, TRUST_VERIFIED, "jump-02")->method = g_strdup("code");
	bare = device(stage, "bob", 7, TRUST_UNDECIDED, NULL);
	bare->has_key = false;
	stage_open(stage);
	stage_keys(stage, "Enter");
}

static void keyless_number(struct stage *stage)
{
	keyless(stage);
	stage_keys(stage, "F5");
}

static void keyless_card(struct stage *stage)
{
	keyless(stage);
	device(stage, "bob", 9, TRUST_UNDECIDED, "late");
	stage_event(stage, EVENT_TRUST, "bob", NULL);
}

/* Bob's folder is another login's: beside the name, on the card, and above the digits. */
static void owner_card(struct stage *stage)
{
	struct owner *folder;

	changed(stage);
	folder = &((struct contact *)stage->fake->contacts->pdata[0])->folder;
	*folder = (struct owner){ .is_known = true, .uid = 1005, .answer = LOGIN_FOUND };
	folder->login = g_strdup("mallory");
	stage_event(stage, EVENT_TRUST, "bob", NULL);
	stage_event(stage, EVENT_CONTACT, "bob", NULL);
}

static void owner_number(struct stage *stage)
{
	owner_card(stage);
	stage_keys(stage, "F5");
}

static void own(struct stage *stage)
{
	bob(stage);
	device(stage, "ada", 4711, TRUST_VERIFIED, "this one")->method = g_strdup("own");
	device(stage, "ada", 815, TRUST_UNDECIDED, "somewhere");
	stage_open(stage);
	stage_keys(stage, "Down");
}

static void journal(struct stage *stage)
{
	bob(stage);
	fake_link_record(stage->fake, JOURNAL_UNLOCKED, NULL, 0, NULL);
	fake_link_record(stage->fake, JOURNAL_VERIFIED, "bob", 1873465920, "read-back");
	fake_link_record(stage->fake, JOURNAL_PASSPHRASE_CHANGED, NULL, 0, NULL);
	stage_open(stage);
	stage_keys(stage, "F8");
}

static void journal_bad(struct stage *stage)
{
	stage->fake->bad_record = 3;
	journal(stage);
}

const struct dialogue verify_dialogues[] = {
	{"devices-own", own, true},	   {"journal", journal, false},
	{"journal-bad", journal_bad, true},
	{ "change", changed, true },
	{ "change-flood", flood, false },
	{ "change-later", later, false },
	{ "keyless", keyless, true },
	{ "keyless-card", keyless_card, false },
	{ "keyless-number", keyless_number, true },
	{ "owner-card", owner_card, false },
	{ "owner-number", owner_number, true },
	{ "verify-devices", devices, true },
	{ "verify-done", done, true },
	{ "verify-number", number, true },
	{ "verify-qr", qr, false },
	{ "verify-read", read_aloud, true },
	{ "verify-read-end", read_end, false },
	{ "verify-record", record, false },
	{ "verify-stop", stop, true },
	{ "verify-type", type, true },
	{ 0 },
};
