#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/secret.h"

enum { PATIENCE_MS = 20000 };

/* AddressSanitizer makes mlock do nothing, successfully. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MLOCK_IS_NOTHING true
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define MLOCK_IS_NOTHING true
#endif
#ifndef MLOCK_IS_NOTHING
#define MLOCK_IS_NOTHING false
#endif

static void test_lifecycle(void **state)
{
	char words[] = "correct horse";
	struct secret *secret = secret_new(32, NULL), *taken, *copy, *random, *empty;

	(void)state;
	assert_int_equal(secret_size(secret), 32);
	for (int i = 0; i < 32; i++)
		assert_int_equal(secret_peek(secret)[i], 0);
	taken = secret_take(words, strlen(words), NULL);
	assert_memory_equal(secret_peek(taken), "correct horse", 13);
	assert_int_equal(secret_size(taken), 13);
	for (size_t i = 0; i < 13; i++)
		assert_int_equal(words[i], 0);
	copy = secret_copy(taken, NULL);
	assert_true(secret_equal(copy, taken));
	assert_ptr_not_equal(secret_peek(copy), secret_peek(taken));
	secret_data(copy)[12] ^= 1;
	assert_false(secret_equal(copy, taken));
	assert_false(secret_equal(secret, taken));
	random = secret_new_random(32, NULL);
	assert_false(secret_equal(secret, random));
	empty = secret_new(0, NULL);
	assert_int_equal(secret_size(empty), 0);
	secret_free(empty);
	secret_free(random);
	secret_free(copy);
	secret_free(taken);
	secret_free(secret);
	secret_free(NULL);
}

static void test_plain(void **state)
{
	char *body = plain_dup("words of a message"), *part = plain_ndup(body, 5);
	uint8_t *zeros = plain_new(1000);

	(void)state;
	assert_string_equal(body, "words of a message");
	assert_int_equal(plain_size(body), 18);
	assert_string_equal(part, "words");
	for (int i = 0; i <= 1000; i++)
		assert_int_equal(zeros[i], 0);
	assert_null(plain_dup(NULL));
	assert_int_equal((uintptr_t)body % _Alignof(max_align_t), 0);
	plain_free(body);
	plain_free(part);
	plain_free(zeros);
	plain_free(NULL);
	wipe(NULL, 0);
}

/* Run FUNC in a child; gives how it ended, as waitpid does. */
static int in_child(int (*func)(void))
{
	pid_t child = fork();
	int status = -1;

	if (child == 0)
		_exit(func());
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static int start_with_little_memory(void)
{
	struct rlimit limit = {.rlim_cur = 0, .rlim_max = 0};
	GError *error = NULL;
	int result = 1;

	if (MLOCK_IS_NOTHING)
		return 0;
	/* root locks what it wants; nobody doesn't */
	if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
		return 2;
	if (setrlimit(RLIMIT_MEMLOCK, &limit) != 0)
		return 3;
	if (!secret_start(&error) && error_is(error, ERROR_MEMORY) &&
	    strstr(error->message, "ulimit -l") && !secret_new(32, NULL))
		result = 0;
	g_clear_error(&error);
	return result;
}

static int start_raises_the_limit(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_MEMLOCK, &limit);
	limit.rlim_cur = 0;
	if (setrlimit(RLIMIT_MEMLOCK, &limit) != 0 || !secret_start(NULL))
		return 1;
	getrlimit(RLIMIT_MEMLOCK, &limit);
	return limit.rlim_cur == limit.rlim_max ? 0 : 2;
}

static void test_locked_memory(void **state)
{
	(void)state;
	assert_int_equal(in_child(start_raises_the_limit), 0);
	assert_int_equal(in_child(start_with_little_memory), 0);
}

static void assert_line(int fd, const char *expected)
{
	struct secret *secret = secret_read_line(fd, NULL);

	assert_non_null(secret);
	assert_int_equal(secret_size(secret), strlen(expected));
	assert_memory_equal(secret_peek(secret), expected, strlen(expected));
	secret_free(secret);
}

static void assert_no_line(int fd, const char *because)
{
	GError *error = NULL;

	assert_null(secret_read_line(fd, &error));
	assert_true(error_is(error, ERROR_USAGE));
	assert_non_null(strstr(error->message, because));
	g_clear_error(&error);
}

static void put(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

static void test_read_line(void **state)
{
	char longest[1025], longer[1026];
	int ends[2];

	(void)state;
	memset(longest, 'x', sizeof(longest));
	longest[1024] = '\0';
	memset(longer, 'x', sizeof(longer));
	longer[1025] = '\0';
	assert_int_equal(pipe(ends), 0);
	put(ends[1], "old one\nnew one\n\n");
	put(ends[1], longest);
	put(ends[1], "\n");
	put(ends[1], longer);
	assert_line(ends[0], "old one");
	assert_line(ends[0], "new one");
	assert_no_line(ends[0], "empty");
	assert_line(ends[0], longest);
	assert_no_line(ends[0], "longer");
	put(ends[1], "without an end");
	close(ends[1]);
	assert_line(ends[0], "without an end");
	assert_no_line(ends[0], "empty");
	close(ends[0]);
	assert_no_line(ends[0], "open for reading");
	assert_no_line(-1, "open for reading");
}

/* What the child with the terminal does: ask, and end with a number that says how it came out. */
static void ask_in_child(bool is_framed)
{
	GError *error = NULL;
	struct secret *secret =
		is_framed ? secret_prompt_after(0, "Passphrase: ", true, NULL, NULL, &error)
			  : secret_prompt("Passphrase: ", &error);
	int result = 1;

	if (secret && secret_size(secret) == 6 && memcmp(secret_peek(secret), "secret", 6) == 0)
		result = 0;
	else if (error_is(error, ERROR_FAILED))
		result = 4;
	else if (error_is(error, ERROR_USAGE))
		result = 5;
	secret_free(secret);
	g_clear_error(&error);
	_exit(result);
}

static void on_signal(int signo)
{
	(void)signo;
}

enum { FRAMED = -1 };

/* A child at a prompt on a terminal of its own; it handles HANDLED, if that isn't 0 or FRAMED. */
static pid_t fork_prompt(int *master, int handled)
{
	static const int ends[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	pid_t child = forkpty(master, NULL, NULL, NULL);

	assert_true(child >= 0);
	if (child == 0) {
		/* Under nohup(1) some of them are ignored. */
		for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
			signal(ends[i], SIG_DFL);
		if (handled > 0)
			signal(handled, on_signal);
		ask_in_child(handled == FRAMED);
	}
	return child;
}

/* Read MASTER until TEXT has come; everything seen is added to SEEN. */
static void expect(int master, const char *text, GString *seen)
{
	size_t from = seen->len;
	char buffer[256];

	while (!strstr(seen->str + from, text)) {
		struct pollfd polled = {.fd = master, .events = POLLIN};
		ssize_t got;

		if (poll(&polled, 1, PATIENCE_MS) != 1)
			fail_msg("no \"%s\" came, only \"%s\"", text, seen->str);
		got = read(master, buffer, sizeof(buffer));
		if (got <= 0)
			fail_msg("the terminal closed before \"%s\"; \"%s\"", text, seen->str);
		g_string_append_len(seen, buffer, got);
	}
}

static bool has_echo(int master)
{
	struct termios mode;

	assert_int_equal(tcgetattr(master, &mode), 0);
	return mode.c_lflag & ECHO;
}

static int end_of(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

/* As each second is over, whether what is typed would show then. */
static void say_left(unsigned seconds, void *user)
{
	struct termios mode;

	(void)user;
	printf("%u left, %s\n", seconds,
	       tcgetattr(STDIN_FILENO, &mode) == 0 && !(mode.c_lflag & ECHO) ? "hidden" : "shown");
	fflush(stdout);
}

static void test_waiting_is_told(void **state)
{
	GString *seen = g_string_new(NULL);
	int master, status;
	pid_t child = forkpty(&master, NULL, NULL, NULL);

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		struct secret *secret =
			secret_prompt_after(1, "Passphrase: ", false, say_left, NULL, NULL);

		_exit(secret ? 0 : 1);
	}
	expect(master, "0 left, hidden\r\nPassphrase: ", seen);
	put(master, "secret\n");
	expect(master, "\r\n", seen);
	status = end_of(child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	close(master);
	g_string_free(seen, TRUE);
}

static void test_prompt(void **state)
{
	GString *seen = g_string_new(NULL);
	int master, slave_keeper, status;
	pid_t child = fork_prompt(&master, 0);

	(void)state;
	slave_keeper = open(ptsname(master), O_RDWR | O_NOCTTY);
	expect(master, "Passphrase: ", seen);
	assert_false(has_echo(master));
	put(master, "secrxx\x7f\x7f" "et\n");
	expect(master, "\r\n", seen);
	status = end_of(child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_null(strstr(seen->str, "secr"));
	assert_true(has_echo(master));
	close(slave_keeper);
	close(master);
	g_string_free(seen, TRUE);
}

/* An empty line is asked again below, but not where a frame stands there. */
static void test_prompt_empty(void **state)
{
	(void)state;
	for (int framed = FRAMED; framed <= 0; framed++) {
		GString *seen = g_string_new(NULL);
		int master, slave_keeper;
		pid_t child = fork_prompt(&master, framed);

		slave_keeper = open(ptsname(master), O_RDWR | O_NOCTTY);
		expect(master, "Passphrase: ", seen);
		put(master, "\n\nsecret\n");
		expect(master, framed == FRAMED ? "\r\n" : "\r\nPassphrase: \r\nPassphrase: \r\n",
		       seen);
		assert_int_equal(end_of(child), 0);
		assert_string_equal(seen->str, framed == FRAMED
						       ? "Passphrase: \r\n"
						       : "Passphrase: \r\nPassphrase: "
							 "\r\nPassphrase: \r\n");
		close(slave_keeper);
		close(master);
		g_string_free(seen, TRUE);
	}
}

static void test_prompt_without_an_answer(void **state)
{
	GString *seen = g_string_new(NULL);
	int master, slave_keeper, status;
	pid_t child = fork_prompt(&master, 0);

	(void)state;
	slave_keeper = open(ptsname(master), O_RDWR | O_NOCTTY);
	expect(master, "Passphrase: ", seen);
	put(master, "\x04");
	status = end_of(child);
	assert_int_equal(WEXITSTATUS(status), 5);
	assert_true(has_echo(master));
	close(slave_keeper);
	close(master);
	g_string_free(seen, TRUE);
}

/* Killed, or told by its own handler: the echo is back in every case. */
static void test_prompt_signals(void **state)
{
	static const struct {
		int signo;
		bool is_handled;
	} cases[] = {{SIGINT, false}, {SIGTERM, false}, {SIGHUP, false},
		     {SIGQUIT, false}, {SIGINT, true}, {SIGTERM, true}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *seen = g_string_new(NULL);
		int master, slave_keeper, status;
		pid_t child = fork_prompt(&master, cases[i].is_handled ? cases[i].signo : 0);

		slave_keeper = open(ptsname(master), O_RDWR | O_NOCTTY);
		expect(master, "Passphrase: ", seen);
		put(master, "half a secret");
		if (cases[i].signo == SIGINT)
			put(master, "\x03");
		else
			kill(child, cases[i].signo);
		status = end_of(child);
		if (cases[i].is_handled) {
			assert_true(WIFEXITED(status));
			assert_int_equal(WEXITSTATUS(status), 4);
		} else {
			assert_true(WIFSIGNALED(status));
			assert_int_equal(WTERMSIG(status), cases[i].signo);
		}
		assert_true(has_echo(master));
		assert_null(strstr(seen->str, "half"));
		close(slave_keeper);
		close(master);
		g_string_free(seen, TRUE);
	}
}

/* In the child: a session leader can't be stopped by its own terminal, so a grandchild asks. */
static void ask_in_a_job(int fd)
{
	pid_t job = fork();
	int status;

	if (job == 0) {
		setpgid(0, 0);
		signal(SIGTTOU, SIG_IGN);
		tcsetpgrp(0, getpid());
		signal(SIGTTOU, SIG_DFL);
		ask_in_child(false);
	}
	waitpid(job, &status, WUNTRACED);
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTSTP)
		_exit(10);
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(0, getpid());
	if (write(1, "STOPPED", 7) != 7 || read(fd, &status, 1) != 1)
		_exit(11);
	tcsetpgrp(0, job);
	kill(job, SIGCONT);
	waitpid(job, &status, 0);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 12);
}

static void test_prompt_stopped(void **state)
{
	GString *seen = g_string_new(NULL);
	int master, slave_keeper, status, gate[2];
	pid_t child;

	(void)state;
	assert_int_equal(pipe(gate), 0);
	child = forkpty(&master, NULL, NULL, NULL);
	assert_true(child >= 0);
	if (child == 0)
		ask_in_a_job(gate[0]);
	slave_keeper = open(ptsname(master), O_RDWR | O_NOCTTY);
	expect(master, "Passphrase: ", seen);
	put(master, "\x1a");
	expect(master, "STOPPED", seen);
	assert_true(has_echo(master));
	put(gate[1], "!");
	expect(master, "Passphrase: ", seen);
	assert_false(has_echo(master));
	put(master, "secret\n");
	status = end_of(child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(has_echo(master));
	close(slave_keeper);
	close(master);
	close(gate[0]);
	close(gate[1]);
	g_string_free(seen, TRUE);
}

static int prompt_without_terminal(void)
{
	GError *error = NULL;
	int result = 1;

	setsid();
	if (!secret_prompt("Passphrase: ", &error) && error_is(error, ERROR_USAGE) &&
	    strstr(error->message, "no terminal"))
		result = 0;
	g_clear_error(&error);
	return result;
}

static void test_prompt_without_terminal(void **state)
{
	(void)state;
	assert_int_equal(in_child(prompt_without_terminal), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lifecycle),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_locked_memory),
		cmocka_unit_test(test_read_line),
		cmocka_unit_test(test_prompt),
		cmocka_unit_test(test_prompt_empty),
		cmocka_unit_test(test_waiting_is_told),
		cmocka_unit_test(test_prompt_without_an_answer),
		cmocka_unit_test(test_prompt_signals),
		cmocka_unit_test(test_prompt_stopped),
		cmocka_unit_test(test_prompt_without_terminal),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
