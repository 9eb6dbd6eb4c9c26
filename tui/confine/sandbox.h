/*
 * sandbox: after its start the process gives up what it doesn't need any more: system calls by a
 * seccomp filter (libseccomp), and most of the file system by Landlock.
 *
 * Neither can be taken back, both are inherited by threads made later; so it is entered before the
 * first thread, and before the first key. Calls are judged by their arguments
 * (tui/confine/sandbox_calls.h, which says how one is added): starting a program, tracing and the
 * like end the process; any other call that isn't needed fails with EPERM, or ENOSYS where it isn't
 * known.
 */
#ifndef SOTTO_TUI_CONFINE_SANDBOX_H
#define SOTTO_TUI_CONFINE_SANDBOX_H

#include <glib.h>
#include "tui/confine/guard.h"
#include "tui/confine/sandbox_calls.h"

struct sandbox {
	const char *const *writable; /* folders, NULL-terminated; those that aren't there are left
					out. NULL: the file system stays as it is */
	const char *const *removable; /* folders in which files and folders may only be removed,
					 NULL-terminated; or NULL */
	const char *const *readable; /* files and folders besides the system's own */
	enum sandbox_role role;
};

/* Enter; CALLS, FILES, TCP, DEVICES and OTHERS of GUARDS say what came of it. FALSE: the kernel has
 * it and refused, or there are threads already. */
gboolean sandbox_enter(const struct sandbox *sandbox, struct guards *guards,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Its two halves. */
gboolean sandbox_filter(enum sandbox_role role, enum guard_state *state,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean sandbox_confine(const struct sandbox *sandbox, struct guards *guards,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
