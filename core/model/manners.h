/*
 * manners: how we are towards one contact: what they are told, what they may see, whether they are
 * heard at all. A value, and the number that the store keeps of it.
 */
#ifndef SOTTO_CORE_MODEL_MANNERS_H
#define SOTTO_CORE_MODEL_MANNERS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What somebody can be told; all of it is off unless it was switched on, but for receipts on the
 * spool. */
enum manner {
	MANNER_RECEIPTS, /* that a message arrived */
	MANNER_MARKERS,	 /* that it was read */
	MANNER_TYPING,	 /* that something is being written */
	MANNER_PRESENCE, /* that we are there */
	MANNER_COUNT
};

/* The order is that of the store, never renumber. */
enum manner_choice { CHOICE_DEFAULT, CHOICE_OFF, CHOICE_ON, CHOICE_COUNT };

struct manners {
	enum manner_choice choices[MANNER_COUNT];
	bool is_blocked;   /* what they send is dropped unread, and nothing goes to them */
	bool is_block_due; /* the server has still to be told of that */
	bool sees_us;	   /* the server's list: they are told when we are there */
	bool we_see;	   /* the server's list: we are told when they are */
	bool asks;	   /* they asked to be told, and nobody has answered */
	bool is_asked;	   /* we asked, and they haven't answered */
	uint32_t dropped;  /* messages dropped since they were blocked */
};

int64_t manners_pack(const struct manners *manners);
/* FALSE for a number that manners_pack() doesn't give. */
gboolean manners_unpack(int64_t number, struct manners *manners) G_GNUC_WARN_UNUSED_RESULT;

/* "receipts", "markers", "typing", "presence"; "default", "off", "on". */
const char *manner_name(enum manner manner) G_GNUC_PURE;
gboolean manner_parse(const char *name, enum manner *manner) G_GNUC_WARN_UNUSED_RESULT;
const char *choice_name(enum manner_choice choice) G_GNUC_PURE;
gboolean choice_parse(const char *name, enum manner_choice *choice) G_GNUC_WARN_UNUSED_RESULT;
/* "none", "to", "from", "both", as RFC 6121 section 2.1.2.5 calls them. */
const char *manners_subscription(const struct manners *manners) G_GNUC_PURE;

#endif
