/*
 * The terminal's clipboard: OSC 52, which sets it and is never used to read it.
 */
#include <string.h>
#include "core/base/secret.h"
#include "tui/term/term_inside.h"

#define SET "\033]52;c;"
#define END "\033\\"

enum { STEP_BYTES = 3, STEP_DIGITS = 4 };

bool term_copy(struct term *term, const char *text)
{
	size_t bytes = strlen(text), at = strlen(SET);
	gint state = 0, save = 0;
	char *out;

	if (term_refuses_copy(term) || term_is_suspended(term) || term_is_behind(term) ||
	    bytes > TERM_COPY_MAX)
		return false;
	/* Whole groups of base64, which breaks no lines here. */
	out = plain_new(at + (bytes / STEP_BYTES + 2) * STEP_DIGITS + strlen(END));
	memcpy(out, SET, at);
	at += g_base64_encode_step((const guchar *)text, bytes, FALSE, out + at, &state, &save);
	at += g_base64_encode_close(FALSE, out + at, &state, &save);
	memcpy(out + at, END, strlen(END));
	term_write(term, out, at + strlen(END));
	plain_free(out);
	return true;
}
