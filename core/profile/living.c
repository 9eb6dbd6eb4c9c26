#include "core/profile/living.h"

#include "core/base/appclock.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/settings.h"
#include "core/port/store_expiry.h"
#include "core/profile/placeholder.h"
#include "core/profile/seal_state.h"

gboolean living_begin(struct living *living, GError **error)
{
	if (!living->store->ops->begin(living->store, error))
		return FALSE;
	seal_state_begin(living->seals);
	return TRUE;
}

static gboolean save_clock(struct living *living, GError **error)
{
	struct apptime now;

	if (!living->appclock)
		return TRUE;
	appclock_read(living->appclock, &now);
	return living->store->ops->expiry->clock_put(living->store, &now, error);
}

gboolean living_commit(struct living *living, GError **error)
{
	if (ratchet_flush(living->ratchet, error) && seal_state_store(living->seals, error) &&
	    save_clock(living, error) &&
	    living->store->ops->commit(living->store, error)) {
		if (living->committed)
			living->committed(living);
		return TRUE;
	}
	living_rollback(living);
	return FALSE;
}

void living_rollback(struct living *living)
{
	living->store->ops->rollback(living->store);
	ratchet_forget(living->ratchet);
	seal_state_forget(living->seals);
}

void living_emit(struct living *living, const struct event *event)
{
	if (living->listener)
		living->listener(event, living->listener_user);
}

void living_emit_contact(struct living *living, const char *address)
{
	struct event event = { .type = EVENT_CONTACT, .address = (char *)address };

	living_emit(living, &event);
}

void living_emit_notice(struct living *living, const char *format, ...)
{
	va_list args;
	g_autofree char *text = NULL;
	struct event event = { .type = EVENT_NOTICE };

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	event.text = text;
	living_emit(living, &event);
}

int64_t living_now(const struct living *living)
{
	return clock_wall(living->clock);
}

int64_t living_deadline(const struct living *living, int64_t seconds)
{
	return seconds ? appclock_now(living->appclock) + seconds * 1000 : 0;
}

void living_emit_message(struct living *living, enum event_type type, const struct message *message)
{
	struct message shown = *message;
	struct event event = { .type = type, .address = message->conversation, .message = &shown };
	char *words = placeholder_words(message);

	if (words)
		shown.body = words;
	shown.expires_at = appclock_wall(living->appclock, message->expires_at);
	living_emit(living, &event);
	plain_free(words);
}

struct contact *living_contact(struct living *living, const char *address, bool *is_new,
			       GError **error)
{
	struct contact *contact = NULL;

	*is_new = false;
	if (!living->store->ops->contact_get(living->store, address, &contact, error))
		return NULL;
	if (contact)
		return contact;
	*is_new = true;
	contact = g_new0(struct contact, 1);
	contact->address = g_strdup(address);
	if (strcmp(address, living->account->address) == 0) {
		contact->kind = CONTACT_NOTES;
		contact->is_listed = true;
	}
	contact->added_at = living_now(living);
	if (living->settings)
		contact->timer = settings_number(living->settings, "expire_default");
	contact->timer_version = contact->timer ? 1 : 0;
	return contact;
}

struct contact *living_known(struct living *living, const char *address, GError **error)
{
	struct contact *contact = NULL;
	bool is_new;

	if (strcmp(address, living->account->address) == 0)
		return living_contact(living, address, &is_new, error);
	if (!living->store->ops->contact_get(living->store, address, &contact, error))
		return NULL;
	if (!contact)
		error_set(error, ERROR_NO_CONTACT,
			  "Nobody called %s is known; see `sotto contact list`.", address);
	return contact;
}

enum trust_rule living_rule(const struct living *living, const struct contact *contact)
{
	/* In the order of the setting's words. */
	static const enum trust_rule rules[] = { RULE_FIRST, RULE_MANUAL, RULE_VERIFIED };

	if (contact->rule != RULE_DEFAULT)
		return contact->rule;
	return living->settings ? rules[settings_choice(living->settings, "trust_rule")] :
				  RULE_FIRST;
}

static gboolean collect(const struct device *device, void *user)
{
	g_ptr_array_add(user, device_copy(device));
	return TRUE;
}

GPtrArray *living_devices(struct living *living, const char *address, GError **error)
{
	GPtrArray *devices = g_ptr_array_new_with_free_func((GDestroyNotify)device_free);

	if (!living->store->ops->device_each(living->store, address, collect, devices, error)) {
		g_ptr_array_unref(devices);
		return NULL;
	}
	return devices;
}
