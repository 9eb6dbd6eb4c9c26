/* What a connection that is only played (fuzz_server.c) has nothing to say or do about. */
#include "core/transport/xmpp/stream/xmpp_uplink.h"

const struct certificate *uplink_refused(const struct uplink *uplink)
{
	(void)uplink;
	return NULL;
}

void uplink_go_live(struct uplink *uplink)
{
	(void)uplink;
}

void uplink_hurry(struct uplink *uplink)
{
	(void)uplink;
}

const char *uplink_blame(const struct uplink *uplink, size_t *bytes)
{
	(void)uplink;
	*bytes = 0;
	return NULL;
}

bool uplink_has_states(const struct uplink *uplink)
{
	(void)uplink;
	return true;
}

int64_t uplink_due(const struct uplink *uplink)
{
	(void)uplink;
	return 0;
}

void uplink_cut(struct uplink *uplink, const char *why)
{
	(void)uplink;
	(void)why;
}
