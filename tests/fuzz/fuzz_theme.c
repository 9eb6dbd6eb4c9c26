/* Theme files: what is taken has a look for every role that can be drawn. */
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include "tests/support/fuzz_place.h"
#include "tui/term/theme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_colour(struct colour colour)
{
	uint32_t rgb = 0;

	switch (colour.type) {
	case COLOUR_DEFAULT:
		fuzz_must(!colour_rgb(colour, &rgb));
		return;
	case COLOUR_INDEX:
		fuzz_must(colour.value <= 255);
		break;
	case COLOUR_RGB:
		fuzz_must(colour.value <= 0xffffff);
		break;
	}
	fuzz_must(colour_rgb(colour, &rgb) && rgb <= 0xffffff);
	fuzz_must(colour_nearest_256(rgb) <= 255 && colour_nearest_16(rgb) <= 15);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct theme *theme;

	fuzz_put("any.theme", data, size);
	theme = theme_load(fuzz_place(), "any", NULL);
	if (!theme)
		return 0;
	fuzz_must(size <= THEME_FILE_MAX && theme->name && g_utf8_validate(theme->name, -1, NULL));
	for (unsigned i = 0; i < ROLE_COUNT; i++) {
		const struct style *style = &theme->styles[i];

		check_colour(style->fg);
		check_colour(style->bg);
		check_colour(style->fg_few);
		check_colour(style->bg_few);
		fuzz_must(style->attrs < ATTR_REVERSE * 2);
	}
	theme_free(theme);
	return 0;
}
