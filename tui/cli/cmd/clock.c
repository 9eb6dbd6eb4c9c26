/* `sotto clock`: the time that deadlines are counted by, and whether it is confirmed. */
#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/engine/engine_expiry.h"
#include "core/port/store_expiry.h"
#include "tui/cli/cmd/verbs.h"
#include "tui/cli/json.h"
#include "tui/client/loss.h"

enum { DAY_MS = 24 * 3600 * 1000 };

static void print_json(struct call *call, const struct engine_clock *clock)
{
	struct json *json = json_new();
	char *line;

	json_time(json, "time", clock->wall);
	json_bool(json, "synchronised", clock->is_synchronised);
	json_bool(json, "confirmed", clock->doubt_ms == 0);
	json_number(json, "step_seconds", clock->doubt_ms / 1000);
	json_number(json, "hidden", (int64_t)clock->hidden);
	line = json_end(json);
	call->printer->line(call->printer, line);
	plain_free(line);
}

static void print_text(struct call *call, const struct engine_clock *clock)
{
	char now[CLOCK_TEXT_BYTES];

	print(call->printer, "time       %s, %s", clock_format(clock->wall, now),
	      clock->is_synchronised ? "synchronised" : "not synchronised");
	if (clock->doubt_ms)
		print(call->printer,
		      "confirmed  no: it went forward by %d days since the last session; %u "
		      "message%s hidden. `sotto clock confirm` if that date is right.",
		      (int)(clock->doubt_ms / DAY_MS), (unsigned)clock->hidden,
		      clock->hidden == 1 ? " is" : "s are");
	else
		print(call->printer, "confirmed  yes");
}

static void show(struct call *call)
{
	struct engine_clock clock;
	g_autoptr(GError) error = NULL;

	if (!engine_clock(call->engine, &clock, &error)) {
		call_fail(call, error);
		return;
	}
	if (call->is_json)
		print_json(call, &clock);
	else
		print_text(call, &clock);
	call_end(call, 0);
}

static char *ask_confirm(struct call *call)
{
	struct engine_clock clock;
	struct store_held held = { 0 };
	char now[CLOCK_TEXT_BYTES];

	if (!engine_clock(call->engine, &clock, NULL) || !clock.hidden)
		return NULL;
	held.messages = (unsigned)clock.hidden;
	return loss_question(LOSS_DUE, clock_format(clock.wall, now), NULL, &held);
}

static void confirm(struct call *call)
{
	g_autoptr(GError) error = NULL;

	if (engine_clock_confirm(call->engine, &error))
		show(call);
	else
		call_fail(call, error);
}

const struct verb verb_clock = {
	.name = "clock",
	.arguments = "",
	.summary = "Show the time that deadlines are counted by.",
	.details = "After a step of more than 7 days over a restart, messages whose time would be "
		   "over are hidden, and nothing is erased by its timer, until the time is "
		   "confirmed: by NTP, by the XMPP server, or by `sotto clock confirm`.",
	.need = NEED_OPEN,
	.is_shared = true,
	.run = show,
};

const struct verb verb_clock_confirm = {
	.name = "clock confirm",
	.arguments = "",
	.summary = "Say that this host's date and time are right.",
	.details = "Messages whose time is over are erased then.",
	.need = NEED_OPEN,
	.is_shared = true,
	.options = { { "yes", NULL, "don't ask", NULL } },
	.question = ask_confirm,
	.run = confirm,
};
