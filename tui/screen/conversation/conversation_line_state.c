/* Mode line: whether it reads, how far it is, and its end. */
#include "tui/kit/reading_rows.h"
#include "tui/screen/conversation/conversation_inside.h"

GArray *line_rows(const struct conversation *self, const struct message *message)
{
	struct rows_look look = conversation_look(self);

	return reading_rows(message->body, rows_reading_cols(&look, self->pager.cols));
}

bool line_is_on(const struct conversation *self)
{
	struct rows_look look = conversation_look(self);

	/* What is sealed and can't be shown in noise is read word by word, in any mode. */
	return look.privacy == PRIVACY_LINE && !look.is_unsealed;
}

bool line_is_at_end(const struct conversation *self, const struct message *message)
{
	g_autoptr(GArray) rows = line_rows(self, message);

	return reading_row_at(rows, self->reading.at) + 1 >= rows->len;
}

void line_stop_playing(struct conversation *self)
{
	self->line.is_playing = false;
	self->screen.host->shows_to = 0;
}

void line_stop(struct conversation *self)
{
	line_stop_playing(self);
	self->line.ahead = 0;
	self->line.sent = 0;
	if (self->line.source)
		g_source_remove(self->line.source);
	self->line.source = 0;
}
