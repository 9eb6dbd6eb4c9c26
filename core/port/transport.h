/*
 * transport: the port for carriers. core/ declares it, core/transport/ fulfils it, tests fake it.
 *
 * A transport moves sealed bytes and published keys; it knows nothing of sessions, trust or
 * words. It runs on one thread, the one that iterates the GMainContext given to start(); every
 * callback comes on that thread. A callback may come before the call that asked for it returns (the
 * spool does that): callers must be ready for it. Every request is answered exactly once, stop()
 * answers what is left with ERROR_UNREACHABLE.
 *
 * Incoming parcels are handed over in batches, oldest first, and stay the carrier's until acked;
 * one that isn't acked comes again after a restart. Acking is only done after the commit that
 * stored it.
 */
#ifndef SOTTO_CORE_PORT_TRANSPORT_H
#define SOTTO_CORE_PORT_TRANSPORT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/model/parcel.h"

struct bundle;
struct cancel;
struct exposure;
struct talk;
struct transport_marks;
struct transport_rooms;
struct transport_talk;

/* Parcels handed over at once, where nobody says how many; and ever. */
enum { TRANSPORT_BATCH = 500, TRANSPORT_BATCH_MOST = 5000 };

enum transport_state {
	TRANSPORT_OFFLINE,
	TRANSPORT_CONNECTING,
	TRANSPORT_ONLINE,
	TRANSPORT_FAILED
};

/* What becomes of what a uid leaves in the inbox (the spool). */
enum transport_heed {
	HEED_ALL,   /* it is handed over, in turns with others' */
	HEED_SOME,  /* the same, until that uid has had its share: it is nobody's whom we know */
	HEED_LATER, /* it waits: that uid has had its share of this minute */
	HEED_NEVER  /* it is removed unread: that uid is blocked */
};

/* What the carrier tells its user. */
struct transport_listener {
	void (*arrived)(void *user, const struct parcel *parcels, size_t count);
	/* A device list changed, as far as the carrier sees it; IDS NULL: look it up again. */
	void (*devices)(void *user, const char *address, const uint32_t *ids, size_t count);
	/* WHY is a sentence for the user, behind "next try at HH:MM:SS. " where there is one, or
	 * NULL. FAILED: it isn't tried again. */
	void (*state)(void *user, enum transport_state state, const char *why);
	/* Something odd that the user should see once (a hostile file that was refused). */
	void (*notice)(void *user, const char *sentence);
	/* The spool; NULL: HEED_ALL. */
	enum transport_heed (*heed)(void *user, uint32_t uid);
	/* The spool: COUNT things of a uid which is never heeded were removed. */
	void (*dropped)(void *user, uint32_t uid, unsigned count);
	/* What servers say of people and messages: core/port/transport_talk.h. */
	void (*talk)(void *user, const struct talk *news, size_t count);
	unsigned (*batch)(void *user); /* so many at once; NULL: TRANSPORT_BATCH */
	const struct cancel *cancel;   /* when it is raised reading ahead ends; may be NULL */
	/* What the carrier keeps of this device (core/port/transport_marks.h) may be another one
	 * now. */
	void (*mark_changed)(void *user);
	/* Everything up to MARK is stored: keep it for resume(). An older one does no harm. */
	void (*marked)(void *user, const char *mark);
};

/* Answers. ERROR is NULL when it went well; it is the carrier's to free. */
typedef void (*transport_done)(void *user, const GError *error);
/* The device list of an address; OWNER: its folder's uid (the spool; else 0). Or NO_CONTACT. */
typedef void (*transport_listed)(void *user, const uint32_t *ids, size_t count, uint32_t owner,
				 const GError *error);
typedef void (*transport_fetched)(void *user, const struct bundle *bundle, const GError *error);

struct transport {
	const struct transport_ops *ops;
};

struct transport_ops {
	const char *name; /* "spool", "xmpp" */
	bool per_device;  /* an outbox row for each device (the spool), or each address (XMPP) */
	const struct exposure *exposures;
	size_t exposure_count;
	const struct transport_rooms *rooms; /* core/port/transport_rooms.h; NULL: it has none */
	const struct transport_files *files; /* core/port/transport_files.h; NULL: in parts */
	const struct transport_marks *marks; /* core/port/transport_marks.h; NULL: it keeps none */
	const struct transport_talk *talk;   /* core/port/transport_talk.h; NULL: no server */

	void (*free)(struct transport *transport);
	/* Before start(): what marked() said last, NULL for nothing; since when this device is
	 * there, wall ms. NULL for carriers without marks. */
	void (*resume)(struct transport *transport, const char *mark, int64_t since);
	/*
	 * Begin to work: connect or watch. LISTENER is copied. With IS_LIVE false only what is
	 * there is fetched, by fetch_now(); nothing is watched (headless verbs that don't wait).
	 */
	gboolean (*start)(struct transport *transport, const struct transport_listener *listener,
			  void *user, GMainContext *context, bool is_live, GError **error);
	/* From now on as with IS_LIVE true, if it isn't; the caller looks for what came before. */
	void (*go_live)(struct transport *transport);
	void (*stop)(struct transport *transport);
	enum transport_state (*state)(struct transport *transport);

	/* Publish the own device's bundle, and put the own id on the device list. */
	void (*publish)(struct transport *transport, const struct bundle *bundle,
			transport_done done, void *user);
	/* Take a device of the own account off the list and its bundle away. */
	void (*withdraw)(struct transport *transport, uint32_t device, transport_done done,
			 void *user);
	void (*list)(struct transport *transport, const char *address, transport_listed listed,
		     void *user);
	void (*fetch)(struct transport *transport, const char *address, uint32_t device,
		      transport_fetched fetched, void *user);

	/*
	 * Hand BYTES over for DEVICE of ADDRESS (0: the address). No error means the carrier took
	 * it, durably. UNREACHABLE, FULL, IO: keep it and try again. NO_CONTACT, NO_DEVICES: that
	 * inbox is gone; keep it too.
	 */
	void (*send)(struct transport *transport, const char *address, uint32_t device,
		     GBytes *bytes, transport_done done, void *user);

	/* Look for arrivals now; DONE comes after the last arrived() of what was there. */
	void (*fetch_now)(struct transport *transport, transport_done done, void *user);
	/* These parcels are stored: remove them. */
	void (*ack)(struct transport *transport, const uint64_t *tokens, size_t count);
	/* These stay where they are, untouched, for another time. NULL: nothing can stay. */
	void (*leave)(struct transport *transport, const uint64_t *tokens, size_t count);

	/* Whether the carrier vouches that PARCEL can be from ADDRESS (uid owns SPOOL/ADDRESS; bare
	 * from equals). */
	bool (*vouches)(struct transport *transport, const struct parcel *parcel,
			const char *address);
	/* Whether first contact may be made with ADDRESS, whose folder is OWNER's (the spool): not
	 * while it can't be looked up whose name that is. NULL: always. */
	gboolean (*may_begin)(struct transport *transport, const char *address, uint32_t owner,
			      GError **error);
};

#endif
