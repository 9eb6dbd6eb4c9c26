#include "core/outbox/delivery_queue.h"

#include <string.h>
#include "core/base/error.h"
#include "core/outbox/audience.h"
#include "core/outbox/delivery_seal.h"

void delivery_warn_of_gaps(struct living *living, const char *address, GPtrArray *devices)
{
	g_autoptr(GString) names = g_string_new(NULL);

	if (strcmp(living->account->carrier, "spool") == 0)
		return;
	for (guint i = 0; i < devices->len; i++) {
		const struct device *device = devices->pdata[i];

		if (!device->is_active || device->is_sotto ||
		    device_use(device, RULE_FIRST) == USE_SKIP)
			continue;
		g_string_append_printf(names, "%s%u", names->len ? ", " : "", device->id);
		if (device->label)
			g_string_append_printf(names, " (%s)", device->label);
	}
	if (names->len)
		living_emit_notice(
			living,
			"Of %s, these devices haven't shown that they honour timers and may keep "
			"what is sent: %s.",
			address, names->str);
}

gboolean delivery_attach(struct living *living, const struct contact *contact, const char *id,
			 const struct content *content, GError **error)
{
	struct audience audience;
	gboolean ok;

	if (!audience_init(living, contact, &audience, error))
		return FALSE;
	ok = audience_post(living, &audience, id, content, NULL, error);
	audience_clear(&audience);
	return ok;
}

gboolean delivery_announce(struct living *living, const struct contact *contact,
			   const struct content *content, GError **error)
{
	g_autoptr(GError) why = NULL;

	/* Where nobody is, nobody has to hear. */
	if (delivery_attach(living, contact, NULL, content, &why) || error_is(why, ERROR_POLICY))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&why));
	return FALSE;
}

gboolean delivery_queue(struct living *living, const struct contact *contact, uint32_t device,
			const struct content *content, GError **error)
{
	const char *const people[] = { contact->address, NULL };
	struct posting posting = { .conversation = contact->address,
				   .to = contact->address,
				   .content = content,
				   .only = device };
	struct recipients to;
	gboolean ok;

	/* Answers and receipts are nobody's business but the contact's. */
	if (!recipients_init(living, people, false, living_rule(living, contact), &to, error))
		return FALSE;
	posting.recipients = &to;
	ok = posting_put(living, &posting, error);
	recipients_clear(&to);
	return ok;
}
