/* delivery, inwards: what a batch tells once it is committed. */
#include "core/messages/delivery_inside.h"

void intake_event(struct intake *intake, const struct event *event)
{
	g_ptr_array_add(intake->events, event_copy(event));
}

void intake_notice(struct intake *intake, char *text)
{
	struct event event = { .type = EVENT_NOTICE, .text = text };

	intake_event(intake, &event);
	g_free(text);
}

void arrival_trust(struct arrival *arrival, const char *text)
{
	struct event event = {
		.type = EVENT_TRUST, .address = arrival->envelope.from, .text = (char *)text
	};

	intake_event(arrival->intake, &event);
}
