#include "tui/screen/reading_pace.h"
#include "core/model/settings.h"

enum { STEP = 20 };

void reading_pace_change(struct host *host, int by)
{
	const struct setting *row = setting_find(settings_table(host->settings), "read_pace");
	int64_t pace = settings_number(host->settings, "read_pace") + (int64_t)by * STEP;
	g_autofree char *line = NULL;

	pace = CLAMP(pace, row->least, row->most);
	line = g_strdup_printf("set read_pace %d", (int)pace);
	host_say(host, "%d words a minute.", (int)pace);
	host->ops->run(host, line);
}
