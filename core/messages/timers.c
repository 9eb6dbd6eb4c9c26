#include "core/messages/timers.h"

#include <string.h>
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/outbox/audience.h"
#include "core/outbox/delivery_flush.h"
#include "core/outbox/delivery_queue.h"
#include "core/profile/journal.h"
#include "core/profile/notes.h"

/* The stricter of two: 0 is no timer at all. */
static bool is_stricter(int64_t timer, int64_t than)
{
	return timer != 0 && (than == 0 || timer < than);
}

bool timers_merge(struct contact *contact, int64_t timer, uint64_t version)
{
	bool is_newer = version > contact->timer_version &&
			version - contact->timer_version <= TIMERS_JUMP_MAX;
	bool is_tie = version == contact->timer_version && is_stricter(timer, contact->timer);

	if (timer < 0 || timer > CONTENT_SECONDS_MAX || (!is_newer && !is_tie))
		return false;
	contact->timer = timer;
	contact->timer_version = version;
	return true;
}

/* -- the notice ----------------------------------------------------------------------------- */

static char *sentence(const char *who, int64_t seconds)
{
	char duration[CLOCK_TEXT_BYTES];

	if (!seconds)
		return g_strdup_printf("%s switched the timer off: messages stay.", who);
	return g_strdup_printf("%s set the timer: messages are erased %s after they are read.", who,
			       clock_format_duration(seconds, duration));
}

/* Our own remark: nobody has to read it, and it doesn't expire. */
static struct message *make_notice(struct living *living, const struct contact *contact,
				   const char *from, const char *id)
{
	struct message *notice = g_new0(struct message, 1);
	bool is_own = strcmp(from, living->account->address) == 0;
	g_autofree char *text = sentence(is_own ? "You" : from, contact->timer);

	notice->id = id ? g_strdup(id) : message_new_id();
	notice->conversation = g_strdup(contact->address);
	notice->from = g_strdup(from);
	notice->kind = KIND_NOTICE;
	notice->direction = is_own ? DIRECTION_OUT : DIRECTION_IN;
	notice->state = is_own ? STATE_SENT : STATE_READ;
	notice->sent_at = living_now(living);
	notice->received_at = is_own ? 0 : notice->sent_at;
	notice->read_at = notice->received_at;
	notice->body = plain_dup(text);
	return notice;
}

static gboolean put_notice(struct living *living, struct message *notice, GError **error)
{
	bool is_new;

	return living->store->ops->message_put(living->store, notice, &is_new, error);
}

static gboolean record(struct living *living, const struct contact *contact, uint32_t device,
		       GError **error)
{
	char duration[CLOCK_TEXT_BYTES] = "off";

	if (contact->timer)
		clock_format_duration(contact->timer, duration);
	return journal_add(living->store, living->clock, JOURNAL_TIMER_SET, contact->address,
			   device, duration, error);
}

/* -- the other side's word ------------------------------------------------------------------ */

/* A stranger's first word may make the conversation that it begins stricter: it is theirs as much.
 */
static bool may_change(const struct contact *contact, const struct device *device,
		       const struct content *content)
{
	if (device->trust == TRUST_TRUSTED || device->trust == TRUST_VERIFIED)
		return true;
	return device->trust == TRUST_UNDECIDED && !contact->is_known &&
	       is_stricter(content->timer, contact->timer);
}

gboolean timers_take(struct living *living, struct contact *contact, const struct device *device,
		     const struct content *content, struct message **notice,
		     GError **error)
{
	int64_t before = contact->timer;
	struct message *row;

	*notice = NULL;
	if (!content->has_timer || !may_change(contact, device, content) ||
	    !timers_merge(contact, content->timer, content->timer_version))
		return TRUE;
	if (!living->store->ops->contact_put(living->store, contact, error))
		return FALSE;
	if (contact->timer == before)
		return TRUE;
	row = make_notice(living, contact, device->address, content->body ? NULL : content->id);
	row->device = device->id;
	row->trust = device->trust;
	if (put_notice(living, row, error) && record(living, contact, device->id, error)) {
		*notice = row;
		return TRUE;
	}
	message_free(row);
	return FALSE;
}

/* -- one's own ------------------------------------------------------------------------------ */

struct setting_timer {
	struct living *living;
	char *address;
	struct audience audience;
	int64_t seconds;
	directory_done done;
	void *user;
};

static void setting_end(struct setting_timer *setting, const GError *error)
{
	setting->done(setting->user, error);
	audience_clear(&setting->audience);
	g_free(setting->address);
	g_free(setting);
}

static void flushed(void *user, const GError *error)
{
	g_autoptr(GError) why = NULL;

	if (error)
		error_set(
			&why, ERROR_UNREACHABLE,
			"%s The timer is set here; the other side hears of it later.",
			error->message);
	setting_end(user, why);
}

static gboolean store_setting(struct living *living, struct contact *contact,
			      struct message *notice, GError **error)
{
	struct content content = {
		.from = living->account->address,
		.to = contact->address,
		.time = notice->sent_at,
		.id = notice->id,
		.has_timer = true,
		.timer = contact->timer,
		.timer_version = contact->timer_version,
	};

	if (!living_begin(living, error))
		return FALSE;
	if (living->store->ops->contact_put(living->store, contact, error) &&
	    put_notice(living, notice, error) &&
	    record(living, contact, living->account->device, error) &&
	    delivery_announce(living, contact, &content, error))
		return living_commit(living, error);
	living_rollback(living);
	return FALSE;
}

static gboolean set_timer(struct setting_timer *setting, GError **error)
{
	struct living *living = setting->living;
	struct contact *contact = living_known(living, setting->address, error);
	struct message *notice;
	gboolean ok;

	if (!contact)
		return FALSE;
	/* Setting what is set already is no act, and says nothing to anybody. */
	if (contact->timer == setting->seconds) {
		contact_free(contact);
		return TRUE;
	}
	contact->timer = setting->seconds;
	contact->timer_version++;
	notice = make_notice(living, contact, living->account->address, NULL);
	notice->device = living->account->device;
	notice->trust = TRUST_VERIFIED;
	ok = store_setting(living, contact, notice, error);
	if (ok) {
		living_emit_message(living, EVENT_MESSAGE, notice);
		living_emit_contact(living, contact->address);
	}
	message_free(notice);
	contact_free(contact);
	return ok;
}

/* Devices that can't honour a timer are named before anything relies on one. */
static void warn_of_gaps(struct setting_timer *setting)
{
	for (char **address = setting->audience.people; setting->seconds && address && *address;
	     address++) {
		g_autoptr(GPtrArray) devices = living_devices(setting->living, *address, NULL);

		if (devices)
			delivery_warn_of_gaps(setting->living, *address, devices);
	}
}

static void refreshed(void *user, const GError *error)
{
	struct setting_timer *setting = user;
	g_autoptr(GError) failure = NULL;

	/* Whom the carrier can't tell of now hears of it with the next message. */
	(void)error;
	warn_of_gaps(setting);
	/* Nobody hears of it in the notes. */
	if (!set_timer(setting, &failure) || notes_is(setting->living, setting->address))
		setting_end(setting, failure);
	else
		delivery_flush(setting->living, flushed, setting);
}

/* Where nobody else is, the timer is set for oneself. */
static gboolean find_audience(struct setting_timer *setting, GError **error)
{
	struct contact *contact = living_known(setting->living, setting->address, error);
	g_autoptr(GError) why = NULL;

	if (!contact)
		return FALSE;
	if (!audience_init(setting->living, contact, &setting->audience, &why) &&
	    !error_is(why, ERROR_POLICY))
		g_propagate_error(error, g_steal_pointer(&why));
	contact_free(contact);
	return !error || !*error;
}

void timers_set(struct living *living, const char *address, int64_t seconds, directory_done done,
		void *user)
{
	struct setting_timer *setting = g_new0(struct setting_timer, 1);
	g_autoptr(GError) error = NULL;

	setting->living = living;
	setting->address = g_strdup(address);
	setting->seconds = seconds;
	setting->done = done;
	setting->user = user;
	if (!find_audience(setting, &error))
		setting_end(setting, error);
	else if (living->transport && setting->audience.people)
		audience_refresh(living, &setting->audience, DIRECTORY_LOOK, refreshed, setting);
	else
		refreshed(setting, NULL);
}
