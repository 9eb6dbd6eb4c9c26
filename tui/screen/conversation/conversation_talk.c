/* A conversation: that somebody is writing, and putting other words in the place of sent ones. */
#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "tui/screen/conversation/conversation_inside.h"

enum {
	PAUSE_S = 5,	   /* without a key until one isn't writing any more */
	PEER_TYPING_S = 30 /* until somebody who said no more isn't */
};

/* -- writing ---------------------------------------------------------------------------------- */

static void tell(struct conversation *self, bool is_typing)
{
	struct job *job = job_new(JOB_TYPING, self->timeline.address);

	self->is_typing = is_typing;
	job->act = is_typing;
	job_post(self->screen.host->link, job, NULL, NULL);
}

static void stop_source(guint *source)
{
	if (*source)
		g_source_remove(*source);
	*source = 0;
}

static gboolean on_pause(gpointer user)
{
	struct conversation *self = user;

	self->typing_end = 0;
	tell(self, false);
	return G_SOURCE_REMOVE;
}

void talk_typed(struct conversation *self)
{
	const struct contact *contact =
		roster_find(self->screen.host->roster, self->timeline.address);
	bool is_wanted = contact && contact->manners.choices[MANNER_TYPING] == CHOICE_ON &&
			 !contact->manners.is_blocked &&
			 *lineedit_text(self->compose) != '\0';

	if (!lineedit_bytes(self->compose))
		g_clear_pointer(&self->correcting, g_free);
	if (is_wanted != self->is_typing)
		tell(self, is_wanted);
	stop_source(&self->typing_end);
	if (is_wanted)
		self->typing_end = g_timeout_add_seconds(PAUSE_S, on_pause, self);
}

/* The message itself says that it is written. */
void talk_sent(struct conversation *self)
{
	stop_source(&self->typing_end);
	self->is_typing = false;
}

void talk_clear(struct conversation *self)
{
	stop_source(&self->typing_end);
	stop_source(&self->peer_end);
	if (self->is_typing)
		tell(self, false);
	g_clear_pointer(&self->correcting, g_free);
}

/* -- reading ---------------------------------------------------------------------------------- */

static gboolean on_silence(gpointer user)
{
	struct conversation *self = user;

	self->peer_end = 0;
	self->is_peer_typing = false;
	self->screen.host->ops->draw(self->screen.host);
	return G_SOURCE_REMOVE;
}

bool talk_event(struct conversation *self, const struct event *event)
{
	bool was_typing = self->is_peer_typing;
	bool is_in = event->type == EVENT_MESSAGE && event->message->direction == DIRECTION_IN;

	if ((event->type != EVENT_TYPING && !is_in) ||
	    g_strcmp0(event->address, self->timeline.address) != 0)
		return false;
	stop_source(&self->peer_end);
	self->is_peer_typing = event->type == EVENT_TYPING && event->count;
	if (self->is_peer_typing)
		self->peer_end = g_timeout_add_seconds(PEER_TYPING_S, on_silence, self);
	return was_typing != self->is_peer_typing;
}

/* -- correcting ------------------------------------------------------------------------------- */

static bool is_mine(const struct message *message)
{
	return message->direction == DIRECTION_OUT && message->kind == KIND_TEXT &&
	       message->body && !message->view_once;
}

/* The message in focus, or else the last one of ours. */
static const struct message *find(const struct conversation *self)
{
	size_t count = timeline_count(&self->timeline);
	const struct message *focus =
		timeline_at(&self->timeline, timeline_index(&self->timeline, self->pager.focus));

	if (self->is_browsing && focus && focus->seq == self->pager.focus)
		return is_mine(focus) ? focus : NULL;
	while (count--) {
		const struct message *message = timeline_at(&self->timeline, count);

		if (is_mine(message))
			return message;
	}
	return NULL;
}

gboolean talk_correct(void *user, const char *const args[static COMMAND_ARGS_MAX], GError **error)
{
	struct conversation *self = user;
	const struct message *message = find(self);

	(void)args;
	if (self->correcting) {
		g_clear_pointer(&self->correcting, g_free);
		lineedit_set(self->compose, "");
		return TRUE;
	}
	if (!message || message->sealed) {
		error_set(error, ERROR_FAILED,
			  message ? "What is sealed isn't put into the box: `send --correct` "
				    "corrects it." :
				    "There is no message of yours to correct here.");
		return FALSE;
	}
	if (lineedit_bytes(self->compose)) {
		error_set(error, ERROR_USAGE, "Send or delete what is in the box first.");
		return FALSE;
	}
	self->correcting = g_strdup(message->id);
	self->is_browsing = false;
	self->pager.focus = 0;
	lineedit_set(self->compose, message->body);
	return TRUE;
}
