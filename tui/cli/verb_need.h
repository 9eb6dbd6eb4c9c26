/*
 * verb_need: what a verb needs before it runs, and what it gives to other processes.
 */
#ifndef SOTTO_TUI_CLI_VERB_NEED_H
#define SOTTO_TUI_CLI_VERB_NEED_H

/* What a verb needs to be there before run() is called. */
enum verb_need {
	NEED_NOTHING,	/* run() looks for itself: init, status, demo, wipe */
	NEED_OPEN,	/* the profile, unlocked */
	NEED_CARRIER,	/* and its carrier, outbox retried */
};

/* What a shared verb gives to another process that asks for it (tui/cli/control_level.h). */
enum verb_reach {
	REACH_ALL,    /* words, names, keys; or a change */
	REACH_SEND,   /* a message goes, none is shown */
	REACH_STATUS, /* no more than how it stands */
};

#endif
