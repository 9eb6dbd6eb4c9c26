/* control, the server: who is let in, and how it ends. */
#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>
#include "core/base/error.h"
#include "tui/cli/control_inside.h"
#include "tui/confine/helper.h"

#define CONTROL_NAME "control"

static bool is_same_user(GSocketConnection *connection)
{
	GSocket *socket = g_socket_connection_get_socket(connection);
	g_autoptr(GCredentials) credentials = g_socket_get_credentials(socket, NULL);

	return credentials && g_credentials_get_unix_user(credentials, NULL) == getuid();
}

/* Whether there is a place; who has asked for nothing for the longest time gives up theirs. */
static bool has_place(struct control *control)
{
	gint64 before = g_get_monotonic_time() - (gint64)CONTROL_QUIET_MS * 1000;
	struct client *quiet = NULL;

	if (control->clients->len < CONTROL_CLIENTS_MAX)
		return true;
	for (guint i = 0; i < control->clients->len; i++) {
		struct client *client = control->clients->pdata[i];

		if (!client->call && client->quiet_since < before) {
			quiet = client;
			before = client->quiet_since;
		}
	}
	if (quiet)
		client_die(quiet);
	return quiet != NULL;
}

static void accepted(GObject *source, GAsyncResult *result, void *user)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GSocketConnection) connection =
		g_socket_listener_accept_finish(G_SOCKET_LISTENER(source), result, NULL, &error);
	struct control *control = user;

	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
		control_unuse(control);
		return;
	}
	if (connection && is_same_user(connection) && has_place(control))
		client_start(control, connection);
	g_socket_listener_accept_async(control->listener, control->cancel, accepted, control);
}

/* Listening at PATH; NULL with ERROR_IO. */
static GSocketListener *listen_at(struct helper *helper, const char *folder, const char *path,
				  GError **error)
{
	g_autoptr(GSocketListener) listener = g_socket_listener_new();
	g_autoptr(GSocket) socket = NULL;
	g_autoptr(GError) local = NULL;
	int fd = helper_listen(helper, folder);

	if (fd < 0) {
		error_set_errno(error, errno, "can't listen on %s", path);
		return NULL;
	}
	socket = g_socket_new_from_fd(fd, &local);
	if (!socket)
		close(fd);
	if (socket && g_socket_listener_add_socket(listener, socket, NULL, &local))
		return g_steal_pointer(&listener);
	error_set(error, ERROR_IO, "Can't listen on %s: %s.", path, local->message);
	return NULL;
}

struct control *control_new(const char *folder, struct engine *engine,
			    const struct verb *const *table, const struct verb_front *front,
			    GError **error)
{
	g_autofree char *path = g_build_filename(folder, CONTROL_NAME, NULL);
	g_autoptr(GSocketListener) listener = listen_at(front->helper, folder, path, error);
	struct control *control;

	if (!listener)
		return NULL;
	control = g_new0(struct control, 1);
	control->engine = engine;
	control->table = table;
	control->front = *front;
	/* They are those of the process that holds the profile. */
	control->front.secrets = NULL;
	control->path = g_steal_pointer(&path);
	control->listener = g_steal_pointer(&listener);
	control->cancel = g_cancellable_new();
	control->clients = g_ptr_array_new();
	control->uses = 1;
	g_socket_listener_accept_async(control->listener, control->cancel, accepted, control);
	return control;
}

static void stop_listening(struct control *control)
{
	unlink(control->path);
	g_cancellable_cancel(control->cancel);
	g_socket_listener_close(control->listener);
}

bool control_finish(struct control *control, GMainLoop *loop)
{
	stop_listening(control);
	/* Who hasn't begun asks whoever holds the profile next. */
	for (guint i = control->clients->len; i > 0; i--) {
		struct client *client = control->clients->pdata[i - 1];

		if (!client->has_begun)
			client_die(client);
	}
	control->finishing = loop;
	control->uses++;
	return control_is_busy(control);
}

void control_close(struct control *control)
{
	if (!control)
		return;
	stop_listening(control);
	/* Each of them is a use, and so is the accepting. */
	while (control->clients->len)
		client_die(control->clients->pdata[0]);
	if (control->finishing)
		control_unuse(control);
}

void control_free(struct control *control)
{
	if (!control)
		return;
	control_close(control);
	/* Cancelled callbacks come once more round the loop, and nobody goes round it later. */
	while (g_main_context_iteration(g_main_context_get_thread_default(), FALSE))
		;
}
