/*
 * secret: memory for keys, and for plaintext.
 *
 * A `struct secret` is a key or a passphrase. It lives in libsodium's guarded,
 * locked heap: guard pages around it, never swapped, not in core files, zeroed
 * when freed. Whoever holds the pointer owns it and frees it once.
 *
 * "Plain" memory is ordinary heap for message text: too much of it to lock, but
 * wiped when freed (that no core file is written is the front door's work). Every
 * pointer named `body` or `text` that held a message's words comes from here
 * and goes back to plain_free(), never to g_free().
 */
#ifndef SOTTO_CORE_BASE_SECRET_H
#define SOTTO_CORE_BASE_SECRET_H

#include <glib.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

struct secret;

/*
 * Start libsodium and raise the soft limit of locked memory to the hard one.
 * Call once, before anything else of sotto. ERROR_MEMORY when no page can be locked.
 */
gboolean secret_start(GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Zeroed guarded memory of BYTES; ERROR_MEMORY (with `ulimit -l` advice) if it can't be locked. */
struct secret *secret_new(size_t bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* BYTES random bytes in guarded memory. */
struct secret *secret_new_random(size_t bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A copy of DATA in guarded memory; DATA itself is wiped. */
struct secret *secret_take(void *data, size_t bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

struct secret *secret_copy(const struct secret *secret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Zero and free; NULL is fine. */
void secret_free(struct secret *secret);

uint8_t *secret_data(struct secret *secret);
const uint8_t *secret_peek(const struct secret *secret);
size_t secret_size(const struct secret *secret);

/* Compare in constant time; sizes may differ (then FALSE). */
gboolean secret_equal(const struct secret *a, const struct secret *b);

/*
 * Read one line from descriptor FD (a pipe, file or terminal), at most 1,024
 * bytes, without its newline, straight into guarded memory; never reads past
 * the newline, so several lines can be read from one descriptor. ERROR_USAGE
 * when FD isn't open for reading, has nothing, or the line is too long or empty.
 */
struct secret *secret_read_line(int fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Ask on the controlling terminal (/dev/tty) with PROMPT, in canonical mode
 * with echo off; what was typed before the prompt is discarded, and an empty line
 * is asked again; the former mode
 * is put back on every way out, signals included: they are raised again then,
 * and one that was handled ends the prompt with ERROR_FAILED. No other thread may
 * take signals meanwhile. ERROR_USAGE without a terminal; the caller knows which option is
 * the way then.
 */
struct secret *secret_prompt(const char *prompt, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, but an empty line is an answer: a secret of no bytes. */
struct secret *secret_prompt_once(const char *prompt,
				  GError **error) G_GNUC_WARN_UNUSED_RESULT;
struct termios;
/*
 * One of several prompts, between which the caller keeps the terminal in the mode QUIET; a signal
 * finds it in the mode BEFORE. TAKES_NOTHING: an empty line is an answer. Both modes may be NULL.
 */
struct secret *secret_prompt_between(const struct termios *before, const struct termios *quiet,
				     const char *prompt, bool takes_nothing,
				     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* SECONDS are left of a wait. */
typedef void (*secret_tick)(unsigned seconds, void *user);
/* The first again after SECONDS, with the echo off; what is typed meanwhile is discarded, a signal
 * ends the waiting. IS_FRAMED: something is drawn around the prompt, so an empty line is waited on
 * where it stands, and not asked again below. TICK (or NULL) is called as each second is over, with
 * 0 in front of the prompt. */
struct secret *secret_prompt_after(unsigned seconds, const char *prompt, bool is_framed,
				   secret_tick tick, void *user,
				   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Plain memory: BYTES zeroed bytes and a NUL behind them. Aborts without memory, as GLib does. */
void *plain_new(size_t bytes);
char *plain_dup(const char *text);
char *plain_ndup(const char *text, size_t bytes);
/* The size given to plain_new(). */
size_t plain_size(const void *plain);
/* Wipe and free; NULL is fine. */
void plain_free(void *plain);

/* Wipe BYTES at DATA so that the compiler can't leave it out. */
void wipe(void *data, size_t bytes);

#endif
