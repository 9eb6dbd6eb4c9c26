/*
 * xmpp_keys: the own keys, the word for the forms that this device reads (core/omemo/form_word.h)
 * and the own place on the device list, published over PEP in this order; and the keys and words of
 * others, read.
 *
 * Everybody may read them (access model open): where the server wants another way, the node is
 * configured and published to again. The list is read before it is changed, and one that can't be
 * read is never overwritten. The own id is put there at most KEYS_PUT_BACK_MAX times in one
 * connection, so that two devices that both insist don't fight for ever.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_KEYS_H
#define SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_KEYS_H

#include "core/port/transport.h"
#include "core/transport/xmpp/stream/xmpp_session.h"

enum { KEYS_PUT_BACK_MAX = 3 };

struct keys;

/* For one session, which outlives it. ADDRESS is the own one. */
struct keys *keys_new(struct session *session, const char *address);
/* After session_free(), which has ended what was under way. */
void keys_free(struct keys *keys);

/* As the port's functions of the same names say; the answers are given once. */
void keys_publish(struct keys *keys, const struct bundle *bundle, transport_done done, void *user);
void keys_withdraw(struct keys *keys, uint32_t device, transport_done done, void *user);
void keys_list(struct keys *keys, const char *address, transport_listed listed, void *user);
void keys_fetch(struct keys *keys, const char *address, uint32_t device, transport_fetched fetched,
		void *user);
/* Whether something is being published or taken away. */
bool keys_is_busy(const struct keys *keys);

#endif
