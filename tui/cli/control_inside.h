/*
 * control_inside: what the two files of the server share: control_listen lets other processes in,
 * control runs what they want.
 */
#ifndef SOTTO_TUI_CLI_CONTROL_INSIDE_H
#define SOTTO_TUI_CLI_CONTROL_INSIDE_H

#include <gio/gio.h>
#include <stdbool.h>
#include "tui/cli/control.h"
#include "tui/cli/front.h"

struct control {
	struct engine *engine;
	const struct verb *const *table;
	struct verb_front front;
	GSocketListener *listener;
	GCancellable *cancel;
	GPtrArray *clients;
	char *path;
	gint64 refused_at; /* us, monotonic: the last one on record; 0: none is */
	gint64 often_at; /* the same of what is asked for often */
	unsigned uses;	   /* the accepting that is under way, and each client */
	GMainLoop *finishing; /* is quit when nothing is under way any more; NULL: it goes on */
};

struct client {
	struct printer printer; /* first: the verb's printer is the client */
	struct control *control;
	GSocketConnection *connection;
	GCancellable *cancel;
	GByteArray *in, *out, *writing;
	char **words;
	char *input;
	size_t input_bytes;
	bool is_json;
	int wait; /* seconds; -1: not given */
	struct call *call;
	void (*flushed)(void *user, bool ok);
	void *flushed_user;
	int input_fd; /* in memory: the file that is sent; -1: none */
	size_t input_file_bytes;
	struct {
		int fd; /* the verb's */
		void (*done)(void *user, bool ok, const char *text);
		void *user;
	} file; /* on its way to the other process */
	gint64 quiet_since; /* us, monotonic: while it asks for nothing */
	unsigned pending; /* reads and writes under way */
	bool has_begun;
	bool is_dead;
	bool is_overrun; /* a line was left out: it must be said, and nothing marked */
	guint8 chunk[4096];
};

void client_start(struct control *control, GSocketConnection *connection);
void client_die(struct client *client);
/* Whether one of its clients waits for a verb that ends by itself. */
bool control_is_busy(const struct control *control);
/* One of its uses is over; with the last one it goes. */
void control_unuse(struct control *control);

#endif
