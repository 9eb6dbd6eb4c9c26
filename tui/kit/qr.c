#include "tui/kit/qr.h"

#include <qrencode.h>
#include <string.h>
#include "core/base/error.h"
#include "tui/term/theme.h"

struct qr {
	QRcode *code;
};

struct qr *qr_new(const char *text, GError **error)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
	struct qr *qr;

	if (!code) {
		error_set(error, ERROR_LIMIT,
			  "That is too long for a QR code; give the URI as text instead.");
		return NULL;
	}
	qr = g_new(struct qr, 1);
	qr->code = code;
	return qr;
}

void qr_free(struct qr *qr)
{
	if (!qr)
		return;
	QRcode_free(qr->code);
	g_free(qr);
}

int qr_side(const struct qr *qr)
{
	return qr->code->width;
}

void qr_size(const struct qr *qr, int margin, int *rows, int *cols)
{
	*cols = qr->code->width + 2 * margin;
	*rows = (*cols + 1) / 2;
}

static bool is_dark(const struct qr *qr, int x, int y)
{
	int side = qr->code->width;

	return x >= 0 && y >= 0 && x < side && y < side && qr->code->data[y * side + x] & 1;
}

/* The foreground is the dark one, so a light square is a blank. */
static void draw_cell(const struct qr *qr, struct view view, int row, int col, int margin)
{
	static const char *const shapes[] = { " ", "▀", "▄", "█" };
	int x = col - margin;
	int y = 2 * row - margin;
	const char *shape = shapes[is_dark(qr, x, y) | is_dark(qr, x, y + 1) << 1];

	view_put(view, row, col, shape, strlen(shape), 1, ROLE_QR, 0);
}

bool qr_draw(const struct qr *qr, struct view view)
{
	struct view place;
	int margin = QR_MARGIN;
	int rows;
	int cols;

	qr_size(qr, margin, &rows, &cols);
	while (margin > QR_MARGIN_LEAST && (rows > view.rows || cols > view.cols))
		qr_size(qr, --margin, &rows, &cols);
	if (rows > view.rows || cols > view.cols)
		return false;
	place = view_center(view, rows, cols);
	for (int row = 0; row < rows; row++)
		for (int col = 0; col < cols; col++)
			draw_cell(qr, place, row, col, margin);
	return true;
}
