#include "core/base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/error.h"

enum { LINE_BYTES = 1024 };

struct secret {
	size_t size;
	uint8_t *data; /* sodium_malloc, locked */
};

gboolean secret_start(GError **error)
{
	struct rlimit limit;
	struct secret *probe;

	if (sodium_init() < 0) {
		error_set(error, ERROR_CRYPTO, "libsodium can't start: the kernel gives no random "
					       "numbers. Check /dev/urandom.");
		return FALSE;
	}
	if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur != limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		/* If it fails the old limit stands, and the probe says whether that is enough. */
		(void)setrlimit(RLIMIT_MEMLOCK, &limit);
	}
	probe = secret_new(1, error);
	secret_free(probe);
	return probe != NULL;
}

static void set_memory_error(GError **error)
{
	struct rlimit limit = {0};

	getrlimit(RLIMIT_MEMLOCK, &limit);
	error_set(error, ERROR_MEMORY,
		  "No more memory may be locked for keys (the limit is %" G_GUINT64_FORMAT
		  " KiB). Raise it: `ulimit -l 8192`, or memlock in /etc/security/limits.conf.",
		  (guint64)limit.rlim_cur / 1024);
}

struct secret *secret_new(size_t bytes, GError **error)
{
	/* A zero-sized secret still gets a byte: mlock of nothing would prove nothing. */
	size_t size = MAX(bytes, 1);
	uint8_t *data = sodium_malloc(size);
	struct secret *secret;

	/* libsodium 1.0.18 ignores a lock that failed; locking again is free and tells. */
	if (!data || sodium_mlock(data, size) != 0) {
		sodium_free(data);
		set_memory_error(error);
		return NULL;
	}
	memset(data, 0, size);
	secret = g_new(struct secret, 1);
	secret->size = bytes;
	secret->data = data;
	return secret;
}

struct secret *secret_new_random(size_t bytes, GError **error)
{
	struct secret *secret = secret_new(bytes, error);

	if (secret)
		randombytes_buf(secret->data, bytes);
	return secret;
}

static struct secret *new_from(const void *data, size_t bytes, GError **error)
{
	struct secret *secret = secret_new(bytes, error);

	if (secret && bytes)
		memcpy(secret->data, data, bytes);
	return secret;
}

struct secret *secret_take(void *data, size_t bytes, GError **error)
{
	struct secret *secret = new_from(data, bytes, error);

	wipe(data, bytes);
	return secret;
}

struct secret *secret_copy(const struct secret *secret, GError **error)
{
	return new_from(secret->data, secret->size, error);
}

void secret_free(struct secret *secret)
{
	if (!secret)
		return;
	sodium_free(secret->data);
	g_free(secret);
}

uint8_t *secret_data(struct secret *secret)
{
	return secret->data;
}

const uint8_t *secret_peek(const struct secret *secret)
{
	return secret->data;
}

size_t secret_size(const struct secret *secret)
{
	return secret->size;
}

gboolean secret_equal(const struct secret *a, const struct secret *b)
{
	return a->size == b->size && sodium_memcmp(a->data, b->data, a->size) == 0;
}

/* How reading a line came out. */
enum outcome { LINE_READ, LINE_EMPTY, LINE_END, LINE_TOO_LONG, LINE_FAILED, LINE_SIGNAL };

/*
 * Wait until FD (or -1) can be read, or for MS milliseconds (or -1); a signal that SIGNALS (or -1)
 * holds goes to *SIGNO instead.
 */
static enum outcome wait_for(int fd, int signals, int ms, int *signo)
{
	struct pollfd polled[2] = {{.fd = signals, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
	struct signalfd_siginfo info;

	while (poll(polled, 2, ms) < 0)
		if (errno != EINTR)
			return LINE_FAILED;
	if (signals >= 0 && (polled[0].revents & POLLIN) &&
	    read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		*signo = (int)info.ssi_signo;
		return LINE_SIGNAL;
	}
	return LINE_READ;
}

/*
 * A line of FD into BUFFER (LINE_BYTES), a byte at a time: what stands behind
 * the newline belongs to whoever reads next.
 */
static enum outcome read_line(int fd, int signals, uint8_t *buffer, size_t *used, int *signo)
{
	for (*used = 0;;) {
		uint8_t *at = buffer + MIN(*used, LINE_BYTES - 1);
		uint8_t kept = *at;
		enum outcome outcome = wait_for(fd, signals, -1, signo);
		ssize_t got;

		if (outcome != LINE_READ)
			return outcome;
		got = read(fd, at, 1);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got < 0)
			return LINE_FAILED;
		if (got == 0 || *at == '\n') {
			*at = kept;
			return *used ? LINE_READ : got ? LINE_EMPTY : LINE_END;
		}
		if (*used == LINE_BYTES)
			return LINE_TOO_LONG;
		++*used;
	}
}

/* What BUFFER's first USED bytes are, or the error that OUTCOME means; WHERE says whence. */
static struct secret *line_result(enum outcome outcome, const struct secret *buffer, size_t used,
				  const char *where, GError **error)
{
	switch (outcome) {
	case LINE_READ:
		return new_from(buffer->data, used, error);
	case LINE_EMPTY:
	case LINE_END:
		error_set(error, ERROR_USAGE, "The passphrase read from %s is empty. Give one.",
			  where);
		break;
	case LINE_TOO_LONG:
		error_set(error, ERROR_USAGE,
			  "The passphrase read from %s is longer than %d bytes. Give a shorter "
			  "one.",
			  where, LINE_BYTES);
		break;
	case LINE_FAILED:
		error_set(error, ERROR_USAGE,
			  "The passphrase can't be read from %s. Is it open for reading?", where);
		break;
	case LINE_SIGNAL:
		error_set(error, ERROR_FAILED, "Interrupted before the passphrase was given.");
		break;
	}
	return NULL;
}

struct secret *secret_read_line(int fd, GError **error)
{
	struct secret *buffer = secret_new(LINE_BYTES, error);
	struct secret *secret;
	enum outcome outcome = LINE_FAILED;
	size_t used = 0;
	char *where;
	int signo;

	if (!buffer)
		return NULL;
	where = g_strdup_printf("descriptor %d", fd);
	if (fd >= 0)
		outcome = read_line(fd, -1, buffer->data, &used, &signo);
	secret = line_result(outcome, buffer, used, where, error);
	secret_free(buffer);
	g_free(where);
	return secret;
}

static void put_on(int tty, const char *text)
{
	size_t left = strlen(text);
	ssize_t put;

	while (left && ((put = write(tty, text, left)) > 0 || (put < 0 && errno == EINTR))) {
		left -= put > 0 ? (size_t)put : 0;
		text += put > 0 ? put : 0;
	}
}

struct question {
	const char *prompt;
	unsigned seconds; /* to wait before it */
	secret_tick tick; /* NULL: nobody is told of them */
	void *user;	  /* TICK's */
	bool takes_nothing; /* an empty line is an answer */
	bool is_framed; /* nothing may be written below it */
	const struct termios *rests; /* the mode that a signal finds; NULL: the former */
	const struct termios *stays; /* the mode behind the prompt; NULL: the former */
};

/* Let QUESTION's seconds go by. */
static enum outcome wait_before(const struct question *question, int signals, int *signo)
{
	enum outcome outcome = LINE_READ;

	for (unsigned left = question->seconds; left && outcome == LINE_READ;) {
		outcome = wait_for(-1, signals, 1000, signo);
		left--;
		if (question->tick && outcome == LINE_READ)
			question->tick(left, question->user);
	}
	return outcome;
}

/* Ask once on TTY, whose mode is put back before returning. */
static enum outcome ask(int tty, int signals, const struct question *question, uint8_t *buffer,
			size_t *used, int *signo)
{
	struct termios before, quiet;
	const struct termios *after;
	enum outcome outcome;

	if (tcgetattr(tty, &before) < 0)
		return LINE_FAILED;
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	quiet.c_lflag |= ICANON | ISIG;
	quiet.c_iflag |= ICRNL;
	if (tcsetattr(tty, TCSAFLUSH, &quiet) < 0)
		return LINE_FAILED;
	outcome = wait_before(question, signals, signo);
	if (outcome == LINE_READ) {
		tcflush(tty, TCIFLUSH);
		put_on(tty, question->prompt);
		outcome = read_line(tty, signals, buffer, used, signo);
		/* What is typed next would else be the shell's. */
		while (outcome == LINE_EMPTY && !question->takes_nothing) {
			if (!question->is_framed) {
				put_on(tty, "\n");
				put_on(tty, question->prompt);
			}
			outcome = read_line(tty, signals, buffer, used, signo);
		}
	}
	/* In the background the terminal is someone else's, and setting it would stop us. */
	if (tcgetpgrp(tty) == getpgrp()) {
		after = outcome == LINE_SIGNAL ? question->rests : question->stays;
		tcsetattr(tty, TCSAFLUSH, after ? after : &before);
		put_on(tty, "\n");
	}
	return outcome;
}

/* Let the signal that came during a prompt do its work; whether to ask again afterwards. */
static bool outlives(int signo, const sigset_t *outside, const sigset_t *inside)
{
	struct sigaction action;
	bool is_ignored = sigaction(signo, NULL, &action) == 0 && action.sa_handler == SIG_IGN;

	pthread_sigmask(SIG_SETMASK, outside, NULL);
	raise(signo);
	pthread_sigmask(SIG_BLOCK, inside, NULL);
	return is_ignored || signo == SIGTSTP || signo == SIGALRM || signo == SIGPIPE ||
	       signo == SIGUSR1 || signo == SIGUSR2;
}

/*
 * Signals wait in a descriptor while the echo is off, and are raised again once
 * the terminal is as it was: no handler, no state outside this function.
 */
static struct secret *prompt_on(int tty, const struct question *question, GError **error)
{
	static const int CAUGHT[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGTSTP,
				     SIGALRM, SIGPIPE, SIGUSR1, SIGUSR2};
	struct secret *buffer = secret_new(LINE_BYTES, error);
	struct secret *secret = NULL;
	enum outcome outcome;
	sigset_t inside, outside;
	size_t used = 0;
	int signo = 0;
	int signals;

	if (!buffer)
		return NULL;
	sigemptyset(&inside);
	for (size_t i = 0; i < G_N_ELEMENTS(CAUGHT); i++)
		sigaddset(&inside, CAUGHT[i]);
	signals = signalfd(-1, &inside, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0) {
		error_set_errno(error, errno, "Signals can't be held back for the prompt");
		goto out;
	}
	pthread_sigmask(SIG_BLOCK, &inside, &outside);
	do
		outcome = ask(tty, signals, question, buffer->data, &used, &signo);
	while (outcome == LINE_SIGNAL && outlives(signo, &outside, &inside));
	pthread_sigmask(SIG_SETMASK, &outside, NULL);
	close(signals);
	if (outcome == LINE_EMPTY)
		outcome = LINE_READ;
	secret = line_result(outcome, buffer, used, "the terminal", error);
out:
	secret_free(buffer);
	return secret;
}

static struct secret *prompt_tty(const struct question *question, GError **error)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct secret *secret;

	if (tty < 0) {
		error_set(error, ERROR_USAGE, "There is no terminal to ask on.");
		return NULL;
	}
	secret = prompt_on(tty, question, error);
	close(tty);
	return secret;
}

struct secret *secret_prompt(const char *prompt, GError **error)
{
	return secret_prompt_after(0, prompt, false, NULL, NULL, error);
}

struct secret *secret_prompt_once(const char *prompt, GError **error)
{
	const struct question question = { .prompt = prompt, .takes_nothing = true };

	return prompt_tty(&question, error);
}

struct secret *secret_prompt_between(const struct termios *before, const struct termios *quiet,
				     const char *prompt, bool takes_nothing, GError **error)
{
	const struct question question = { .prompt = prompt,
					   .takes_nothing = takes_nothing,
					   .rests = before,
					   .stays = quiet };

	return prompt_tty(&question, error);
}

struct secret *secret_prompt_after(unsigned seconds, const char *prompt, bool is_framed,
				   secret_tick tick, void *user, GError **error)
{
	const struct question question = { .prompt = prompt,
					   .seconds = seconds,
					   .is_framed = is_framed,
					   .tick = tick,
					   .user = user };

	return prompt_tty(&question, error);
}

/* What stands in front of plain memory; MARK catches memory that came from elsewhere. */
struct plain {
	_Alignas(max_align_t) size_t size;
	size_t mark;
};

#define PLAIN_MARK ((size_t)0x706c61696e3a2928)

static struct plain *plain_head(void *plain)
{
	struct plain *head = (struct plain *)plain - 1;

	if (head->mark != PLAIN_MARK)
		g_error("memory that is not plain memory was given back as such");
	return head;
}

void *plain_new(size_t bytes)
{
	struct plain *head;

	if (bytes >= G_MAXSSIZE - sizeof(*head))
		g_error("more plain memory was asked for than there is");
	head = g_malloc0(sizeof(*head) + bytes + 1);
	head->size = bytes;
	head->mark = PLAIN_MARK;
	return head + 1;
}

char *plain_dup(const char *text)
{
	return text ? plain_ndup(text, strlen(text)) : NULL;
}

char *plain_ndup(const char *text, size_t bytes)
{
	char *copy = plain_new(bytes);

	if (bytes)
		memcpy(copy, text, bytes);
	return copy;
}

size_t plain_size(const void *plain)
{
	const struct plain *head = (const struct plain *)plain - 1;

	return head->size;
}

void plain_free(void *plain)
{
	struct plain *head;

	if (!plain)
		return;
	head = plain_head(plain);
	wipe(head, sizeof(*head) + head->size);
	g_free(head);
}

void wipe(void *data, size_t bytes)
{
	if (bytes)
		sodium_memzero(data, bytes);
}
