/*
 * job_acts: what a job of the link (tui/client/link.h) can be to do to a group, or to a device.
 */
#ifndef SOTTO_TUI_CLIENT_JOB_ACTS_H
#define SOTTO_TUI_CLIENT_JOB_ACTS_H

enum job_group_act {
	JOB_GROUP_CREATE, JOB_GROUP_ADD, JOB_GROUP_REMOVE, JOB_GROUP_LEAVE, JOB_GROUP_JOIN
};

/* What can be done to one device. A job's text is the fingerprint that was looked at, its alias the
 * beginning of that as the user typed it; either may be NULL. */
enum job_act { JOB_ACT_TRUST, JOB_ACT_VERIFY, JOB_ACT_DISTRUST, JOB_ACT_COMPROMISED, JOB_ACT_OFF };

struct change;
struct job;
/* JOB_TRUST for those of CHANGE that are undecided, with the keys that they have there. */
struct job *job_trust(const struct change *change);

#endif
