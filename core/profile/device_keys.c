#include "core/profile/device_keys.h"

#include <string.h>
#include "core/omemo/bundle.h"
#include "core/omemo/form.h"
#include "core/profile/journal.h"
#include "core/ratchet/ratchet.h"

enum { SEEN_MS = 60000 /* how exact last_seen is */ };

struct device *device_new_seen(const struct living *living, const char *address, uint32_t id)
{
	struct device *device = g_new0(struct device, 1);

	device->address = g_strdup(address);
	device->id = id;
	device->first_seen = device->last_seen = living_now(living);
	device->is_active = true;
	return device;
}

bool devices_are_compared(const GPtrArray *devices)
{
	for (guint i = 0; i < devices->len; i++) {
		const struct device *device = devices->pdata[i];

		if (device->trust == TRUST_VERIFIED || device_is_changed(device))
			return true;
	}
	return false;
}

void device_doubt(struct device *device)
{
	device->trust = trust_after(device->trust, ACT_KEY_CHANGED);
	/* What was switched off by hand stays off. */
	if (device_is_off(device))
		return;
	device->decided_at = 0;
	g_free(device->method);
	device->method = g_strdup(DEVICE_CHANGED);
}

static gboolean journal_key(struct living *living, enum journal_what what,
			    const struct device *device, const char *detail, GError **error)
{
	return journal_add(living->store, living->clock, what, device->address, device->id, detail,
			   error);
}

static gboolean replace_key(struct living *living, struct device *device,
			    const uint8_t key[static CONTACT_KEY_BYTES], GError **error)
{
	char former[CONTACT_FINGERPRINT_BYTES], fingerprint[CONTACT_FINGERPRINT_BYTES];
	g_autofree char *detail = NULL;

	contact_fingerprint(device->key, former);
	detail = g_strdup_printf("%s was %s", contact_fingerprint(key, fingerprint), former);
	memcpy(device->key, key, CONTACT_KEY_BYTES);
	/* What was shown was shown by who held the former key. */
	device->is_sotto = device->sends_digest = false;
	device->reads = 0;
	device_doubt(device);
	return ratchet_drop(living->ratchet, device->address, device->id, error) &&
	       journal_key(living, JOURNAL_KEY_CHANGED, device, detail, error);
}

gboolean device_learn_key(struct living *living, struct device *device,
			  const uint8_t key[static CONTACT_KEY_BYTES], enum key_news *news,
			  GError **error)
{
	*news = KEY_KNOWN;
	if (device->has_key && memcmp(device->key, key, CONTACT_KEY_BYTES) == 0)
		return TRUE;
	*news = device->has_key ? KEY_CHANGED : KEY_FIRST;
	if (device->has_key)
		return replace_key(living, device, key, error);
	memcpy(device->key, key, CONTACT_KEY_BYTES);
	device->has_key = true;
	/* Whatever was thought of it before, it wasn't thought of this key. */
	device->trust = trust_after(device->trust, ACT_KEY_CHANGED);
	return TRUE;
}

void device_learn_form(struct living *living, struct device *device, const struct bundle *bundle)
{
	g_autoptr(GByteArray) text = NULL;

	if (!bundle->has_form || !device->has_key)
		return;
	text = form_word_text(&bundle->form, device->address, device->id, device->key);
	if (!ratchet_verify(living->ratchet, device->key, text->data, text->len,
			    bundle->form.signature))
		return;
	device->is_sotto = true;
	device->reads |= form_parse(bundle->form.reads);
}

bool device_decide_first(struct device *device, enum trust_rule rule)
{
	if (device->has_key && device->trust == TRUST_UNDECIDED && !device_is_changed(device) &&
	    !device_is_off(device))
		device->trust = trust_at_first_sight(rule, true);
	else
		return false;
	return device->trust != TRUST_UNDECIDED;
}

gboolean device_record_first(struct living *living, const struct device *device, GError **error)
{
	char fingerprint[CONTACT_FINGERPRINT_BYTES];

	return journal_key(living, JOURNAL_FIRST_TRUSTED, device,
			   contact_fingerprint(device->key, fingerprint), error);
}

gboolean device_record(struct living *living, const struct device *device, bool is_new,
		       enum key_news news, GError **error)
{
	char fingerprint[CONTACT_FINGERPRINT_BYTES];
	const char *detail =
		device->has_key ? contact_fingerprint(device->key, fingerprint) : JOURNAL_NO_KEY;

	if (is_new)
		return journal_key(living, JOURNAL_DEVICE_SEEN, device, detail, error);
	return news != KEY_FIRST || journal_key(living, JOURNAL_KEY_SEEN, device, detail, error);
}

/* -- a key in a message ----------------------------------------------------------------------- */

bool device_is_met(const struct living *living, const struct device *device, const char *address,
		   uint32_t id, const uint8_t key[static CONTACT_KEY_BYTES])
{
	int64_t ago = device ? living_now(living) - device->last_seen : -1;

	return device && device->id == id && strcmp(device->address, address) == 0 &&
	       device->has_key && memcmp(device->key, key, CONTACT_KEY_BYTES) == 0 && ago >= 0 &&
	       ago < SEEN_MS;
}

struct device *device_meet(struct living *living, const char *address, uint32_t id,
			   const uint8_t key[static CONTACT_KEY_BYTES], enum trust_rule rule,
			   bool is_first, GError **error)
{
	struct device *device = NULL;
	enum key_news news;
	bool is_new;

	if (!living->store->ops->device_get(living->store, address, id, &device, error))
		return NULL;
	is_new = !device;
	/* A row a message would cost more than the message. */
	if (!is_first && device_is_met(living, device, address, id, key))
		return device;
	if (is_new)
		device = device_new_seen(living, address, id);
	device->last_seen = living_now(living);
	if (device_learn_key(living, device, key, &news, error)) {
		bool is_trusted = is_first && device_decide_first(device, rule);

		if (living->store->ops->device_put(living->store, device, error) &&
		    device_record(living, device, is_new, news, error) &&
		    (!is_trusted || device_record_first(living, device, error)))
			return device;
	}
	device_free(device);
	return NULL;
}
