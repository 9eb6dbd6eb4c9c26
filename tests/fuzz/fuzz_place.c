/*
 * What a start finds before any passphrase: the profile's note, and what is kept of former starts.
 * The input is both, with a line of three dashes between.
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include "core/model/account.h"
#include "tests/support/fuzz_place.h"
#include "tui/confine/start_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_place(const struct account *place)
{
	bool is_spool = strcmp(place->carrier, "spool") == 0;

	fuzz_must(is_spool == (place->spool != NULL));
	if (is_spool)
		fuzz_must(g_path_is_absolute(place->spool) && !strchr(place->address, '/') &&
			  place->address[0] != '.' && place->address[0] != '\0');
	else
		fuzz_must(!place->ca_file || !*place->ca_file ||
			  g_path_is_absolute(place->ca_file));
}

static void check_again(const struct account *place)
{
	g_autoptr(GBytes) note = account_encode_place(place);
	struct account *again = account_decode_place(note);

	fuzz_must(again && g_strcmp0(again->spool, place->spool) == 0);
	account_free(again);
}

/* Where what was kept is another place, or a hook, is for the record alone to say. */
static void check_record(struct start_record *record, const struct account *place)
{
	bool is_same = start_record_places(record, place, false, NULL);
	struct start_record *later = start_record_new("/home/ada/.local/share/sotto");

	fuzz_must(start_record_places(later, place, false, NULL) == is_same);
	start_record_has_hook(later, "notify-send sotto");
	start_record_free(later);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char home[] = "/home/ada/.local/share/sotto";
	g_autofree char *name = g_compute_checksum_for_string(G_CHECKSUM_SHA256, home, -1);
	g_autofree char *folder = g_build_filename(fuzz_place(), "sotto", "starts", NULL);
	g_autofree char *inside = g_build_filename("sotto", "starts", name, NULL);
	const char *text = (const char *)data;
	const char *split = size ? g_strstr_len(text, (gssize)size, "\n---\n") : NULL;
	size_t note_size = split ? (size_t)(split - text) + 1 : size;
	g_autoptr(GBytes) note = g_bytes_new(data, note_size);
	struct account *said = account_decode_place(note), *found;
	struct start_record *record;

	g_setenv("XDG_STATE_HOME", fuzz_place(), TRUE);
	fuzz_must(g_mkdir_with_parents(folder, 0700) == 0);
	fuzz_put(inside, split ? (const uint8_t *)split + 5 : NULL,
		 split ? size - note_size - 4 : 0);
	record = start_record_new(home);
	found = start_record_find(record, note);
	fuzz_must(found && found->carrier);
	if (said) {
		check_place(said);
		check_again(said);
		check_record(record, said);
	}
	account_free(found);
	account_free(said);
	start_record_free(record);
	return 0;
}
