#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/base/secret.h"
#include "tui/term/input.h"

/* The names of all keys that BYTES are, between blanks; pastes as {text}. Fed in pieces of STEP. */
static char *read_keys(const char *bytes, size_t count, size_t step, bool is_flushed)
{
	struct input *input = input_new('\b');
	GString *names = g_string_new(NULL);
	struct key key;

	for (size_t at = 0; at <= count; at += step) {
		if (at < count)
			input_feed(input, bytes + at, MIN(step, count - at));
		else if (is_flushed)
			input_flush(input);
		while (input_next(input, &key)) {
			char name[KEY_NAME_BYTES];

			if (names->len)
				g_string_append_c(names, ' ');
			if (key.code == KC_PASTE)
				g_string_append_printf(names, "{%s}", key.text);
			else if (key.code == KC_FOCUS_IN)
				g_string_append(names, "in");
			else if (key.code == KC_FOCUS_OUT)
				g_string_append(names, "out");
			else if (key.code == KC_CLICK)
				g_string_append_printf(names, "click:%d:%d", key.row, key.col);
			else if (key.code == KC_WHEEL_UP || key.code == KC_WHEEL_DOWN)
				g_string_append(names, "wheel");
			else if (key.code == KC_ALT)
				g_string_append(names, "alt");
			else if (key.code == KC_REPORTS)
				g_string_append(names, "reports");
			else if (key.code == KC_RELEASE)
				g_string_append_printf(names, "up:%d:%u", key.released, key.ch);
			else
				g_string_append(names, key_format(&key, name));
		}
		if (at < count && at + step > count)
			at = count - step;
	}
	input_free(input);
	return g_string_free(names, FALSE);
}

static void expect_keys(const char *bytes, size_t count, const char *expected)
{
	for (size_t step = 1; step <= count; step++) {
		char *names = read_keys(bytes, count, step, true);

		assert_string_equal(names, expected);
		g_free(names);
	}
}

#define EXPECT(bytes, expected) expect_keys(bytes, sizeof(bytes) - 1, expected)

static void test_characters(void **state)
{
	(void)state;
	EXPECT("aÄ中😀", "a Ä 中 😀");
	EXPECT("\r\t\n\x01\x1a\x1f\x7f\b", "Enter Tab C-j C-a C-z C-_ Backspace Backspace");
	EXPECT("\0", "C-Space");
	EXPECT("\xff" "a", "\xef\xbf\xbd a");
	EXPECT("\xc3", "\xef\xbf\xbd");
	EXPECT("\xe4\xb8" "a", "\xef\xbf\xbd \xef\xbf\xbd a");
	EXPECT("\xc2\x9b" "a", "\xef\xbf\xbd a"); /* an 8-bit CSI */
}

static void test_cursor_keys(void **state)
{
	(void)state;
	EXPECT("\033[A\033OA\033[1;5A\033[1;2D\033[1;3C\033[1;8B",
	       "Up Up C-Up S-Left M-Right C-M-S-Down");
	EXPECT("\033[H\033[F\033OH\033OF\033[1~\033[4~\033[7~\033[8~",
	       "Home End Home End Home End Home End");
	EXPECT("\033[2~\033[3~\033[5~\033[6~\033[3;5~", "Insert Delete PageUp PageDown C-Delete");
	EXPECT("\033[Z", "S-Tab");
	EXPECT("\033Oa\033[a\033[3^\033[3$", "C-Up S-Up C-Delete S-Delete");
}

static void test_function_keys(void **state)
{
	(void)state;
	EXPECT("\033OP\033OQ\033OR\033OS", "F1 F2 F3 F4");
	EXPECT("\033[11~\033[15~\033[17~\033[24~\033[24;2~", "F1 F5 F6 F12 S-F12");
	EXPECT("\033[[A\033[[E", "F1 F5");
	EXPECT("\033[1;5P", "C-F1");
	EXPECT("\033[27;5;13~\033[97;5u", "C-Enter C-a");
}

static void test_alt_and_escape(void **state)
{
	char *names;

	(void)state;
	EXPECT("\033x\033X\033\r\033\x7f", "M-x M-X M-Enter M-Backspace");
	EXPECT("\033ä", "M-ä");
	EXPECT("\033\033[A", "M-Up");
	EXPECT("\033", "Escape");
	EXPECT("\033[", "M-BracketLeft");
	EXPECT("\033O", "M-O");
	EXPECT("\033\033", "Escape Escape");
	/* Without the time being up an ESC isn't decided. */
	names = read_keys("a\033", 2, 2, false);
	assert_string_equal(names, "a");
	g_free(names);
}

static void test_paste(void **state)
{
	(void)state;
	EXPECT("a\033[200~one\rtwo\r\nthree\033[201~b", "a {one\ntwo\nthree} b");
	EXPECT("\033[200~\033[201~", "{}");
	EXPECT("\033[200~x\033[A\033[20\033[201~", "{x\033[A\033[20}");
	EXPECT("\033[200~\xff\xc3\033[201~", "{??}");
	EXPECT("\033[200~\033[200~\033[201~", "{\033[200~}");
}

/* A paste whose end is lost ends by itself, whole, and what is typed then are keys again. */
static void test_paste_without_end(void **state)
{
	static const char *const ends[] = { "", "\033", "\033[20", "\033[201" };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		struct input *input = input_new(0);
		g_autofree char *text = g_strconcat("lost", ends[i], NULL);
		struct key key;

		input_feed(input, "\033[200~lost", 10);
		assert_false(input_next(input, &key));
		input_feed(input, ends[i], strlen(ends[i]));
		assert_false(input_next(input, &key));
		assert_int_equal(input_wait_ms(input), INPUT_PASTE_MS);
		input_flush(input);
		assert_true(input_next(input, &key));
		assert_int_equal(key.code, KC_PASTE);
		assert_string_equal(key.text, text);
		assert_false(input_next(input, &key));
		assert_int_equal(input_wait_ms(input), -1);
		input_feed(input, "k", 1);
		assert_true(input_next(input, &key));
		assert_int_equal(key.ch, 'k');
		input_free(input);
	}
}

static void test_long_paste_is_cut(void **state)
{
	struct input *input = input_new(0);
	size_t bytes = INPUT_PASTE_MAX + 100;
	char *text = g_malloc(bytes);
	struct key key;

	(void)state;
	memset(text, 'x', bytes);
	input_feed(input, "\033[200~", 6);
	assert_false(input_next(input, &key));
	input_feed(input, text, bytes);
	assert_false(input_next(input, &key));
	assert_int_equal(input_wait_ms(input), INPUT_PASTE_MS);
	input_feed(input, "\033[201~", 6);
	assert_true(input_next(input, &key));
	assert_int_equal(key.code, KC_PASTE);
	assert_int_equal(strlen(key.text), INPUT_PASTE_MAX);
	assert_false(input_next(input, &key));
	g_free(text);
	input_free(input);
}

static void test_reports(void **state)
{
	(void)state;
	EXPECT("\033[I\033[O", "in out");
	EXPECT("\033[<0;5;3M\033[<0;5;3m\033[<64;1;1M", "click:2:4 wheel");
	/* Answers nobody asked for, and what isn't known, leave nothing behind. */
	EXPECT("a\033[?1;2c\033[12;34R\033[>41;1;0c\033[99~\033[1;1;1;1;1;1;1zb", "a b");
}

/* What a terminal answers, or another program had it say, is never typed, nor is an Enter in it. */
static void test_strings(void **state)
{
	(void)state;
	EXPECT("a\033]52;c;aGVsbG8=\033\\b\033]11;rgb:0/0/0\ac", "a b c");
	EXPECT("\033P1$r:q\r\033\\x\033_Gi=1;OK\n\033\\y\033^secret\r\033\\z\033Xmine\r\033\\-",
	       "x y z -");
	EXPECT("\033]0;\xc3\xa4\xff\x80\x18\x1a\x03\r\n\tquit\r\a\r", "Enter");
	EXPECT("\033]\033\\a\033P\033\\b", "a b");
	/* An end that is lost ends with the next sequence. */
	EXPECT("\033]0;title\033[Ax", "Up x");
	EXPECT("\033P1;2\033\033[Ax", "M-Up x");
	/* CSI too: too long, or with a control inside. */
	EXPECT("\033[?1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;23;24;25;26cx", "x");
	EXPECT("\033[?1\r;2cx\033[12\n\r3\033[Ay", "x Up y");
	/* With Alt those are keys. */
	EXPECT("\033]\033P\033_\033^\033X", "M-BracketRight M-P M-_ M-^ M-X");
}

/* One without its end is over after some time, or some bytes; what is typed then are keys. */
static void test_string_without_end(void **state)
{
	static const char kinds[] = "]P_^X[";

	(void)state;
	for (const char *kind = kinds; *kind; kind++) {
		struct input *input = input_new(0);
		char begin[] = { '\033', *kind, '1', '\r' };
		struct key key;

		input_feed(input, begin, sizeof(begin));
		assert_false(input_next(input, &key));
		assert_int_equal(input_wait_ms(input), INPUT_STRING_MS);
		input_feed(input, "22", 2);
		assert_false(input_next(input, &key));
		input_flush(input);
		assert_false(input_next(input, &key));
		assert_int_equal(input_wait_ms(input), -1);
		input_feed(input, "k", 1);
		assert_true(input_next(input, &key));
		assert_int_equal(key.ch, 'k');
		input_free(input);
	}
}

static void test_long_string(void **state)
{
	struct input *input = input_new(0);
	g_autofree char *text = g_strnfill(INPUT_STRING_MAX, 'x');
	struct key key;

	(void)state;
	input_feed(input, "\033]", 2);
	input_feed(input, text, INPUT_STRING_MAX - 1);
	assert_false(input_next(input, &key));
	assert_int_equal(input_wait_ms(input), INPUT_STRING_MS);
	input_feed(input, "xk", 2);
	assert_true(input_next(input, &key));
	assert_int_equal(key.ch, 'k');
	assert_false(input_next(input, &key));
	input_free(input);
}

/* Of the user's own setting only that it was on is told; other answers of the kind aren't keys. */
static void test_alt_was_on(void **state)
{
	(void)state;
	EXPECT("\033[?1036;1$yx", "alt x");
	EXPECT("\033[?1036;2$yx\033[?1036;0$y\033[?2026;1$y\033[?1036;1$z", "x");
}

/* Kitty's protocol: what was let go is no key; a repeated one is. */
static void test_releases(void **state)
{
	g_autofree char *up = g_strdup_printf("up:%d:0 Up Up", KC_UP);
	g_autofree char *r = g_strdup_printf("r up:%d:114 r", KC_CHAR);

	(void)state;
	EXPECT("\033[?0ux", "reports x");
	EXPECT("\033[?2u", "reports");
	EXPECT("r\033[114;1:3u\033[114;1:2u", r);
	EXPECT("\033[1;1:3A\033[1;1:2A\033[A", up);
	/* With its modifiers, which stay where they were; other colons mean nothing here. */
	EXPECT("\033[97;5u\033[97:65;5:1u\033[97;5:1;97u", "C-a C-a C-a");
	EXPECT("\033[1;5:1A\033[114;1:9u", "C-Up r");
	/* Nothing that isn't a key is let go. */
	EXPECT("\033[57441;1:3ux\033[1;1:3I\033[1;1:3Ry", "up:1:57441 x y");
}

static void test_any_bytes(void **state)
{
	GRand *dice = g_rand_new_with_seed(7);

	(void)state;
	for (int round = 0; round < 2000; round++) {
		static const char often[] = "\033[O]P\\\a~;<?0129AMu\r\xc3\x80";
		char bytes[64];
		size_t count = (size_t)g_rand_int_range(dice, 1, sizeof(bytes));
		char *names;

		for (size_t i = 0; i < count; i++)
			bytes[i] = g_rand_boolean(dice)
					   ? often[g_rand_int_range(dice, 0, sizeof(often) - 1)]
					   : (char)g_rand_int_range(dice, 0, 256);
		names = read_keys(bytes, count, 1 + (size_t)round % 7, true);
		assert_true(g_utf8_validate(names, -1, NULL));
		g_free(names);
	}
	g_rand_free(dice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_characters),     cmocka_unit_test(test_cursor_keys),
		cmocka_unit_test(test_function_keys),  cmocka_unit_test(test_alt_and_escape),
		cmocka_unit_test(test_paste),
		cmocka_unit_test(test_paste_without_end),
		cmocka_unit_test(test_long_paste_is_cut),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_string_without_end),
		cmocka_unit_test(test_long_string),
		cmocka_unit_test(test_alt_was_on),
		cmocka_unit_test(test_releases),
		cmocka_unit_test(test_reports),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
