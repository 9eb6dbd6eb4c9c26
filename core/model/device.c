#include "core/model/device.h"

#include <string.h>

void device_clear(struct device *device)
{
	g_free(device->address);
	g_free(device->label);
	g_free(device->method);
	memset(device, 0, sizeof(*device));
}

struct device *device_copy(const struct device *device)
{
	struct device *copy;

	if (!device)
		return NULL;
	copy = g_new(struct device, 1);
	*copy = *device;
	copy->address = g_strdup(device->address);
	copy->label = g_strdup(device->label);
	copy->method = g_strdup(device->method);
	return copy;
}

bool device_is_off(const struct device *device)
{
	return !device->is_active && g_strcmp0(device->method, DEVICE_OFF) == 0;
}

bool device_is_changed(const struct device *device)
{
	return g_strcmp0(device->method, DEVICE_CHANGED) == 0;
}

static bool is_refused(enum trust trust)
{
	return trust == TRUST_UNTRUSTED || trust == TRUST_COMPROMISED;
}

bool device_is_keyless(const struct device *device)
{
	return device->is_active && !device->has_key && !is_refused(device->trust);
}

bool device_counts(const struct device *device)
{
	return device->is_active && device->has_key && !is_refused(device->trust);
}

void device_free(struct device *device)
{
	if (!device)
		return;
	device_clear(device);
	g_free(device);
}

static const char *const trust_names[TRUST_COUNT] = {
	[TRUST_UNDECIDED] = "undecided",     [TRUST_TRUSTED] = "trusted",
	[TRUST_VERIFIED] = "verified",	     [TRUST_UNTRUSTED] = "untrusted",
	[TRUST_COMPROMISED] = "compromised",
};

const char *trust_name(enum trust trust)
{
	return (unsigned int)trust < TRUST_COUNT ? trust_names[trust] :
						   trust_names[TRUST_UNDECIDED];
}

gboolean trust_parse(const char *name, enum trust *trust)
{
	for (unsigned int i = 0; i < TRUST_COUNT; i++) {
		if (strcmp(name, trust_names[i]) == 0) {
			*trust = (enum trust)i;
			return TRUE;
		}
	}
	return FALSE;
}

char *device_list_ids(const GArray *ids)
{
	const unsigned shown = MIN(ids->len, DEVICE_IDS_SHOWN);
	GString *text = g_string_new(ids->len == 1 ? "device " : "devices ");

	for (unsigned i = 0; i < shown; i++) {
		if (i)
			g_string_append(text, i + 1 == ids->len ? " and " : ", ");
		g_string_append_printf(text, "%u", g_array_index(ids, uint32_t, i));
	}
	if (ids->len > shown)
		g_string_append_printf(text, " and %u more", ids->len - shown);
	return g_string_free(text, FALSE);
}

char *device_keyless_words(const GArray *ids)
{
	g_autofree char *list = NULL;

	if (!ids || !ids->len)
		return NULL;
	list = device_list_ids(ids);
	return g_strdup_printf("%s %s published no key", list, ids->len == 1 ? "has" : "have");
}

const char *rule_name(enum trust_rule rule)
{
	static const char *const names[RULE_COUNT] = {
		[RULE_DEFAULT] = "default",
		[RULE_FIRST] = "first",
		[RULE_MANUAL] = "manual",
		[RULE_VERIFIED] = "verified",
	};

	return (unsigned int)rule < RULE_COUNT ? names[rule] : names[RULE_DEFAULT];
}

char *contact_fingerprint(const uint8_t key[static CONTACT_KEY_BYTES],
			  char out[static CONTACT_FINGERPRINT_BYTES])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 1; i < CONTACT_KEY_BYTES; i++) {
		out[2 * i - 2] = digits[key[i] >> 4];
		out[2 * i - 1] = digits[key[i] & 15];
	}
	out[CONTACT_FINGERPRINT_BYTES - 1] = '\0';
	return out;
}

enum trust trust_at_first_sight(enum trust_rule rule, bool is_first)
{
	return rule == RULE_FIRST && is_first ? TRUST_TRUSTED : TRUST_UNDECIDED;
}

enum trust trust_after(enum trust now, enum trust_act act)
{
	switch (act) {
	case ACT_TRUST:
		return now == TRUST_VERIFIED ? TRUST_VERIFIED : TRUST_TRUSTED;
	case ACT_VERIFY:
		return TRUST_VERIFIED;
	case ACT_DISTRUST:
		return now == TRUST_COMPROMISED ? TRUST_COMPROMISED : TRUST_UNTRUSTED;
	case ACT_COMPROMISED:
		return TRUST_COMPROMISED;
	case ACT_KEY_CHANGED:
		return is_refused(now) ? now : TRUST_UNDECIDED;
	}
	return TRUST_UNDECIDED;
}

enum trust_use trust_use(enum trust trust, enum trust_rule rule)
{
	if (trust == TRUST_VERIFIED)
		return USE_SEAL;
	if (is_refused(trust))
		return USE_SKIP;
	return trust == TRUST_TRUSTED && rule != RULE_VERIFIED ? USE_SEAL : USE_BLOCK;
}

enum trust_use device_use(const struct device *device, enum trust_rule rule)
{
	return device->has_key ? trust_use(device->trust, rule) : USE_SKIP;
}
