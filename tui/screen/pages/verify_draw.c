/*
 * The pages of the verification screen, as they are drawn.
 */
#include <string.h>
#include "tui/client/words.h"
#include "tui/kit/bar.h"
#include "tui/kit/digits.h"
#include "tui/kit/draw.h"
#include "tui/screen/keys.h"
#include "tui/screen/pages/verify_inside.h"

enum {
	BIG_GROUP_COLS = GROUP_DIGITS * DIGITS_COLS,
	GROUPS_ACROSS = 4,
	GROUPS_ACROSS_NARROW = 3, /* where they are typed */
	GROUPS_COLS = GROUPS_ACROSS * (GROUP_DIGITS + 1),
	LEFT_COLS = 34, /* words beside the QR code */
};

static const char *name_of(const struct verify *self)
{
	return roster_name(self->screen.host->roster, self->address);
}

/* Of all that the number is made of: the least that is known of a device whose key counts. */
static const char *standing(const struct safety *safety)
{
	bool is_undecided = false, is_trusted = false, has_key = false;

	for (guint i = 0; i < safety->devices->len; i++) {
		const struct device *device = safety->devices->pdata[i];

		has_key |= device->has_key;
		is_undecided |= device_counts(device) && device->trust == TRUST_UNDECIDED;
		is_trusted |= device_counts(device) && device->trust != TRUST_UNDECIDED;
	}
	return safety->is_verified ? "✓ verified" :
	       is_undecided	   ? "? undecided" :
	       is_trusted	   ? "~ not verified" :
	       has_key		   ? "! nothing trusted" :
				     "no key yet";
}

static void draw_title(const struct verify *self, struct view view, const char *page)
{
	g_autofree char *keyless =
		self->safety ? device_keyless_words(self->safety->keyless) : NULL;
	g_autofree char *title = g_strdup_printf("%s: %s", name_of(self), page);

	bar_draw(view, ROLE_TITLE,
		 (const struct bar_piece[]){
			 { .text = title,
			   .role = ROLE_TITLE,
			   .attrs = ATTR_BOLD,
			   .priority = 2,
			   .can_shrink = true },
			 { .text = self->safety ? standing(self->safety) : NULL,
			   .role = ROLE_TITLE_DIM,
			   .priority = 1,
			   .is_right = true },
			 { .text = keyless,
			   .role = ROLE_TITLE_DIM,
			   .priority = 0,
			   .can_shrink = true,
			   .is_right = true },
		 },
		 3);
}

/* -- the number -----------------------------------------------------------------------------------
 */

static void group_text(const char *digits, int group, char out[static GROUP_DIGITS + 1])
{
	memcpy(out, digits + group * GROUP_DIGITS, GROUP_DIGITS);
	out[GROUP_DIGITS] = '\0';
}

/* Plain digits, as the verb prints them: what two people compare looks the same to both, and can be
 * copied. */
static void draw_groups(const char *digits, struct view view)
{
	char text[GROUP_DIGITS + 1];
	int gap = view.rows >= 5 ? 2 : 1;

	for (int group = 0; group < FINGERPRINT_GROUPS; group++) {
		group_text(digits, group, text);
		draw_text(view, group / GROUPS_ACROSS * gap,
			  group % GROUPS_ACROSS * (GROUP_DIGITS + 1), text, ROLE_DIGITS, ATTR_BOLD);
	}
}

/* The ways to compare, as many rows as there is room for. */
static void draw_ways(struct view view)
{
	static const char *const first[] = { "t", "they read, you type", "r",
					     "you read, with words", NULL };
	static const char *const second[] = { "c", "QR code",	  "u", "their URI",
					      "f", "from a file", NULL };
	static const char *const third[] = { "y", "all 60 match", "n", "they differ",
					     "d", "devices",	  "h", "record",
					     NULL };

	draw_hints(view, 0, 1, first, ROLE_TEXT);
	draw_hints(view, 1, 1, second, ROLE_TEXT);
	draw_hints(view, 2, 1, third, ROLE_TEXT);
}

/* One that has no keys: none of them is selected. */
static void draw_device_only(void *user, size_t index, struct view view, bool is_selected)
{
	(void)is_selected;
	keys_draw_device(user, index, view, false);
}

static void draw_devices(struct verify *self, struct view view, bool has_focus)
{
	self->devices.item_rows = keys_device_rows(view.cols);
	list_draw(&self->devices, view, ROLE_TEXT, has_focus ? ROLE_SELECTED : ROLE_TEXT,
		  has_focus ? keys_draw_device : draw_device_only, self->safety->devices);
}

/* Whose folder theirs is, as the kernel says. */
static void draw_owner(const struct verify *self, struct view view)
{
	g_autofree char *words = owner_words(&self->safety->folder);
	g_autofree char *line = words ? g_strconcat("owner: ", words, NULL) : NULL;
	bool differs = owner_differs(&self->safety->folder, self->address);

	if (line)
		draw_fit(view, 0, 1, view.cols - 1, line, differs ? ROLE_WARN : ROLE_DIM, 0);
}

static void draw_number(struct verify *self, struct view view)
{
	const char *number = self->safety->number;
	struct view top;
	bool differs;

	if (!*number) {
		draw_wrapped(view_inset(view, 1, 2), 0,
			     "No key of theirs is known yet: there is nothing to compare. It is "
			     "there once they "
			     "have started their program, and one of you has written.",
			     ROLE_TEXT, 0);
		return;
	}
	view_cut_top(&view, view.rows > PATTERN_ROWS + 5 ? 1 : 0);
	top = view_cut_top(&view, MIN(PATTERN_ROWS, view.rows));
	view_cut_left(&top, 1);
	draw_groups(number, top);
	view_cut_left(&top, GROUPS_COLS + (view.cols >= 60 ? 2 : 0));
	if (top.cols >= PATTERN_COLS)
		pattern_draw(&self->pattern, top, ROLE_DIGITS);
	/* Where there is no room for a gap, only another's login is worth a row. */
	differs = owner_differs(&self->safety->folder, self->address);
	draw_owner(self, view_cut_top(&view, view.rows > 3 || differs ? 1 : 0));
	draw_ways(view_cut_top(&view, 3));
	if (view.rows < 8)
		return;
	view_cut_top(&view, 1);
	draw_rule(view_cut_top(&view, 1), 0, ROLE_RULE, "devices", ROLE_DIM);
	draw_devices(self, view, false);
}

/* -- they read, the user types --------------------------------------------------------------- */

static void draw_typed_group(const struct verify *self, struct view view, int group)
{
	size_t count = strlen(self->typed);
	size_t at = (size_t)group * GROUP_DIGITS;
	bool is_typed = verify_is_typed(self, group);
	bool is_right = verify_is_right(self, group);
	bool is_here = count / GROUP_DIGITS == (size_t)group;
	char text[GROUP_DIGITS + 1];

	for (size_t i = 0; i < GROUP_DIGITS; i++)
		text[i] = at + i < count ? self->typed[at + i] : '_';
	text[GROUP_DIGITS] = '\0';
	draw_text(view, 0, 0,
		  is_typed ? is_right ? "✓" : "✗" :
		  is_here  ? "›" :
			     " ",
		  is_typed ? is_right ? ROLE_OK : ROLE_ERROR : ROLE_ACCENT, ATTR_BOLD);
	draw_text(view, 0, 2, text, is_typed ? is_right ? ROLE_OK : ROLE_ERROR : ROLE_DIGITS,
		  is_typed && !is_right ? ATTR_BOLD | ATTR_UNDERLINE : ATTR_BOLD);
	if (is_here)
		view_cursor(view, 0, 2 + (int)(count % GROUP_DIGITS));
}

static char *typed_sentence(const struct verify *self)
{
	for (int group = 0; group < FINGERPRINT_GROUPS; group++) {
		if (!verify_is_typed(self, group) || verify_is_right(self, group))
			continue;
		return g_strdup_printf("✗ Group %d differs. Ask them to read it again; Backspace "
				       "takes digits back. If it stays "
				       "different, press n.",
				       group + 1);
	}
	return g_strdup(
		"Type what they read. Each group turns right or wrong at once; nothing is accepted "
		"before all twelve match. Your own number isn't shown, so that it comes from "
		"them.");
}

static void draw_type(struct verify *self, struct view view)
{
	int across = view.cols >= GROUPS_ACROSS * 10 ? GROUPS_ACROSS : GROUPS_ACROSS_NARROW;
	int gap = view.rows >= 12 ? 2 : 1;
	g_autofree char *sentence = typed_sentence(self);
	struct view top;

	view_cut_top(&view, view.rows >= 12 ? 1 : 0);
	top = view_cut_top(&view, FINGERPRINT_GROUPS / across * gap);
	for (int group = 0; group < FINGERPRINT_GROUPS; group++)
		draw_typed_group(self,
				 view_sub(top, group / across * gap, 1 + group % across * 10, 1, 9),
				 group);
	view_cut_top(&view, 1);
	draw_wrapped(view_inset(view, 0, 1), 0, sentence,
		     strstr(sentence, "✗") ? ROLE_ERROR : ROLE_TEXT, 0);
}

/* -- the user reads -------------------------------------------------------------------------- */

static void draw_read_end(struct view view)
{
	draw_center(view, view.rows / 2 - 1, "That was all of it.", ROLE_TEXT, ATTR_BOLD);
	draw_center(view, view.rows / 2, "Did they say yes to every group?", ROLE_TEXT, 0);
	draw_center(view, view.rows / 2 + 1, "y: all match   n: something differs", ROLE_KEY, 0);
}

static void draw_read(struct verify *self, struct view view)
{
	g_autofree char *place =
		g_strdup_printf("group %d of %d", self->group + 1, FINGERPRINT_GROUPS);
	g_autofree char *spoken = NULL;
	char text[GROUP_DIGITS + 1];
	const char *words[2];
	int top = view.rows / 2 - 3;

	if (self->group == FINGERPRINT_GROUPS) {
		draw_read_end(view);
		return;
	}
	group_text(self->against, self->group, text);
	words_of_group(text, words);
	spoken = g_strdup_printf("%s  %s", words[0], words[1]);
	draw_center(view, MAX(0, top - 2), place, ROLE_DIM, 0);
	digits_draw(view_center(view, view.rows, BIG_GROUP_COLS - 1), top, 0, text, ROLE_DIGITS, 0);
	draw_center(view, top + DIGITS_ROWS + 1, spoken, ROLE_TEXT, ATTR_BOLD);
	draw_center(view, top + DIGITS_ROWS + 3,
		    view.cols < 60 ? "Enter: they said yes.   n: it differs." :
				     "Wait for their yes, then Enter. n: they say it differs.",
		    ROLE_DIM, 0);
}

/* -- QR code --------------------------------------------------------------------------------- */

static char *qr_words(const struct verify *self, int code)
{
	static const char rest[] =
		"What it says is public: addresses and fingerprints of your devices.\n\nu compares "
		"with the URI of their code, f reads it from a file; pasting it does too.";

	if (code < 0)
		return g_strdup_printf("This window is too small for the QR code. Your keys as "
				       "text:\n\n%s\n\n%s", self->safety->own_uri, rest);
	if (code > 0)
		return g_strdup_printf("Device %d of %u, alone: Conversations takes one after the "
				       "other, Down shows the next. A larger window shows them "
				       "all in one code.\n\n%s",
				       code, self->codes->len - 1, rest);
	return g_strdup_printf("Your keys, for their camera: a phone with Conversations, or any QR "
			       "reader.\n\n%s", rest);
}

static bool fits(const struct verify *self, int code, struct view view)
{
	int rows;
	int cols;

	if (!self->codes || code >= (int)self->codes->len)
		return false;
	qr_size(self->codes->pdata[code], QR_MARGIN_LEAST, &rows, &cols);
	return rows <= view.rows && cols + LEFT_COLS / 2 <= view.cols;
}

/* All in one code where that fits, else the device chosen; -1: none fits. */
static int choose_code(const struct verify *self, struct view view)
{
	int code = self->code ? self->code : fits(self, 0, view) ? 0 : 1;

	return fits(self, code, view) ? code : -1;
}

static void draw_qr_page(struct verify *self, struct view view)
{
	int code = choose_code(self, view);
	g_autofree char *words = qr_words(self, code);
	struct view left;
	int rows;
	int cols;

	/* The code may need the rows of the title. */
	if (code < 0) {
		draw_title(self, view_cut_top(&view, 1), "your QR code");
		draw_wrapped(view_inset(view, 0, 1), 0, words, ROLE_TEXT, 0);
		return;
	}
	qr_size(self->codes->pdata[code], QR_MARGIN_LEAST, &rows, &cols);
	left = view_cut_left(&view, MIN(LEFT_COLS, view.cols - cols));
	qr_draw(self->codes->pdata[code], view);
	draw_title(self, view_cut_top(&left, 1), "QR code");
	draw_wrapped(view_inset(left, 1, 1), 0, words, ROLE_TEXT, 0);
}

/* -- something differs ----------------------------------------------------------------------- */

static void draw_stop(struct verify *self, struct view view)
{
	struct view inside = draw_box(view, ROLE_ERROR, "STOP: the keys differ", ROLE_ERROR);
	static const char small[] = "Nothing was marked. Harmless: they have a new device, or a "
				    "digit was misread. Or else "
				    "somebody stands between you, reads along and changes what you "
				    "see. Call them on a number "
				    "you had before; then R compares again.";
	g_autofree char *text = g_strdup_printf(
		"Nothing was marked as verified, and nothing should be written to %s that "
		"matters.\n\n"
		"It can be harmless: they have a new device or set theirs up anew, and one of you "
		"doesn't know "
		"yet; or a digit was misread, or it was another person's number.\n\n"
		"Or somebody stands between you, reads along and can change what you both see.\n\n"
		"Call them on a number that you had before, not from this chat. Ask whether they "
		"have a new "
		"device. Then press R to fetch their keys anew and compare again. F3 leaves "
		"without a decision.",
		name_of(self));

	draw_wrapped(view_inset(inside, view.rows > 16 ? 1 : 0, view.cols > 60 ? 2 : 0), 0,
		     view.rows > 16 ? text : small, ROLE_TEXT, 0);
}

static void draw_history(struct verify *self, struct view view)
{
	if (!self->history || !self->history->len) {
		draw_center(view, view.rows / 2, "Nothing is on record yet.", ROLE_DIM, 0);
		return;
	}
	list_draw(&self->records, view, ROLE_TEXT, ROLE_SELECTED, keys_draw_record, self->history);
}

static void draw_devices_page(struct verify *self, struct view view, bool has_focus)
{
	if (self->safety->devices->len)
		draw_devices(self, view, has_focus);
	else
		draw_center(view, view.rows / 2, "No device of theirs was ever seen.", ROLE_DIM, 0);
}

void verify_draw(struct screen *screen, struct view view, bool has_focus)
{
	static const char *const titles[] = {
		[VERIFY_NUMBER] = "safety number",	  [VERIFY_TYPE] = "they read, you type",
		[VERIFY_READ] = "you read, they compare", [VERIFY_DEVICES] = "devices",
		[VERIFY_HISTORY] = "on record",
	};
	struct verify *self = verify_of(screen);

	if (self->page == VERIFY_STOP) {
		draw_stop(self, view);
		return;
	}
	if (self->page == VERIFY_QR && self->safety) {
		draw_qr_page(self, view);
		return;
	}
	draw_title(self, view_cut_top(&view, 1), self->safety ? titles[self->page] : "…");
	if (!self->safety)
		return;
	switch (self->page) {
	case VERIFY_NUMBER:
		draw_number(self, view);
		break;
	case VERIFY_TYPE:
		draw_type(self, view);
		break;
	case VERIFY_READ:
		draw_read(self, view);
		break;
	case VERIFY_DEVICES:
		draw_devices_page(self, view, has_focus);
		break;
	default:
		draw_history(self, view);
		break;
	}
}
