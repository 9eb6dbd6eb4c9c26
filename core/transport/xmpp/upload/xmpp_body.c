#include "core/transport/xmpp/upload/xmpp_body.h"

struct body {
	GInputStream base;
	int64_t left;
	transfer_next next;
	void *user;
	GBytes *piece;
	gsize at; /* read of it */
};

struct body_class {
	GInputStreamClass base;
};

typedef struct body Body;
typedef struct body_class BodyClass;

static GType body_get_type(void);
G_DEFINE_TYPE(Body, body, G_TYPE_INPUT_STREAM)

static gssize body_read(GInputStream *stream, void *buffer, gsize count, GCancellable *cancel,
			GError **error)
{
	struct body *body = (struct body *)stream;
	gsize bytes;
	const char *data;

	(void)cancel;
	if (body->left == 0 || count == 0)
		return 0;
	if (!body->piece) {
		if (body->next)
			body->piece = body->next(body->user, error);
		else
			g_set_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "It has ended.");
		body->at = 0;
		if (!body->piece)
			return -1;
	}
	data = g_bytes_get_data(body->piece, &bytes);
	count = MIN(count, MIN(bytes - body->at, (gsize)body->left));
	memcpy(buffer, data + body->at, count);
	body->at += count;
	body->left -= (int64_t)count;
	if (body->at == bytes)
		g_clear_pointer(&body->piece, g_bytes_unref);
	return (gssize)count;
}

/* At once, and here. */
static void body_read_async(GInputStream *stream, void *buffer, gsize count, int priority,
			    GCancellable *cancel, GAsyncReadyCallback done, gpointer user)
{
	GTask *task = g_task_new(stream, cancel, done, user);
	GError *error = NULL;
	gssize bytes = body_read(stream, buffer, count, cancel, &error);

	g_task_set_priority(task, priority);
	if (bytes < 0)
		g_task_return_error(task, error);
	else
		g_task_return_int(task, bytes);
	g_object_unref(task);
}

static gssize body_read_finish(GInputStream *stream, GAsyncResult *result, GError **error)
{
	(void)stream;
	return g_task_propagate_int(G_TASK(result), error);
}

static void body_finalize(GObject *object)
{
	struct body *body = (struct body *)object;

	g_clear_pointer(&body->piece, g_bytes_unref);
	G_OBJECT_CLASS(body_parent_class)->finalize(object);
}

static void body_class_init(BodyClass *class)
{
	G_OBJECT_CLASS(class)->finalize = body_finalize;
	class->base.read_fn = body_read;
	class->base.read_async = body_read_async;
	class->base.read_finish = body_read_finish;
}

static void body_init(Body *body)
{
	body->left = 0;
}

GInputStream *body_new(int64_t bytes, transfer_next next, void *user)
{
	struct body *body = g_object_new(body_get_type(), NULL);

	body->left = bytes;
	body->next = next;
	body->user = user;
	return &body->base;
}

void body_end(GInputStream *stream)
{
	((struct body *)stream)->next = NULL;
}
