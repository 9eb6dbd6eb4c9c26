/* spool_inbox: what one uid has had of a round. */
#include "core/transport/spool/spool_inbox_inside.h"

struct party *round_party(struct round *round, uid_t uid)
{
	struct party *party = g_hash_table_lookup(round->parties, GUINT_TO_POINTER(uid));

	if (party)
		return party;
	party = g_new0(struct party, 1);
	party->uid = uid;
	party->lap = round->lap;
	g_hash_table_insert(round->parties, GUINT_TO_POINTER(uid), party);
	return party;
}

enum transport_heed inbox_heed(const struct inbox *inbox, const struct party *party)
{
	const struct round *round = inbox->round;
	enum transport_heed heed =
		round->listener->heed ? round->listener->heed(round->user, party->uid) : HEED_ALL;

	if (heed == HEED_SOME && party->uid == inbox->owner)
		heed = HEED_ALL;
	/* Whoever's things are left over and over has been tried for long enough. */
	if (heed == HEED_ALL && party->left > 0 &&
	    g_get_monotonic_time() - round->began > (int64_t)INBOX_TRY_MS * 1000)
		heed = HEED_LATER;
	return heed;
}
