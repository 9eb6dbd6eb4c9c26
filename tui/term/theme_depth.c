#include "tui/term/theme_depth.h"
#include "tui/term/theme_palettes.h"

enum { BLACK = 0, WHITE = 7, BRIGHT = 8, BRIGHT_WHITE = 15 };

static const double most_contrast = 21;

double theme_least_contrast(enum role role)
{
	return role == ROLE_RULE || role == ROLE_VEIL ? 3 : 4.5;
}

/* -- measuring -------------------------------------------------------------------------------- */

static double contrast_of(int fg, int bg, enum depth depth)
{
	enum colour_type type = depth == DEPTH_TRUE ? COLOUR_RGB : COLOUR_INDEX;
	uint32_t front, back;

	if (fg < 0 || bg < 0 || !colour_rgb((struct colour){type, (uint32_t)fg}, &front) ||
	    !colour_rgb((struct colour){type, (uint32_t)bg}, &back))
		return most_contrast;
	return colour_contrast(front, back);
}

double theme_look_contrast(const struct theme_look *look, enum depth depth)
{
	bool is_reverse = look->attrs & ATTR_REVERSE;
	double plain = contrast_of(look->fg, look->bg, depth);
	double bright = plain;

	/* In reverse some make the one bright and some the other. */
	if (depth != DEPTH_TRUE && look->attrs & ATTR_BOLD) {
		if (look->fg >= 0 && look->fg < BRIGHT)
			bright = contrast_of(look->fg + BRIGHT, look->bg, depth);
		if (is_reverse && look->bg >= 0 && look->bg < BRIGHT)
			bright = MIN(bright, contrast_of(look->fg, look->bg + BRIGHT, depth));
	}
	return MIN(plain, bright);
}

static double contrast_in(const struct palette *palette, int fg, int bg)
{
	if (fg < 0 || bg < 0)
		return most_contrast;
	return colour_contrast(palette->colours[fg], palette->colours[bg]);
}

double theme_look_worst(const struct theme_look *look)
{
	bool is_reverse = look->attrs & ATTR_REVERSE;
	double worst = most_contrast;

	for (const struct palette *palette = theme_palettes; palette->name; palette++) {
		worst = MIN(worst, contrast_in(palette, look->fg, look->bg));
		if (!(look->attrs & ATTR_BOLD))
			continue;
		if (look->fg >= 0 && look->fg < BRIGHT)
			worst = MIN(worst, contrast_in(palette, look->fg + BRIGHT, look->bg));
		if (is_reverse && look->bg >= 0 && look->bg < BRIGHT)
			worst = MIN(worst, contrast_in(palette, look->fg, look->bg + BRIGHT));
	}
	return worst;
}

/* -- few colours ------------------------------------------------------------------------------ */

static bool is_readable(const struct theme_look *look, enum role role, enum depth depth)
{
	return theme_look_contrast(look, depth) >= theme_least_contrast(role) &&
	       theme_look_worst(look) >= THEME_LEAST_ANYWHERE;
}

/* Whether it stays readable where bold is added to it. Bold black is grey on many terminals. */
static bool takes_bold(struct theme_look look, enum role role, enum depth depth)
{
	if ((look.attrs & ATTR_REVERSE ? look.bg : look.fg) == BLACK)
		return false;
	look.attrs |= ATTR_BOLD;
	return is_readable(&look, role, depth);
}

/* Without bold, then in black or white, then on white: only these can be told apart everywhere. */
static void make_readable(struct theme_look *look, enum role role, enum depth depth)
{
	int white = depth == DEPTH_8 ? WHITE : BRIGHT_WHITE;

	if (!takes_bold(*look, role, depth))
		look->attrs &= ~(unsigned)ATTR_BOLD;
	if (!is_readable(look, role, depth))
		look->fg = contrast_of(BLACK, look->bg, depth) >
					   contrast_of(white, look->bg, depth)
				   ? BLACK
				   : white;
	if (!is_readable(look, role, depth)) {
		look->fg = BLACK;
		look->bg = WHITE;
	}
	if (!takes_bold(*look, role, depth))
		look->denied = ATTR_BOLD;
}

/* With 8 colours the bright ones are the dark ones, in bold where that shows them. */
static void fit_to_8(struct theme_look *look)
{
	if (look->fg > BRIGHT)
		look->attrs |= ATTR_BOLD;
	look->fg = look->fg == BRIGHT ? WHITE : look->fg > BRIGHT ? look->fg - BRIGHT : look->fg;
	look->bg = look->bg == BRIGHT ? BLACK : look->bg > BRIGHT ? look->bg - BRIGHT : look->bg;
}

static bool is_selection(enum role role)
{
	return role == ROLE_SELECTED || role == ROLE_SELECTED_DIM || role == ROLE_CARD_SELECTED ||
	       role == ROLE_FOCUS;
}

/* -- looks ------------------------------------------------------------------------------------ */

/* COLOUR as curses counts colours there; FEW is the one for 16 and 8. */
static int number_of(struct colour colour, struct colour few, enum depth depth)
{
	uint32_t rgb;

	if (depth <= DEPTH_16)
		colour = few;
	if (!colour_rgb(colour, &rgb))
		return -1;
	if (depth == DEPTH_TRUE) /* below 8 it would be the palette's */
		return rgb < 8 ? 0 : (int)rgb;
	if (colour.type == COLOUR_INDEX)
		return (int)colour.value;
	return (int)(depth == DEPTH_256 ? colour_nearest_256(rgb) : colour_nearest_16(rgb));
}

struct theme_look theme_look(const struct theme *theme, enum role role, enum depth depth)
{
	bool is_reversed = depth == DEPTH_8 && is_selection(role);
	const struct style *style = &theme->styles[is_reversed ? ROLE_TEXT : role];
	struct theme_look look = {.fg = -1, .bg = -1, .attrs = style->attrs};

	if (depth == DEPTH_MONO)
		return look;
	look.fg = number_of(style->fg, style->fg_few, depth);
	look.bg = number_of(style->bg, style->bg_few, depth);
	if (depth == DEPTH_8)
		fit_to_8(&look);
	if (is_reversed)
		look.attrs = ATTR_REVERSE;
	if (depth <= DEPTH_16)
		make_readable(&look, role, depth);
	return look;
}
