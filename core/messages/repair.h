/*
 * repair: new sessions with somebody, when the old ones are broken: messages came that couldn't be
 * opened, or nothing of ours can be read there any more.
 *
 * It is the user's act: a session that is whole is worth keeping, and who could make us begin anew
 * at will could wear out prekeys. By itself it is done in one case, once for each session: a device
 * that may be written to began one with a prekey that is gone. Former sessions stay for what is
 * still on its way under them.
 */
#ifndef SOTTO_CORE_MESSAGES_REPAIR_H
#define SOTTO_CORE_MESSAGES_REPAIR_H

#include "core/profile/directory.h"
#include "core/profile/living.h"

/*
 * Begin a new session with each device of ADDRESS that may be written to, and say so to it by an
 * empty message. ERROR_NO_CONTACT, ERROR_NO_DEVICES when there is none or no bundle could be read,
 * ERROR_TRUST when a bundle has another key than the one that is known, UNREACHABLE.
 */
void repair_sessions(struct living *living, const char *address, directory_done done, void *user);

/*
 * DEVICE of ADDRESS, a contact, began a session with its key BASE (CONTACT_KEY_BYTES) that can't be
 * opened here: begin another one and say so in it, so that it sends again what it said there
 * (core/messages/resend.h). Nothing happens where it may not be written to.
 */
void repair_answer(struct living *living, const char *address, uint32_t device, GBytes *base);

#endif
