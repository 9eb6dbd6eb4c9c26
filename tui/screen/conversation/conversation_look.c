/* conversation: how its messages look now. */
#include "core/base/clock.h"
#include "core/model/settings.h"
#include "tui/screen/conversation/conversation_inside.h"
#include "tui/screen/host_when.h"

struct rows_look conversation_look(const struct conversation *self)
{
	struct host *host = self->screen.host;
	bool is_here = self->is_browsing && self->reading.seq == self->pager.focus;
	const struct contact *contact = roster_find(host->roster, self->timeline.address);
	bool has_people = contact && contact_is_several(contact);

	return (struct rows_look){
		.peer = roster_name(host->roster, self->timeline.address),
		.people = has_people ? host->roster : NULL,
		.now = host_now(host),
		.format = host_format(host),
		.has_seconds = host_has_seconds(host),
		.unread = self->unread,
		.words = find_words(&self->find),
		.privacy = host_privacy(host, self->timeline.address),
		.lit = (unsigned)settings_number(host->settings, "spotlight_words"),
		.focus = self->is_browsing ? self->pager.focus : 0,
		.uncovered = is_here && clock_boot(host->clock) < self->reading.uncovered_to ?
				     self->reading.uncovered :
				     UNCOVERED_NOTHING,
		.is_unsealed = is_here && self->reading.is_unsealed,
		.window = is_here ? self->reading.window : 0,
		.at = is_here ? self->reading.at : 0,
		.links = self->links,
		.sent = clock_boot(host->clock) < self->line.sent_to ? self->line.sent : 0,
	};
}

const struct message *conversation_focus(const struct conversation *self)
{
	const struct message *message =
		timeline_at(&self->timeline, timeline_index(&self->timeline, self->pager.focus));

	return message && message->seq == self->pager.focus ? message : NULL;
}
