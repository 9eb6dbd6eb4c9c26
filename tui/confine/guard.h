/*
 * guard: what stands around this process, and whether it is on.
 *
 * One row gives the enum, the name in `status`, and the sentence of the manual.
 */
#ifndef SOTTO_TUI_CONFINE_GUARD_H
#define SOTTO_TUI_CONFINE_GUARD_H

#include <glib.h>

/* X(enum suffix, name for scripts, what is said to be on or off, what it means) */
#define GUARD_ROWS(X)                                                                              \
	X(TRACE, "trace", "no tracing",                                                            \
	  "Other processes of the user can't trace this one or read its memory.")                  \
	X(CORE, "core_files", "no core files", "A crash leaves no core file.")                     \
	X(MEMORY, "locked_memory", "locked memory",                                                \
	  "Keys lie in guarded memory that is never swapped.")                                     \
	X(FREED, "freed_memory", "freed memory wiped",                                             \
	  "Memory is overwritten when it is given back, by libraries too.")                        \
	X(STACK, "locked_stack", "locked stack",                                                   \
	  "The thread of the interface that works with keys has a stack that is never swapped; "   \
	  "both end when it locks.")                                                               \
	X(DUMP, "dump", "nothing in dumps",                                                        \
	  "Plaintext and keys are left out of any dump of the memory.")                            \
	X(CALLS, "system_calls", "system calls confined",                                          \
	  "Only the system calls that sotto needs, with the arguments that it needs; none starts " \
	  "a program or makes code.")                                                              \
	X(FILES, "file_system", "files confined",                                                  \
	  "Only the profile, the spool and the settings can be written; little else can be read.") \
	X(DEVICES, "devices", "devices confined",                                                  \
	  "Beneath the filter: no device but this terminal can be opened and told what to do "     \
	  "(Linux 6.10).")                                                                         \
	X(TCP, "tcp", "TCP confined",                                                              \
	  "Beneath the filter: no TCP, but outgoing over XMPP (Linux 6.7).")                       \
	X(OTHERS, "other_processes", "other processes out of reach",                               \
	  "Beneath the filter: no signal and no abstract socket reaches another process "          \
	  "(Linux 6.12).")                                                                         \
	X(BROKER, "broker", "parent without keys",                                                 \
	  "A parent without keys puts the terminal in order, and speaks to tmux and to the "       \
	  "desktop.")

enum guard {
#define X(suffix, name, label, about) GUARD_##suffix,
	GUARD_ROWS(X)
#undef X
	GUARD_COUNT
};

enum guard_state { GUARD_OFF, GUARD_ON, GUARD_UNAVAILABLE };

struct guards {
	enum guard_state states[GUARD_COUNT];
};

const char *guard_name(enum guard guard) G_GNUC_CONST;
/* What "on" and "off" are said of. */
const char *guard_label(enum guard guard) G_GNUC_CONST;
const char *guard_about(enum guard guard) G_GNUC_CONST;
/* "on", "off", "not available". */
const char *guard_state_name(enum guard_state state) G_GNUC_CONST;

/* Before keys come into this process: no core files, no tracing, files for nobody else, failed
 * writes told as errors. */
gboolean guard_process(GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Find out about TRACE, CORE, MEMORY, FREED and DUMP; the others are left as they are. */
void guard_look(struct guards *guards);

#endif
