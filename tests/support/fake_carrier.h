/*
 * fake_carrier: a carrier in memory: a hub that any number of transports share, keeping the port's
 * promises.
 *
 * Every sent element waits at the hub until its transport fetches it, and comes again until it is
 * acked. The hub can refuse to take anything, and lets a test look at, change or repeat what lies
 * there.
 */
#ifndef SOTTO_TESTS_FAKE_CARRIER_H
#define SOTTO_TESTS_FAKE_CARRIER_H

#include <glib.h>
#include "core/base/error.h"
#include "core/model/contact.h"
#include "core/port/transport.h"

struct hub;

struct hub *hub_new(void);
void hub_free(struct hub *hub);
/* While CODE isn't ERROR_COUNT every send fails with it. */
void hub_refuse(struct hub *hub, enum error code);
/* Keep answers to list() back; without HOLD give them, the newest first. */
void hub_hold_lists(struct hub *hub, bool hold);
/* The elements that lie at ADDRESS (all its devices), in the order they came: GBytes, borrowed. */
GPtrArray *hub_waiting(struct hub *hub, const char *address);
/* Every element that was ever taken, in order, acked or not. */
GPtrArray *hub_taken(struct hub *hub);
/* Put BYTES at the device once more, as from FROM. */
void hub_inject(struct hub *hub, const char *from, const char *address, uint32_t device,
		GBytes *bytes);
/* Put BYTES in the place of what hub_waiting() gives for ADDRESS at INDEX. */
void hub_replace(struct hub *hub, const char *address, unsigned index, GBytes *bytes);
/* Replace the published bundle of a device (a man in the middle). */
void hub_publish(struct hub *hub, const char *address, const struct bundle *bundle);
/* What is published for the device, borrowed; NULL: nothing. */
const struct bundle *hub_bundle(struct hub *hub, const char *address, uint32_t device);
/* List a device without a bundle: one that was published for it is gone. */
void hub_list(struct hub *hub, const char *address, uint32_t device);
/* The next fetch of the device gives BUNDLE instead: somebody is quicker than the list. */
void hub_give_once(struct hub *hub, const char *address, const struct bundle *bundle);
/* The key that the next fetch will show; false: there is none, or it isn't listed. */
bool hub_shows(struct hub *hub, const char *address, uint32_t device,
	       uint8_t key[static CONTACT_KEY_BYTES]);
/* Those who are connected as TO hear that ADDRESS's list has changed. */
void hub_announce(struct hub *hub, const char *to, const char *address);
/* Called for each element that is taken, before the next one can be sealed. */
void hub_watch(struct hub *hub,
	       void (*taken)(void *user, const char *from, const char *to, uint32_t device),
	       void *user);
/* From now on the authors of elements are known by the uid that the spool's files have, as
 * hub_uid() gives it, and what is left stays. */
void hub_use_uids(struct hub *hub);
uint32_t hub_uid(const char *address);
/* Those that are made from now on keep a mark (core/port/transport_marks.h), of 1 seal or of 4. */
void hub_keep_marks(struct hub *hub, bool in_blocks);
/* That of a device, to be looked at and changed; *MARK NULL for none. */
GBytes **hub_mark(struct hub *hub, const char *address, uint32_t device);
/* While it is CUT OFF the hub can't be asked for marks. */
void hub_cut_marks(struct hub *hub, bool cut_off);
/* Take a device off its person's list. */
void hub_unlist(struct hub *hub, const char *address, uint32_t device);

/* A transport of ADDRESS and DEVICE on HUB, which outlives it. */
struct transport *fake_carrier_new(struct hub *hub, const char *address, uint32_t device);

#endif
