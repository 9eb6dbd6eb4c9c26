/*
 * filer: the broker's part for files. The process that shows what others wrote has given up the
 * file system; what the user names there is opened here, and goes to it as a descriptor.
 *
 * Whoever took over that process could ask as well. So nothing is replaced, only regular files are
 * opened, and nothing in hidden files or folders, where keys and settings lie: that takes the
 * command line. One file at a time is made.
 */
#ifndef SOTTO_TUI_CONFINE_FILER_H
#define SOTTO_TUI_CONFINE_FILER_H

#include <glib.h>
#include "tui/confine/broker_frame.h"

enum {
	FILER_LIST_MAX = 1000,
	FILER_LIST_LOOKS = 20000, /* entries of a folder that are looked at */
	FILER_LIST_BYTES = 60000,
};

struct filer;

struct filer *filer_new(void);
/* What was made and not finished goes away. */
void filer_free(struct filer *filer);

/*
 * Do what FRAME asks (BROKER_OPEN to BROKER_DROP). ANSWER, which has its kind and serial, gets the
 * path when it went well, and is known then; else a sentence. The descriptor that goes with it, for
 * the caller to close, or -1.
 */
int filer_take(struct filer *filer, const struct broker_frame *frame, struct broker_frame *answer);

/*
 * The files and folders (with a slash behind) whose path begins as PATH does, a line each, sorted;
 * those of which nothing may be opened left out: what is hidden, what isn't a file, names that
 * would do something to a terminal. "" where there are none, or it can't be looked at. g_free.
 * All of them or NULL: where there are more than FILER_LIST_MAX, or the folder has more entries
 * than are looked at, some of them would pass for all, and one of many for the only one. Of the
 * file system alone, which may hang: to be called on a thread of its own.
 */
char *filer_list(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
