/* conversation: bringing a message into sight. */
#include "tui/screen/conversation/conversation_inside.h"

void conversation_show(struct conversation *self, int64_t seq)
{
	const struct message *message =
		timeline_at(&self->timeline, timeline_index(&self->timeline, seq));

	self->is_browsing = true;
	if (message && message->seq == seq) {
		pager_focus(&self->pager, seq);
		pager_show(&self->pager, seq);
		reading_find(self);
		return;
	}
	self->wanted = seq;
	timeline_around(&self->timeline, seq);
}
