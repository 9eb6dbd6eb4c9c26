#include "core/transport/spool/spool_exposures.h"

const struct exposure spool_exposures[SPOOL_EXPOSURES] = {
	{ OBSERVER_LOCAL_USERS, FACT_DEVICES, PRECISION_EXACTLY,
	  "devices/ is readable by every user of the host; without it nobody could begin to "
	  "write." },
	{ OBSERVER_LOCAL_USERS, FACT_KEYS, PRECISION_EXACTLY,
	  "Public keys are published for every user of the host." },
	{ OBSERVER_LOCAL_USERS, FACT_TIME, PRECISION_ROUGHLY,
	  "Inboxes can't be listed by others, but a folder's change time tells when the last file "
	  "came." },
	{ OBSERVER_HOST_ADMIN, FACT_SENDER, PRECISION_EXACTLY,
	  "A waiting file belongs to its sender's uid." },
	{ OBSERVER_HOST_ADMIN, FACT_RECIPIENT, PRECISION_EXACTLY,
	  "A waiting file lies in its recipient's inbox." },
	{ OBSERVER_HOST_ADMIN, FACT_TIME, PRECISION_EXACTLY,
	  "The kernel notes when a file was put there; modification times are rounded to the "
	  "hour." },
	{ OBSERVER_HOST_ADMIN, FACT_SIZE, PRECISION_ROUGHLY,
	  "Messages are padded: to 512 bytes, above that to a few lengths. A file comes in parts "
	  "of one length, whose number tells its size." },
	{ OBSERVER_HOST_ADMIN, FACT_COUNT, PRECISION_EXACTLY,
	  "One file is one message or receipt." },
	{ OBSERVER_HOST_ADMIN, FACT_DEVICES, PRECISION_EXACTLY,
	  "Each sealed key names the device that it is for." },
	{ OBSERVER_HOST_ADMIN, FACT_SESSION_STARTS, PRECISION_EXACTLY,
	  "The first messages of a session are marked as such." },
	{ OBSERVER_HOST_ADMIN, FACT_MEMBERS, PRECISION_ROUGHLY,
	  "No file names a group, but what is said in one comes to every member at the same "
	  "moment, in files of one length." },
	{ OBSERVER_HOST_ADMIN, FACT_SOFTWARE, PRECISION_EXACTLY, "Only sottos use this spool." },
};
