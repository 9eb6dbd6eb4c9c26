#include "tui/screen/host_when.h"
#include "core/model/settings.h"
#include "tui/screen/screen.h"

enum when_format host_format(const struct host *host)
{
	return (enum when_format)settings_choice(host->settings, "time_format");
}

bool host_has_seconds(const struct host *host)
{
	return settings_bool(host->settings, "time_seconds");
}
