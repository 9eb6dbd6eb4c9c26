/*
 * The control socket, the side of who holds the profile: a real engine with a message in it, all
 * verbs, and whatever another process writes. The first byte is the setting `control`.
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "core/model/settings.h"
#include "tests/support/fuzz_place.h"
#include "tests/support/world.h"
#include "tui/cli/cmd/verbs.h"
#include "tui/cli/control.h"
#include "tui/cli/control_frame.h"
#include "tui/cli/control_level.h"
#include "tui/cli/front.h"
#include "tui/confine/control_socket.h"

#define CANARY "heron under glass"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RUNS = 200 /* with one profile */, TURNS_MAX = 50000, FRAMES_MAX = 4096 };

/* Those that a socket is for, and some that it isn't. */
static const struct verb *const table[] = {
	&verb_clock,	    &verb_contact_add,	  &verb_contact_block, &verb_contact_blocked,
	&verb_contact_list, &verb_contact_remove, &verb_contact_rule,  &verb_devices,
	&verb_erase,	    &verb_expire,	  &verb_file_list,     &verb_file_save,
	&verb_file_send,    &verb_group_list,	  &verb_history,       &verb_id,
	&verb_journal,	    &verb_passphrase,	  &verb_receive,       &verb_repair,
	&verb_search,	    &verb_send,		  &verb_status,	       &verb_trust,
	&verb_verify,	    &verb_wipe,		  NULL,
};

static struct {
	struct hub *hub;
	struct person *alice, *bob;
	struct store_door *copy;
	struct settings *settings;
	struct verb_front front;
	struct control *control;
	unsigned runs;
} holder;

static void listen_again(void)
{
	holder.control =
		control_new(fuzz_place(), holder.alice->engine, table, &holder.front, NULL);
	fuzz_must(holder.control != NULL);
}

static void start(void)
{
	fuzz_must(secret_start(NULL));
	holder.hub = hub_new();
	holder.alice = person_new(holder.hub, "alice");
	holder.bob = person_new(holder.hub, "bob");
	fuzz_must(person_send(holder.bob, "alice", CANARY) == 0);
	fuzz_must(person_fetch(holder.alice) == 0);
	holder.settings = settings_new(settings_engine_rows());
	holder.front = (struct verb_front){ .settings = holder.settings, .profile = "default",
					    .default_spool = "/nowhere" };
	holder.copy = fake_door_copy(holder.alice->door);
	listen_again();
}

/* What a run has changed mustn't change all that follow. */
static void renew(void)
{
	if (++holder.runs % RUNS)
		return;
	control_free(holder.control);
	person_put_back(holder.alice, holder.copy);
	listen_again();
}

/* Words out of the profile are for those who may have all. */
static void check_answer(const GByteArray *all, enum control_level level)
{
	GByteArray *in = g_byte_array_sized_new(all->len);
	unsigned begun = 0, ended = 0, frames = 0;
	GBytes *payload;
	bool is_bad = false;
	char type;

	g_byte_array_append(in, all->data, all->len);
	while (frame_take(in, CONTROL_FRAME_MAX, &type, &payload, &is_bad)) {
		gsize bytes;
		const char *text = g_bytes_get_data(payload, &bytes);

		fuzz_must(strchr("BLEFQSNDZY", type) != NULL && ++frames < FRAMES_MAX);
		begun += type == 'B';
		ended += type == 'Q';
		fuzz_must(ended <= begun);
		if (level < CONTROL_FULL)
			fuzz_must(!bytes || !g_strstr_len(text, (gssize)bytes, CANARY));
		if (level < CONTROL_STATUS)
			fuzz_must(type != 'L');
		g_bytes_unref(payload);
	}
	fuzz_must(!is_bad);
	g_byte_array_unref(in);
}

static void talk(const uint8_t *data, size_t size, GByteArray *answer)
{
	int fd = control_socket_connect(fuzz_place());
	uint8_t chunk[4096];
	ssize_t bytes = 1;
	unsigned turns = 0;

	fuzz_must(fd >= 0);
	if (send(fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)size)
		g_debug("it takes no more");
	shutdown(fd, SHUT_WR);
	while (bytes != 0) {
		g_main_context_iteration(NULL, FALSE);
		bytes = recv(fd, chunk, sizeof(chunk), MSG_DONTWAIT);
		if (bytes > 0)
			g_byte_array_append(answer, chunk, (guint)bytes);
		fuzz_must(++turns < TURNS_MAX);
	}
	close(fd);
	while (g_main_context_iteration(NULL, FALSE))
		fuzz_must(++turns < TURNS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GByteArray) answer = g_byte_array_new();
	enum control_level level;

	if (!size)
		return 0;
	if (!holder.hub)
		start();
	level = (enum control_level)(data[0] % (CONTROL_FULL + 1));
	fuzz_must(settings_set(holder.settings, "control", control_level_word(level), SETTING_FILE,
			       NULL));
	talk(data + 1, size - 1, answer);
	check_answer(answer, level);
	renew();
	return 0;
}
