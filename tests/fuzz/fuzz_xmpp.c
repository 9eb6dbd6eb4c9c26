/* What a server sends: stanzas and their forms, what is taken in of them, its part of SCRAM. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/secret.h"
#include "core/transport/xmpp/message/xmpp_arrivals.h"
#include "core/transport/xmpp/message/xmpp_forms.h"
#include "core/transport/xmpp/muc/xmpp_room.h"
#include "core/transport/xmpp/muc/xmpp_room_forms.h"
#include "core/transport/xmpp/stream/xmpp_gate.h"
#include "core/transport/xmpp/stream/xmpp_scram.h"
#include "core/xml/stanza.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void arrived(void *user, const struct parcel *parcels, size_t count)
{
	unsigned *seen = user;

	*seen += (unsigned)count;
	for (size_t i = 0; i < count; i++) {
		if (g_bytes_get_size(parcels[i].bytes) > STANZA_BYTES_MAX)
			abort();
	}
}

static void devices(void *user, const char *address, const uint32_t *ids, size_t count)
{
	(void)user;
	if (!address || (ids && count > 1000000))
		abort();
}

static void heard(void *user, const char *text)
{
	(void)user;
	(void)text;
}

static void settled(void *user, uint64_t token)
{
	(void)user;
	(void)token;
}

static void talked(void *user, const struct talk *news, size_t count)
{
	(void)user;
	if (count && !news)
		abort();
}

static bool unsealed(void *user, const struct stanza *message)
{
	g_autofree char *room = NULL, *by = NULL;

	(void)user;
	return room_forms_read_invitation(message, &room, &by);
}

static const struct arrivals_listener listener = { .arrived = arrived,
						   .devices = devices,
						   .notice = heard,
						   .marked = heard,
						   .talk = talked,
						   .unsealed = unsealed,
						   .settled = settled };

static void try_forms(const struct stanza *stanza)
{
	struct forms_inner inner;
	g_autofree char *last = NULL;
	GBytes *item = forms_item(stanza, FORMS_DEVICES, "list");
	GBytes *event = forms_event(stanza, FORMS_DEVICES, "list");
	GBytes *word = forms_word(stanza, 71);

	forms_archive_end(stanza, NULL, &last);
	forms_archived(stanza, "q", &inner);
	forms_carbon(stanza, &inner);
	forms_archive_id(stanza, "ada@example.org");
	forms_delay(stanza);
	if (item)
		g_bytes_unref(item);
	if (event)
		g_bytes_unref(event);
	if (word)
		g_bytes_unref(word);
}

static void try_arrivals(const struct stanza *stanza)
{
	unsigned seen = 0;
	struct arrivals *arrivals = arrivals_new("ada@example.org", &listener, &seen);

	arrivals_hold(arrivals, "q");
	arrivals_take(arrivals, stanza, 1);
	arrivals_release(arrivals, NULL);
	arrivals_take(arrivals, stanza, 2);
	arrivals_flush(arrivals);
	arrivals_free(arrivals);
}

static void take_mark(const char *room, bool is_entered, bool is_gone, void *user)
{
	(void)is_entered;
	(void)is_gone;
	(void)user;
	if (!strchr(room, '@'))
		abort();
}

/* A room that is told the same thing in every way there is. */
static void try_room(const struct stanza *stanza)
{
	struct room *room = room_new("den@rooms.example.org", "ada@example.org");
	g_autofree char *form = room_forms_configure(stanza);
	g_autoptr(GPtrArray) items = room_forms_read_items(stanza);
	g_autoptr(GArray) people = NULL;

	room_forms_is_service(stanza);
	room_forms_read_bookmarks(stanza, take_mark, NULL);
	room_forms_read_event(stanza, take_mark, NULL);
	room_begin(room);
	room_take_presence(room, stanza);
	room_take_list(room, AFFILIATION_MEMBER, stanza);
	room_take_presence(room, stanza);
	room_take_message(room, stanza);
	room_begin(room);
	if (room_take_info(room, stanza))
		room_forget_lists(room);
	people = room_people(room);
	room_guess(room, "nobody");
	/* One stanza can't be all that has to be known. */
	if (room_state(room) == ROOM_READY)
		abort();
	room_free(room);
}

static void try_scram(const char *text)
{
	char word[] = "pencil";
	struct secret *password = secret_take(word, strlen(word), NULL);
	struct scram *scram =
		scram_new(CRYPTO_SHA256, "ada", password, "rOprNGfwEbeRWgbNEkqO", NULL);
	g_autofree char *answer = scram ? scram_answer(scram, text, NULL) : NULL;

	if (scram && answer && scram_check(scram, text, NULL))
		abort();
	scram_free(scram);
	secret_free(password);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stanza *stanza = stanza_decode_within("jabber:client", data, size, NULL);
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autofree char *text = NULL;

	if (!gate_check(bytes, GATE_SESSION, NULL))
		g_debug("refused");
	if (stanza) {
		try_forms(stanza);
		try_arrivals(stanza);
		try_room(stanza);
		stanza_free(stanza);
	} else if (size < 2 * SCRAM_TEXT_MAX && secret_start(NULL)) {
		text = g_strndup((const char *)data, size);
		try_scram(text);
	}
	return 0;
}
