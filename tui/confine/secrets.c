#include "tui/confine/secrets.h"

#include <fcntl.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "tui/confine/ask.h"

enum { DESCRIPTORS = 1024 };

struct secrets {
	bool was_open[DESCRIPTORS];
	int fds[SECRETS_COUNT]; /* -1: none was named, or it has been read */
	bool is_named[SECRETS_COUNT];
	struct secret *read[SECRETS_COUNT];
};

static const struct {
	const char *option;
	const char *prompt;
	const char *what;
} rows[SECRETS_COUNT] = {
#define X(suffix, option, prompt, what) { option, prompt, what },
	SECRETS_ROWS(X)
#undef X
};

struct secrets *secrets_new(void)
{
	struct secrets *secrets = g_new0(struct secrets, 1);

	for (int i = 0; i < SECRETS_COUNT; i++)
		secrets->fds[i] = -1;
	for (int fd = 0; fd < DESCRIPTORS; fd++)
		secrets->was_open[fd] = fcntl(fd, F_GETFD) >= 0;
	return secrets;
}

void secrets_free(struct secrets *secrets)
{
	if (!secrets)
		return;
	for (int i = 0; i < SECRETS_COUNT; i++)
		secret_free(secrets->read[i]);
	g_free(secrets);
}

const char *secrets_option(enum secrets_kind kind)
{
	return rows[kind].option;
}

gboolean secrets_name(struct secrets *secrets, enum secrets_kind kind, int fd, GError **error)
{
	int flags = fd < DESCRIPTORS && secrets->was_open[fd] ? fcntl(fd, F_GETFL) : -1;

	if (flags < 0 || (flags & O_ACCMODE) == O_WRONLY || (flags & O_PATH)) {
		error_set(error, ERROR_USAGE,
			  "Descriptor %d, which --%s names, isn't open for reading; nothing was "
			  "read.",
			  fd, rows[kind].option);
		return FALSE;
	}
	/* The broker's children have no use for it. */
	if (fd > STDERR_FILENO && fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		g_debug("descriptor %d stays open in programs that are started", fd);
	secrets->fds[kind] = fd;
	secrets->is_named[kind] = true;
	return TRUE;
}

/* One descriptor may stand for several: it is closed behind the last. */
static void close_named(struct secrets *secrets, int fd)
{
	for (int i = 0; i < SECRETS_COUNT; i++)
		if (secrets->fds[i] == fd)
			secrets->fds[i] = -1;
	if (fd > STDERR_FILENO)
		close(fd);
}

static struct secret *read_named(enum secrets_kind kind, int fd, GError **error)
{
	/* Only of the controlling one the foreground group can be asked. */
	if (isatty(fd) && tcgetpgrp(fd) >= 0)
		return ask_secret(rows[kind].prompt, false, error);
	return secret_read_line(fd, error);
}

gboolean secrets_read(struct secrets *secrets, GError **error)
{
	gboolean ok = TRUE;

	for (int i = 0; ok && i < SECRETS_COUNT; i++) {
		if (secrets->fds[i] < 0)
			continue;
		secrets->read[i] = read_named((enum secrets_kind)i, secrets->fds[i], error);
		ok = secrets->read[i] != NULL;
	}
	for (int i = 0; i < SECRETS_COUNT; i++)
		if (secrets->fds[i] >= 0)
			close_named(secrets, secrets->fds[i]);
	return ok;
}

void secrets_give(struct secrets *secrets, enum secrets_kind kind, struct secret *secret)
{
	secret_free(secrets->read[kind]);
	secrets->read[kind] = secret;
	secrets->is_named[kind] = true;
}

bool secrets_has(const struct secrets *secrets, enum secrets_kind kind)
{
	return secrets && secrets->is_named[kind];
}

static bool can_ask(void)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (tty >= 0)
		close(tty);
	return tty >= 0;
}

gboolean secrets_ask(struct secrets *secrets, enum secrets_kind kind, bool is_new, GError **error)
{
	const char *prompt = rows[is_new ? SECRETS_NEW_PASSPHRASE : kind].prompt;
	g_autoptr(GError) why = NULL;

	if (secrets->read[kind])
		return TRUE;
	secrets->read[kind] = ask_secret(prompt, is_new, &why);
	if (secrets->read[kind])
		return TRUE;
	if (!can_ask())
		error_set(error, ERROR_USAGE, "%s Give the %s with --%s.", why->message,
			  rows[kind].what, rows[kind].option);
	else
		g_propagate_error(error, g_steal_pointer(&why));
	return FALSE;
}

struct secret *secrets_take(struct secrets *secrets, enum secrets_kind kind, bool is_new,
			    GError **error)
{
	return secrets_ask(secrets, kind, is_new, error) ? g_steal_pointer(&secrets->read[kind])
							 : NULL;
}
