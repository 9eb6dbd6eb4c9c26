#include "tui/screen/change_card.h"

#include <string.h>
#include "tui/kit/draw.h"
#include "tui/screen/keys.h"

enum { ROOMY_ROWS = 18, SHOWN_DEVICES = 2 };

bool change_card_is_due(const struct change *change, int64_t now)
{
	/* Put off by a clock that was ahead, it would stay away for years; and what came after it
	 * was put off isn't. */
	bool is_off = change && change->remind_at > now &&
		      change->remind_at - now <= CHANGE_LATER_MS &&
		      change->latest <= change->remind_at - CHANGE_LATER_MS;

	return change && change->devices->len > 0 && !is_off;
}

static void count_of(GString *text, unsigned count, const char *one, const char *many)
{
	if (!count)
		return;
	g_string_append(text, text->len ? ", " : "");
	g_string_append_printf(text, "%u %s", count, count == 1 ? one : many);
}

static char *title_of(const struct host *host, const struct change *change)
{
	const char *name = roster_name(host->roster, change->address);

	if (change->changed)
		return g_strdup_printf("! %s: the key has changed", name);
	if (change->is_stranger)
		return g_strdup_printf("? %s wrote first: nobody knows this key yet", name);
	if (change->late)
		return g_strdup_printf("? %s: a device has a key now", name);
	if (change->fresh)
		return g_strdup_printf("? %s: %s", name,
				       change->fresh == 1 ? "a new device" : "new devices");
	return g_strdup_printf("? %s: not verified yet", name);
}

/* What changed, since when, and what follows from it. */
static char *facts_of(const struct change *change, bool is_roomy)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *since = g_strchug(keys_when(change->since));
	const char *follows = change->is_accepted
				      ? "Your first message goes, and trusts what stands here "
					"without comparing."
				      : "Nothing is sent until you decide.";

	count_of(text, change->changed, "device with another key", "devices with other keys");
	count_of(text, change->late, "device whose first key came only now",
		 "devices whose first keys came only now");
	count_of(text, change->fresh, "device never seen before", "devices never seen before");
	count_of(text, change->only_trusted, "device that isn't verified",
		 "devices that aren't verified");
	if (!is_roomy)
		return g_strdup_printf("%s. %s", text->str,
				       change->is_accepted ? "Writing trusts it." :
							     "Nothing is sent.");
	return g_strdup_printf("%s, since %s. %s%s", text->str, since,
			       change->was_verified ? "You had verified this person. " : "",
			       follows);
}

static const char *causes_of(const struct change *change, bool is_roomy)
{
	if (!change->changed && !change->fresh && !change->late)
		return "Only verified devices may be written to here.";
	if (!is_roomy)
		return "New, set up anew, or somebody between you.";
	return "It may be a new phone or computer, or one that was set up anew. Or somebody has "
	       "put a device "
	       "of their own between you, to read along. Only comparing tells.";
}

static char *keys_of(const struct host *host, bool is_roomy)
{
	g_autofree char *compare = host_key(host, "conversation", "verify");
	g_autofree char *later = host_key(host, "conversation", "remind-later");

	return is_roomy ? g_strdup_printf("%s compare keys   %s later   :trust without comparing",
					  compare, later) :
			  g_strdup_printf("%s compare   %s later", compare, later);
}

static char *device_line(const struct device *device)
{
	char hex[CONTACT_FINGERPRINT_BYTES];
	g_autofree char *first = g_strchug(keys_when(device->first_seen));

	return g_strdup_printf("%u  %s  %.8s…  since %s", device->id,
			       device->label ? device->label : "",
			       contact_fingerprint(device->key, hex), first);
}

/* The whole text, a line a piece. */
static char *text_of(const struct host *host, const struct change *change, bool is_roomy)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *facts = facts_of(change, is_roomy);
	g_autofree char *keys = keys_of(host, is_roomy);
	g_autofree char *keyless = device_keyless_words(change->keyless);
	g_autofree char *owner = owner_words(&change->folder);

	g_string_append_printf(text, "%s\n", facts);
	for (guint i = 0; is_roomy && i < MIN(change->devices->len, SHOWN_DEVICES); i++) {
		g_autofree char *line = device_line(change->devices->pdata[i]);

		g_string_append_printf(text, "  %s\n", line);
	}
	if (is_roomy && change->devices->len > SHOWN_DEVICES)
		g_string_append_printf(text, "  and %u more\n",
				       change->devices->len - SHOWN_DEVICES);
	if (is_roomy && keyless)
		g_string_append_printf(text, "  %s, gets nothing and holds up nothing\n", keyless);
	if (owner && (is_roomy || owner_differs(&change->folder, change->address)))
		g_string_append_printf(text, "%sowner: %s\n", is_roomy ? "  " : "", owner);
	/* Where it is cut short, the way out stands before the reasons. */
	g_string_append_printf(text, "%s\n%s", is_roomy ? causes_of(change, true) : keys,
			       is_roomy ? keys : causes_of(change, false));
	return g_string_free(g_steal_pointer(&text), FALSE);
}

int change_card_rows(const struct host *host, const struct change *change, int rows, int cols)
{
	g_autofree char *text = text_of(host, change, rows >= ROOMY_ROWS);

	return MIN(rows, draw_lines(text, MAX(1, cols - 4), NULL, NULL) + 2);
}

void change_card_draw(const struct host *host, const struct change *change, struct view view)
{
	/* The card's own height says how much room there was when it was measured. */
	g_autofree char *title = title_of(host, change);
	g_autofree char *roomy = text_of(host, change, true);
	g_autofree char *small = text_of(host, change, false);
	int cols = MAX(1, view.cols - 4);
	bool is_roomy = draw_lines(roomy, cols, NULL, NULL) + 2 <= view.rows;
	struct view inside = draw_box(view, change->changed ? ROLE_ERROR : ROLE_WARN, title,
				      change->changed ? ROLE_ERROR : ROLE_WARN);

	draw_wrapped(view_inset(inside, 0, 1), 0, is_roomy ? roomy : small, ROLE_TEXT, 0);
}
