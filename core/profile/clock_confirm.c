#include "core/profile/clock_confirm.h"

#include <string.h>
#include "core/base/appclock.h"
#include "core/base/clock.h"
#include "core/port/store_expiry.h"
#include "core/port/transport_talk.h"
#include "core/profile/journal.h"
#include "core/text/text.h"

enum { DAY_S = 24 * 3600, AGREE_MS = 3600 * 1000 /* what two right clocks differ by, at most */ };

static gboolean record(struct living *living, enum journal_what what, const char *detail,
		       GError **error)
{
	if (!living_begin(living, error))
		return FALSE;
	if (journal_add(living->store, living->clock, what, NULL, 0, detail, error))
		return living_commit(living, error);
	living_rollback(living);
	return FALSE;
}

gboolean clock_confirm_start(struct living *living, GError **error)
{
	struct apptime saved;
	int64_t doubt = appclock_doubt(living->appclock);
	g_autofree char *days = g_strdup_printf("%d days", (int)(doubt / 1000 / DAY_S));

	if (!doubt || clock_confirm_check(living))
		return TRUE;
	if (!living->store->ops->expiry->clock_get(living->store, &saved, error))
		return FALSE;
	return saved.doubt >= doubt || record(living, JOURNAL_CLOCK_STEPPED, days, error);
}

void clock_confirm_tell(struct living *living)
{
	int64_t doubt = appclock_doubt(living->appclock);
	char now[CLOCK_TEXT_BYTES];

	if (!doubt)
		return;
	clock_format(clock_wall(living->clock), now);
	now[strlen("2026-11-28")] = '\0';
	living_emit_notice(living,
			   "The clock says %s. Over a restart it went forward by %d days. "
			   "Messages whose time would be over are hidden, and none is "
			   "erased, until the time is confirmed: by `sotto clock confirm` "
			   "if that date is right, or once the system clock is synchronised.",
			   now, (int)(doubt / 1000 / DAY_S));
}

bool clock_confirm_check(struct living *living)
{
	g_autoptr(GError) error = NULL;

	if (!appclock_doubt(living->appclock))
		return true;
	if (!clock_is_synchronised(living->clock))
		return false;
	if (!clock_confirm(living, clock_wall(living->clock), "ntp", &error))
		living_emit_notice(living, "%s", error->message);
	return !error;
}

/* Inside a transaction. */
static gboolean put_right(struct living *living, int64_t since, int64_t back, const char *by,
			  GError **error)
{
	struct store *store = living->store;
	struct apptime now;

	appclock_read(living->appclock, &now);
	return (back <= 0 || store->ops->expiry->shift(store, since, back, error)) &&
	       store->ops->expiry->clock_put(store, &now, error) &&
	       journal_add(store, living->clock, JOURNAL_CLOCK_CONFIRMED, NULL, 0, by, error);
}

gboolean clock_confirm(struct living *living, int64_t wall, const char *by, GError **error)
{
	struct apptime before;
	int64_t back;

	appclock_read(living->appclock, &before);
	if (!before.doubt)
		return TRUE;
	if (!living_begin(living, error))
		return FALSE;
	back = appclock_confirm(living->appclock, wall);
	if (!put_right(living, before.base_time, back, by, error)) {
		living_rollback(living);
		appclock_set(living->appclock, &before);
		return FALSE;
	}
	if (!living_commit(living, error)) {
		appclock_set(living->appclock, &before);
		return FALSE;
	}
	living_emit_notice(living, "The time is confirmed: messages whose time is over go now.");
	return TRUE;
}

static void told(void *user, int64_t wall)
{
	struct living *living = user;
	g_autoptr(GError) error = NULL;
	int64_t apart = clock_wall(living->clock) - wall;

	if (apart < -AGREE_MS || apart > AGREE_MS)
		living_emit_notice(living,
				   "The system clock is wrong: it is %d hour%s apart from the "
				   "server's. New messages will show wrong times too.",
				   (int)(ABS(apart) / AGREE_MS),
				   text_s((uint64_t)(ABS(apart) / AGREE_MS)));
	if (!clock_confirm(living, wall, "server", &error))
		living_emit_notice(living, "%s", error->message);
}

void clock_confirm_ask(struct living *living)
{
	const struct transport_talk *talk = living->transport->ops->talk;

	if (talk && talk->time && appclock_doubt(living->appclock))
		talk->time(living->transport, told, living);
}
