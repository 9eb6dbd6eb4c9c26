/*
 * spool_told: what the user is told of a round over the inbox: one line each for what was refused
 * and for what waits, however much it is and of however many users.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_TOLD_H
#define SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_TOLD_H

#include <glib.h>
#include <stdint.h>
#include <sys/types.h>

struct transport_listener;

/* What there is to tell; zero at first. */
struct told {
	unsigned refused;
	unsigned stuck;	  /* refused, and can't be removed */
	uid_t culprit;	  /* of the last of those */
	uint64_t waiting; /* files */
	unsigned users;	  /* whose they are */
	uid_t most_uid;	  /* who has the most of them */
	uint64_t most;
};

/* What of the waiting was told last; zero at first. */
struct told_before {
	uid_t most_uid;
	uint64_t waiting;
};

void told_refused(struct told *told, uid_t uid);
void told_stuck(struct told *told, uid_t uid);
/* UID has COUNT files that wait; once for each uid. */
void told_waiting(struct told *told, uid_t uid, uint64_t count);

/* Tell it. What waits is told where it is somebody else's or twice as much as BEFORE, which is
 * brought up to date; NULL: it isn't told now. */
void told_tell(const struct told *told, struct told_before *before,
	       const struct transport_listener *listener, void *user);

#endif
