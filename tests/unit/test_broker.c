/* The broker's frames, and the broker itself around real children. */
#include "tui/confine/broker.h"
#include "tui/confine/broker_screen.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <glib/gstdio.h>

static void test_frames(void **state)
{
	struct broker_frame frame = { .serial = 0x01020304, .kind = BROKER_SHOW,
				      .title = "sotto", .text = "two\nlines \033[31m\xc3\xa4" };
	struct broker_frame back;
	uint8_t data[BROKER_FRAME_MAX];
	size_t bytes = broker_frame_encode(&frame, data);

	(void)state;
	assert_true(broker_frame_decode(data, bytes, &back));
	assert_int_equal(back.serial, frame.serial);
	assert_int_equal(back.kind, BROKER_SHOW);
	assert_string_equal(back.title, "sotto");
	assert_string_equal(back.text, "two\nlines [31m\xc3\xa4");
	for (size_t cut = 0; cut < BROKER_HEAD_BYTES; cut++)
		assert_false(broker_frame_decode(data, cut, &back));
	data[4] = BROKER_KINDS;
	assert_false(broker_frame_decode(data, bytes, &back));
	data[4] = BROKER_ASK;
	data[5] = BROKER_QUESTIONS;
	assert_false(broker_frame_decode(data, bytes, &back));
	data[5] = 0;
	data[6] = 255;
	assert_false(broker_frame_decode(data, bytes, &back));
	data[6] = 0;
	data[BROKER_HEAD_BYTES] = '\033';
	assert_false(broker_frame_decode(data, bytes, &back));
}

/* BODY behind a broker, as main() does it. */
static void run_behind(const char *hook, int (*body)(struct broker *))
{
	struct broker *broker;
	int code = 99;

	if (broker_start(hook, &broker, &code, NULL) && broker) {
		code = body(broker);
		broker_free(broker);
	}
	_exit(code);
}

/* In a child of the test; how that ended. */
static int behind(const char *hook, int (*body)(struct broker *))
{
	pid_t child;
	int status;

	fflush(NULL);
	child = fork();
	if (child == 0)
		run_behind(hook, body);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int give_seven(struct broker *broker)
{
	(void)broker;
	return 7;
}

static int crash(struct broker *broker)
{
	(void)broker;
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
	return 0;
}

static int get_killed(struct broker *broker)
{
	(void)broker;
	raise(SIGKILL);
	return 0;
}

static int lose_broker(struct broker *broker)
{
	(void)broker;
	kill(getppid(), SIGKILL);
	pause();
	return 0;
}

static void test_ends(void **state)
{
	(void)state;
	assert_int_equal(behind(NULL, give_seven), 7);
	assert_int_equal(behind(NULL, crash), 128 + SIGSEGV);
	assert_int_equal(behind(NULL, get_killed), 128 + SIGKILL);
}

/* The pipe is closed when the last of them is gone: the child doesn't outlive its broker. */
static void test_child_follows(void **state)
{
	int ends[2], status;
	char byte;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		close(ends[0]);
		run_behind(NULL, lose_broker);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	close(ends[0]);
}

static void answered(const char *text, void *user)
{
	*(int *)user = text ? 1 : 2;
}

static int ask_without_tmux(struct broker *broker)
{
	int answer = 0;

	broker_ask(broker, BROKER_IS_ATTACHED, answered, &answer);
	while (!answer)
		g_main_context_iteration(NULL, TRUE);
	return answer;
}

static void test_no_tmux(void **state)
{
	(void)state;
	g_unsetenv("TMUX");
	assert_int_equal(behind(NULL, ask_without_tmux), 2);
}

static int run_hook(struct broker *broker)
{
	gint64 deadline = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

	broker_hook(broker, 3, "sotto", "3 unread messages");
	while (g_access(g_getenv("HOOKED"), F_OK) != 0 && g_get_monotonic_time() < deadline)
		g_main_context_iteration(NULL, FALSE);
	return g_access(g_getenv("HOOKED"), F_OK) == 0 ? 0 : 1;
}

static void test_hook(void **state)
{
	g_autofree char *folder = g_dir_make_tmp("sotto-hook-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "done", NULL), *text = NULL;

	(void)state;
	g_setenv("HOOKED", path, TRUE);
	assert_int_equal(behind("echo \"$SOTTO_UNREAD $SOTTO_TITLE $SOTTO_TEXT\" >$HOOKED.new && "
				"mv $HOOKED.new $HOOKED",
				run_hook),
			 0);
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	assert_string_equal(text, "3 sotto 3 unread messages\n");
	g_unlink(path);
	g_rmdir(folder);
}

/* Where screen keeps its sockets, as its own list says. */
static void test_screens_socket(void **state)
{
	static const struct {
		const char *answer;
		const char *socket;
	} rows[] = {
		{ "There is a screen on:\r\n\t7.x\t(Attached)\r\n1 Socket in /run/screen/S-a.\r\n",
		  "/run/screen/S-a/7.x" },
		{ "2 Sockets in /home/a b/.screen.\n", "/home/a b/.screen/7.x" },
		{ "1 Socket in /tmp", "/tmp/7.x" },
		{ "1 Socket in nowhere.\n", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *socket = broker_screen_socket(rows[i].answer, "7.x");

		if (g_strcmp0(socket, rows[i].socket) != 0)
			fail_msg("%s", socket ? socket : "nothing");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_screens_socket),
		cmocka_unit_test(test_frames), cmocka_unit_test(test_ends),
		cmocka_unit_test(test_child_follows), cmocka_unit_test(test_no_tmux),
		cmocka_unit_test(test_hook),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
