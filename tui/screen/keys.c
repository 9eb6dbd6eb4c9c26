#include "tui/screen/keys.h"

#include <string.h>
#include "core/port/store_rows.h"
#include "core/profile/journal.h"
#include "tui/kit/draw.h"

enum { WIDE_COLS = 74, GROUPS = 8, GROUP_HEX = 8 };

int keys_device_rows(int cols)
{
	return cols >= WIDE_COLS ? 3 : 4;
}

char *keys_when(int64_t wall)
{
	g_autoptr(GDateTime) utc = wall ? g_date_time_new_from_unix_utc(wall / 1000) : NULL;
	g_autoptr(GDateTime) local = utc ? g_date_time_to_local(utc) : NULL;

	return local ? g_date_time_format(local, "%e %b %Y %H:%M") : g_strdup("never");
}

char *keys_trust(const struct device *device)
{
	static const char *const words[TRUST_COUNT] = {
		[TRUST_UNDECIDED] = "? undecided",
		[TRUST_TRUSTED] = "~ trusted, not compared",
		[TRUST_VERIFIED] = "✓ verified",
		[TRUST_UNTRUSTED] = "✗ refused",
		[TRUST_COMPROMISED] = "✗ in the wrong hands",
	};

	if (device_is_keyless(device))
		return g_strdup("- no key yet");
	if (device_is_off(device))
		return g_strdup("- switched off by hand");
	if (device->trust == TRUST_VERIFIED && device->method)
		return g_strdup_printf("✓ verified (%s)", device->method);
	return g_strconcat(words[device->trust], device->is_active ? "" : ", gone", NULL);
}

static int trust_role(const struct device *device)
{
	return device->trust == TRUST_VERIFIED	? ROLE_OK :
	       device->trust == TRUST_UNDECIDED ? ROLE_WARN :
	       device->trust == TRUST_TRUSTED	? ROLE_TEXT :
						  ROLE_ERROR;
}

static void draw_hex(const struct device *device, struct view view, int role)
{
	char hex[CONTACT_FINGERPRINT_BYTES];
	int across = view.cols >= WIDE_COLS ? GROUPS : GROUPS / 2;

	if (!device->has_key) {
		draw_text(view, 0, 3, "it has published no key, and gets nothing", role, 0);
		return;
	}
	contact_fingerprint(device->key, hex);
	for (int i = 0; i < GROUPS; i++)
		draw_bytes(view, i / across, 3 + i % across * (GROUP_HEX + 1), hex + i * GROUP_HEX,
			   GROUP_HEX, role, 0);
}

void keys_draw_device(void *user, size_t index, struct view view, bool is_selected)
{
	const struct device *device = g_ptr_array_index((GPtrArray *)user, index);
	g_autofree char *trust = keys_trust(device);
	g_autofree char *first = keys_when(device->first_seen);
	g_autofree char *last = keys_when(device->last_seen);
	g_autofree char *seen =
		g_strdup_printf("first seen %s, last %s", g_strchug(first), g_strchug(last));
	int role = is_selected ? ROLE_SELECTED : ROLE_TEXT;
	int dim = is_selected ? ROLE_SELECTED_DIM : ROLE_DIM;
	struct view line = view_cut_top(&view, 1);
	g_autofree char *name = g_strdup_printf("%s%u  %s", is_selected ? "› " : "  ", device->id,
						device->label ? device->label : "");

	int end = draw_right(line, 0, line.cols - 2, line.cols * 2 / 3, trust,
			     is_selected ? role : trust_role(device), 0);

	draw_fit(line, 0, 1, end - 2, name, role, ATTR_BOLD);
	draw_hex(device, view_cut_top(&view, view.cols >= WIDE_COLS ? 1 : 2), role);
	draw_fit(view, 0, 3, view.cols - 4, seen, dim, 0);
}

void keys_draw_record(void *user, size_t index, struct view view, bool is_selected)
{
	const GPtrArray *rows = user;
	const struct journal_row *row = g_ptr_array_index(rows, rows->len - 1 - index);
	g_autofree char *at = keys_when(row->at);
	g_autofree char *device = row->device ? g_strdup_printf("  device %u", row->device) : NULL;
	enum journal_what what;
	const char *sentence = journal_parse(row->what, &what) ? journal_sentence(what) : row->what;
	g_autofree char *text =
		g_strdup_printf("%s%s%s%s%s%s", sentence, row->address ? "  " : "",
				row->address ? row->address : "", device ? device : "",
				row->detail ? "  " : "", row->detail ? row->detail : "");
	int role = is_selected ? ROLE_SELECTED : ROLE_TEXT;
	int dim = is_selected ? ROLE_SELECTED_DIM : ROLE_DIM;
	int col = draw_text(view, 0, 1, at, dim, 0) + 2;

	draw_fit(view, 0, col, view.cols - col - 1, text, role, 0);
}
