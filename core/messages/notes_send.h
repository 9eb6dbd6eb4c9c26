/*
 * notes_send: keeping what the user writes to the own address (core/profile/notes.h).
 */
#ifndef SOTTO_CORE_MESSAGES_NOTES_SEND_H
#define SOTTO_CORE_MESSAGES_NOTES_SEND_H

#include "core/messages/delivery.h"

/*
 * Keep DRAFT, which is to the own address; DONE is called before this returns. Its time begins to
 * run at once, since who wrote it has read it. ERROR_USAGE for what only makes sense between two:
 * shown once, or a file.
 */
void notes_send(struct living *living, const struct draft *draft, delivery_sent done, void *user);

#endif
