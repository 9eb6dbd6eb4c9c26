#include "tui/cli/control_level.h"

#include <string.h>
#include "core/base/error.h"
#include "core/model/settings.h"
#include "tui/cli/front.h"
#include "tui/cli/verb.h"
#include "tui/observe/watch.h"

static bool is_recorded(const struct verb_front *front)
{
	struct watch *watch = front->watch ? front->watch(front->user) : NULL;
	bool is = watch && watch->verdict == WATCH_RECORDED;

	watch_free(watch);
	return is;
}

static enum control_level level_set(const struct verb_front *front)
{
	return (enum control_level)settings_choice(front->settings, "control");
}

enum control_level control_level(const struct verb_front *front)
{
	enum control_level set = level_set(front);

	return is_recorded(front) ? MIN(set, CONTROL_STATUS) : set;
}

const char *control_level_word(enum control_level level)
{
	return setting_find(settings_engine_rows(), "control")->words[level];
}

static enum control_level level_needed(const struct verb *verb)
{
	static const enum control_level needed[] = {
		[REACH_ALL] = CONTROL_FULL,
		[REACH_SEND] = CONTROL_SEND,
		[REACH_STATUS] = CONTROL_STATUS,
	};

	return needed[verb->reach];
}

static bool is_private(const struct call *call)
{
	return strcmp(call->verb->name, "send") == 0 &&
	       (call_option(call, "sealed") || call_option(call, "view-once"));
}

gboolean control_allows(const struct verb_front *front, const struct call *call, GError **error)
{
	enum control_level level = control_level(front);

	if (level < level_needed(call->verb)) {
		error_set(error, ERROR_IN_USE,
			  "The profile is in use by another process, which doesn't run `%s` for "
			  "others: %sthe setting control is %s there.",
			  call->verb->name,
			  level < level_set(front) ? "its terminal is recorded, so that " : "",
			  control_level_word(level));
		return FALSE;
	}
	if (!is_private(call))
		return TRUE;
	error_set(error, ERROR_IN_USE,
		  "The profile is in use by another process, and what is sealed, or viewed once, "
		  "doesn't go through it, whatever the setting control is: write it there, or "
		  "lock it first.");
	return FALSE;
}
