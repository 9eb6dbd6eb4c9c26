#include "tests/support/still_clock.h"

#include <string.h>

static int64_t wall(const struct clock *clock)
{
	return ((const struct still_clock *)clock)->wall;
}

static int64_t boot(const struct clock *clock)
{
	return ((const struct still_clock *)clock)->boot;
}

static void boot_id(const struct clock *clock, char out[static 37])
{
	memcpy(out, ((const struct still_clock *)clock)->boot_id, 37);
}

static bool is_synchronised(const struct clock *clock)
{
	return ((const struct still_clock *)clock)->is_synchronised;
}

void still_clock_init(struct still_clock *still)
{
	*still = (struct still_clock){ .clock = { wall, boot, boot_id, is_synchronised },
				       .wall = INT64_C(1795000000000) };
	still_clock_reboot(still, 1, INT64_C(400000000000));
}

void still_clock_pass(struct still_clock *still, int64_t ms)
{
	still->wall += ms;
	still->boot += ms;
}

void still_clock_reboot(struct still_clock *still, unsigned number, int64_t uptime)
{
	g_snprintf(still->boot_id, sizeof(still->boot_id), "%08x-1111-4222-8333-444444444444",
		   number);
	still->boot = uptime;
}
