/*
 * control_frame: frames of the control socket, to bytes and back.
 */
#ifndef SOTTO_TUI_CLI_CONTROL_FRAME_H
#define SOTTO_TUI_CLI_CONTROL_FRAME_H

#include <glib.h>
#include <stdbool.h>

/* Append one frame to OUT. */
void frame_append(GByteArray *out, char type, const void *payload, size_t bytes);

/*
 * Take one whole frame off the front of IN: its TYPE and PAYLOAD. FALSE when there isn't a whole
 * one yet; *IS_BAD when what is there can't be one (longer than MAX).
 */
bool frame_take(GByteArray *in, size_t max, char *type, GBytes **payload, bool *is_bad);

#endif
