/*
 * demo: a throw-away world: a spool and three profiles in a temporary folder, two scripted peers in
 * processes of their own, and a janitor that removes it all when the last of them is gone, whatever
 * way they went.
 *
 * The peers are ordinary sottos: real sessions, real stores, real files in the spool.
 */
#ifndef SOTTO_TUI_CLI_DEMO_H
#define SOTTO_TUI_CLI_DEMO_H

#include <glib.h>
#include <stdbool.h>

struct demo;

/* The passphrase of the user's demo profile: it protects nothing, and the screen says it. */
#define DEMO_PASSPHRASE "demodemo"

/* Make the world and start the peers; PROGRAM is the path of sotto itself. Nothing is left behind
 * on error. */
struct demo *demo_open(const char *program, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What can be done in it, for the screen or for --plain. */
const char *demo_greeting(bool is_plain) G_GNUC_CONST;
/* The folder of the user's profile. */
const char *demo_home(const struct demo *demo);
/* End the peers and wait until everything is removed. */
void demo_close(struct demo *demo);

#endif
