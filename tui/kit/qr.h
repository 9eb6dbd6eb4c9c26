/*
 * qr: a text as a QR code (ISO/IEC 18004) in half blocks: two squares a cell, so that they come out
 * square.
 *
 * Drawn in ROLE_QR, dark on light in every theme, with a light margin: cameras look for both. Byte
 * mode, error correction L: what is on a screen doesn't get scratched, and fewer squares can be
 * larger.
 */
#ifndef SOTTO_TUI_KIT_QR_H
#define SOTTO_TUI_KIT_QR_H

#include <glib.h>
#include <stdbool.h>
#include "tui/term/grid.h"

enum {
	QR_MARGIN = 4,	     /* light squares around it, section 5.3.8 */
	QR_MARGIN_LEAST = 2, /* what phones still read, where a terminal has no room for more */
};

struct qr;

/* ERROR_LIMIT when TEXT is longer than a QR code can hold (2,953 bytes). Free with qr_free. */
struct qr *qr_new(const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void qr_free(struct qr *qr);
/* Squares a side, without margin. */
int qr_side(const struct qr *qr);
/* Cells it takes with MARGIN squares of light around it. */
void qr_size(const struct qr *qr, int margin, int *rows, int *cols);
/*
 * Draw it into the middle of VIEW, with the widest margin that fits. FALSE, and nothing drawn, when
 * not even QR_MARGIN_LEAST does.
 */
bool qr_draw(const struct qr *qr, struct view view);

#endif
