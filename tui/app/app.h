/*
 * app: the interface as a program: passphrase, terminal, loop, signals.
 *
 * Runs on the main thread; makes the desk, and with it the core thread, for as long as it runs.
 * Secrets are asked for outside curses. An app that nothing happens to makes no system call.
 */
#ifndef SOTTO_TUI_APP_APP_H
#define SOTTO_TUI_APP_APP_H

#include "tui/app/app_parts.h"
/*
 * Open the profile and run until the user leaves. FALSE: nothing was opened, or the terminal can't
 * be used; ERROR has the sentence and the exit code.
 */
gboolean app_run(const struct app_parts *parts, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
