#include "core/port/event.h"

struct event *event_copy(const struct event *event)
{
	struct event *copy = g_new0(struct event, 1);

	*copy = *event;
	copy->address = g_strdup(event->address);
	copy->text = g_strdup(event->text);
	copy->message = event->message ? message_copy(event->message) : NULL;
	return copy;
}

void event_free(struct event *event)
{
	if (!event)
		return;
	g_free(event->address);
	g_free(event->text);
	message_free(event->message);
	g_free(event);
}
