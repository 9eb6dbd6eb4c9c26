/*
 * repair: new sessions with somebody, when the old ones are broken: messages came that couldn't be
 * opened, or nothing of ours can be read there any more.
 *
 * It is the user's act, never done by itself: who could make us begin anew at will could wear out
 * our prekeys, and a session that is whole is worth keeping. Former sessions stay for what is still
 * on its way under them.
 */
#ifndef SOTTO_CORE_REPAIR_H
#define SOTTO_CORE_REPAIR_H

#include "core/directory.h"
#include "core/living.h"

/*
 * Begin a new session with each device of ADDRESS that may be written to, and say so to it by an
 * empty message. ERROR_NO_CONTACT, ERROR_NO_DEVICES when there is none or no bundle could be read,
 * ERROR_TRUST when a bundle has another key than the one that is known, UNREACHABLE.
 */
void repair_sessions(struct living *living, const char *address, directory_done done, void *user);

#endif
