/*
 * The QR code as it is drawn: the cells become a picture, which zbarimg (Debian's zbar-tools)
 * reads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/ratchet/fingerprint.h"
#include "tui/kit/qr.h"

enum { SQUARE = 5 /* pixels a side */ };

/* A URI of COUNT devices, as long as they get. */
static char *uri_of(size_t count)
{
	struct fingerprint_entry *entries = g_new0(struct fingerprint_entry, count);
	char *uri;

	for (size_t i = 0; i < count; i++) {
		entries[i].device = 2147483647 - (uint32_t)i;
		for (size_t k = 0; k < 64; k++)
			entries[i].hex[k] = "0123456789abcdef"[(i * 7 + k * 5 + k / 9) % 16];
	}
	uri = fingerprint_uri("some.body@chat.example.org", entries, count);
	g_free(entries);
	return uri;
}

/* Whether the upper (0) or lower (1) half of CELL is dark; what isn't the code's is AROUND. */
static bool is_dark(const struct cell *cell, int half, bool around)
{
	if (cell->role != ROLE_QR)
		return around;
	if (strcmp(cell->text, "█") == 0)
		return true;
	return strcmp(cell->text, half ? "▄" : "▀") == 0;
}

static char *write_picture(const struct grid *grid, bool around)
{
	g_autofree char *name = NULL;
	GString *picture = g_string_new(NULL);
	int fd = g_file_open_tmp("sotto-qr-XXXXXX.pgm", &name, NULL);

	assert_true(fd >= 0);
	g_string_printf(picture, "P5 %d %d 255\n", grid->cols * SQUARE, grid->rows * 2 * SQUARE);
	for (int y = 0; y < grid->rows * 2 * SQUARE; y++) {
		for (int x = 0; x < grid->cols * SQUARE; x++) {
			const struct cell *cell =
				grid_cell(grid, y / SQUARE / 2, x / SQUARE);

			g_string_append_c(picture,
					  is_dark(cell, y / SQUARE % 2, around) ? 0 : (char)255);
		}
	}
	assert_true(g_file_set_contents(name, picture->str, (gssize)picture->len, NULL));
	close(fd);
	g_string_free(picture, TRUE);
	return g_steal_pointer(&name);
}

/* What zbarimg reads in the picture, without its newline; NULL: nothing. */
static char *read_picture(const char *path)
{
	const char *const argv[] = {"zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", path,
				    NULL};
	char *text = NULL;
	int status = 0;

	if (!g_spawn_sync(NULL, (char **)argv, NULL,
			  G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &text, NULL,
			  &status, NULL) || status != 0) {
		g_free(text);
		return NULL;
	}
	return g_strchomp(text);
}

static void need_zbarimg(void)
{
	g_autofree char *path = g_find_program_in_path("zbarimg");

	if (path)
		return;
	print_message("zbarimg isn't there (Debian's zbar-tools): nothing reads the code back\n");
	skip();
}

static bool is_read_as(const struct grid *grid, bool around, const char *expected)
{
	g_autofree char *path = write_picture(grid, around);
	g_autofree char *text = read_picture(path);

	unlink(path);
	return g_strcmp0(text, expected) == 0;
}

static void check_reads(size_t devices, int rows, int cols)
{
	g_autofree char *uri = uri_of(devices);
	struct grid *grid = grid_new(rows, cols);
	struct qr *qr = qr_new(uri, NULL);

	assert_non_null(qr);
	assert_true(qr_draw(qr, grid_view(grid)));
	/* In a dark theme and in a light one. */
	assert_true(is_read_as(grid, true, uri));
	assert_true(is_read_as(grid, false, uri));
	qr_free(qr);
	grid_free(grid);
}

static void test_a_camera_reads_it(void **state)
{
	(void)state;
	need_zbarimg();
	check_reads(1, 23, 80);
	check_reads(2, 43, 132);
	check_reads(3, 43, 132);
	check_reads(8, 60, 132);
}

/* The control: with the squares spoilt, nothing or something else is read. */
static void test_a_spoilt_one_isnt_read(void **state)
{
	g_autofree char *uri = uri_of(1);
	struct grid *grid = grid_new(23, 80);
	struct qr *qr = qr_new(uri, NULL);

	(void)state;
	need_zbarimg();
	assert_true(qr_draw(qr, grid_view(grid)));
	/* A quarter of it. */
	for (int i = 0; i < 10 * 20; i++)
		g_strlcpy(grid->cells[(6 + i / 20) * 80 + 30 + i % 20].text, " ",
			  GRID_CLUSTER_BYTES);
	assert_false(is_read_as(grid, true, uri));
	qr_free(qr);
	grid_free(grid);
}

static void test_sizes(void **state)
{
	g_autofree char *uri = uri_of(1);
	struct qr *qr = qr_new(uri, NULL);
	struct grid *grid;
	int rows;
	int cols;

	(void)state;
	qr_size(qr, QR_MARGIN, &rows, &cols);
	assert_int_equal(cols, qr_side(qr) + 2 * QR_MARGIN);
	qr_size(qr, QR_MARGIN_LEAST, &rows, &cols);
	/* What an interface of 80 by 24 has left. */
	assert_true(rows <= 23 && cols <= 80);
	grid = grid_new(rows - 1, cols);
	assert_false(qr_draw(qr, grid_view(grid)));
	assert_string_equal(grid_cell(grid, 0, 0)->text, " ");
	assert_int_equal(grid_cell(grid, 0, 0)->role, ROLE_TEXT);
	grid_resize(grid, rows, cols);
	assert_true(qr_draw(qr, grid_view(grid)));
	/* Light around it, in its own role. */
	assert_int_equal(grid_cell(grid, 0, 0)->role, ROLE_QR);
	assert_string_equal(grid_cell(grid, 0, 0)->text, " ");
	grid_free(grid);
	qr_free(qr);
}

static void test_too_long(void **state)
{
	g_autofree char *text = g_strnfill(2953, 'a');
	g_autofree char *longer = g_strnfill(2954, 'a');
	GError *error = NULL;
	struct qr *qr = qr_new(text, NULL);

	(void)state;
	assert_non_null(qr);
	qr_free(qr);
	assert_null(qr_new(longer, &error));
	assert_true(error_is(error, ERROR_LIMIT));
	g_error_free(error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_camera_reads_it),
		cmocka_unit_test(test_a_spoilt_one_isnt_read),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
