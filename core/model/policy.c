#include "core/model/policy.h"

#include <string.h>

void verdict_clear(struct verdict *verdict)
{
	g_free(verdict->reason);
	memset(verdict, 0, sizeof(*verdict));
}

/* Devices by what becomes of them. */
struct sorted {
	unsigned usable;
	GArray *undecided;  /* ids */
	GArray *unverified; /* trusted, where that isn't enough */
	GArray *compromised;
	GArray *refused;
	GArray *keyless;
};

static void add(GArray *ids, const struct device *device)
{
	g_array_append_val(ids, device->id);
}

static void sort_device(struct sorted *sorted, const struct device *device, enum trust_rule rule)
{
	enum trust_use use = trust_use(device->trust, rule);

	if (!device->is_active)
		return;
	if (use == USE_SKIP)
		add(device->trust == TRUST_COMPROMISED ? sorted->compromised : sorted->refused,
		    device);
	else if (!device->has_key)
		/* Nothing can be sealed for it, so it doesn't hold up the others. */
		add(sorted->keyless, device);
	else if (use == USE_SEAL)
		sorted->usable++;
	else
		add(device->trust == TRUST_UNDECIDED ? sorted->undecided : sorted->unverified,
		    device);
}

static void sorted_init(struct sorted *sorted, const GPtrArray *devices, enum trust_rule rule)
{
	GArray **const lists[] = { &sorted->undecided, &sorted->unverified, &sorted->compromised,
				   &sorted->refused, &sorted->keyless };

	sorted->usable = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		*lists[i] = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (unsigned i = 0; i < devices->len; i++)
		sort_device(sorted, g_ptr_array_index(devices, i), rule);
}

static void sorted_clear(struct sorted *sorted)
{
	g_array_unref(sorted->undecided);
	g_array_unref(sorted->unverified);
	g_array_unref(sorted->compromised);
	g_array_unref(sorted->refused);
	g_array_unref(sorted->keyless);
}

static void deny_undecided(const char *address, const GArray *ids, struct verdict *verdict)
{
	g_autofree char *list = device_list_ids(ids);

	verdict->answer = VERDICT_DENY;
	verdict->code = ERROR_TRUST;
	verdict->reason = g_strdup_printf(
		"Nothing is sent to %s: it isn't decided yet whether to trust %s. Compare the "
		"safety number with "
		"`sotto verify %s`, or decide with `sotto trust %s %u trusted` (or untrusted).",
		address, list, address, address, g_array_index(ids, uint32_t, 0));
}

static void deny_unverified(const char *address, const GArray *ids, struct verdict *verdict)
{
	g_autofree char *list = device_list_ids(ids);

	verdict->answer = VERDICT_DENY;
	verdict->code = ERROR_TRUST;
	verdict->reason = g_strdup_printf(
		"Nothing is sent to %s: only verified devices may be written to, and %s %s not. "
		"Compare the safety number with `sotto verify %s`.",
		address, list, ids->len == 1 ? "is" : "are", address);
}

static void deny_keyless(const char *address, const GArray *ids, struct verdict *verdict)
{
	g_autofree char *words = device_keyless_words(ids);

	verdict->reason = g_strdup_printf(
		"Nothing is sent to %s: %s, so there is nothing to seal for. Ask them to start "
		"their program once, then send it again.",
		address, words);
}

static void deny_nobody(const char *address, const struct sorted *sorted, struct verdict *verdict)
{
	verdict->answer = VERDICT_DENY;
	verdict->is_nobody = true;
	verdict->code = !sorted->keyless->len && (sorted->refused->len || sorted->compromised->len)
				? ERROR_TRUST
				: ERROR_NO_DEVICES;
	if (sorted->keyless->len)
		deny_keyless(address, sorted->keyless, verdict);
	else if (sorted->refused->len || sorted->compromised->len)
		verdict->reason = g_strdup_printf(
			"Every device of %s was refused by hand; `sotto trust %s DEVICE trusted` "
			"takes one back.",
			address, address);
	else
		verdict->reason = g_strdup_printf(
			"%s has no device that could read a message; ask them to set one up.",
			address);
}

static void append_skipped(GString *reason, const GArray *ids, const char *why)
{
	g_autofree char *list = NULL;

	if (!ids->len)
		return;
	list = device_list_ids(ids);
	g_string_append_printf(reason, "%s%s (%s)", reason->len ? ", " : "", list, why);
}

static void warn_skipped(const char *address, const struct sorted *sorted, struct verdict *verdict)
{
	g_autoptr(GString) skipped = g_string_new(NULL);

	append_skipped(skipped, sorted->compromised, "in the wrong hands");
	append_skipped(skipped, sorted->refused, "untrusted");
	append_skipped(skipped, sorted->keyless, "without a key");
	if (!skipped->len)
		return;
	verdict->answer = VERDICT_WARN;
	verdict->reason =
		g_strdup_printf("Of %s these don't get the message: %s.", address, skipped->str);
}

void policy_judge_send(const char *address, const GPtrArray *devices, enum trust_rule rule,
		       struct verdict *verdict)
{
	struct sorted sorted;

	memset(verdict, 0, sizeof(*verdict));
	sorted_init(&sorted, devices, rule);
	if (sorted.undecided->len)
		deny_undecided(address, sorted.undecided, verdict);
	else if (sorted.unverified->len)
		deny_unverified(address, sorted.unverified, verdict);
	else if (!sorted.usable)
		deny_nobody(address, &sorted, verdict);
	else
		warn_skipped(address, &sorted, verdict);
	sorted_clear(&sorted);
}
