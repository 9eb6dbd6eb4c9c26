#include "tui/client/loss.h"

#include <glib.h>
#include "core/model/message.h"
#include "core/port/store_expiry.h"
#include "tui/client/when.h"

char *loss_message_name(const struct message *message, const char *author)
{
	bool is_own = message->direction == DIRECTION_OUT;
	char when[WHEN_BYTES];

	when_exact(message->sent_at, when);
	return g_strdup_printf("%s%s message of %s%s", is_own ? "your" : author,
			       is_own ? "" : "'s", when,
			       is_own && message->state == STATE_QUEUED ?
				       ", which hasn't been sent, and won't be" : "");
}

bool loss_asks(enum loss loss, const struct store_held *held)
{
	return loss != LOSS_FUTURE || held->messages > 0;
}

/* "12 messages, 2 of them not sent yet" */
static char *messages_of(const struct store_held *held)
{
	g_autofree char *queued =
		held->queued ? g_strdup_printf(", %u of them not sent yet", held->queued) : NULL;

	if (!held->messages)
		return g_strdup("no message");
	return g_strdup_printf("%u message%s%s", held->messages, held->messages == 1 ? "" : "s",
			       queued ? queued : "");
}

char *loss_question(enum loss loss, const char *name, const char *among,
		    const struct store_held *held)
{
	g_autofree char *messages = messages_of(held);

	switch (loss) {
	case LOSS_CONTACT:
		return g_strdup_printf("Remove %s? The contact goes, with %s.", name, messages);
	case LOSS_MESSAGES:
		return g_strdup_printf("Erase the conversation with %s? Here %s and any draft go, "
				       "for ever.", name, messages);
	case LOSS_MESSAGE:
		return g_strdup_printf("Erase %s? It goes from this device, for ever; everybody "
				       "else who has it keeps it.", name);
	case LOSS_GROUP:
		return g_strdup_printf("Leave %s? You read nothing that is written there from now "
				       "on; what stands here (%s) stays.", name, messages);
	case LOSS_MEMBERS:
		return g_strdup_printf("Put %s out of %s? From now on nothing that is written "
				       "there can be read by them.", name, among);
	case LOSS_DEVICE:
		return g_strdup_printf("Take your %s off the list? Everybody stops writing to it, "
				       "and only comparing its key takes it back.", name);
	case LOSS_ID:
		return g_strdup_printf("Give %s a new id? What is on its way to the old one can't "
				       "be read any more, every session is begun anew, and your "
				       "contacts are asked to decide on this device again.", name);
	case LOSS_DUE:
		return g_strdup_printf("Is it right that it is %s? What is hidden because its time "
				       "is over by that (%s) is erased then, for ever.", name,
				       held->messages ? messages : "if there is anything");
	case LOSS_FUTURE:
		return g_strdup_printf("Block %s? What stands here (%s) stays; what they send "
				       "from now on is dropped, and can't be got back.", name,
				       messages);
	}
	g_return_val_if_reached(NULL);
}
