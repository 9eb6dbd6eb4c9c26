#include "core/outbox/audience.h"

#include <string.h>
#include "core/base/error.h"
#include "core/model/group.h"
#include "core/model/policy.h"
#include "core/omemo/content.h"
#include "core/outbox/delivery_seal.h"
#include "core/port/store_groups.h"
#include "core/profile/device_keys.h"
#include "core/profile/lately.h"

/* -- who they are ----------------------------------------------------------------------------- */

static gboolean check_group(const struct group *group, const struct contact *contact,
			    GError **error)
{
	if (!group) {
		error_set_plain(error, ERROR_NO_CONTACT);
		return FALSE;
	}
	if (group->is_left) {
		error_set(error, ERROR_POLICY,
			  "You are out of %s: nothing can be sent there any more.",
			  contact->address);
		return FALSE;
	}
	if (contact->kind == CONTACT_GROUP && group->version == 0) {
		error_set(error, ERROR_POLICY,
			  "%s, who owns %s, hasn't said yet who is in it; wait for that.",
			  group->owner, contact->address);
		return FALSE;
	}
	return TRUE;
}

static char **others(const struct group *group, const char *own)
{
	GPtrArray *people = g_ptr_array_new();

	for (guint i = 0; i < group->members->len; i++) {
		if (strcmp(group->members->pdata[i], own) != 0)
			g_ptr_array_add(people, g_strdup(group->members->pdata[i]));
	}
	g_ptr_array_add(people, NULL);
	return (char **)g_ptr_array_free(people, FALSE);
}

gboolean audience_init(struct living *living, const struct contact *contact,
		       struct audience *audience, GError **error)
{
	memset(audience, 0, sizeof(*audience));
	audience->address = g_strdup(contact->address);
	audience->kind = contact->kind;
	if (contact->kind == CONTACT_NOTES) {
		error_set(error, ERROR_POLICY,
			  "Notes to yourself stay on this device: nothing is sent.");
		audience_clear(audience);
		return FALSE;
	}
	if (contact->kind == CONTACT_PERSON) {
		audience->people = g_new0(char *, 2);
		audience->people[0] = g_strdup(contact->address);
		return TRUE;
	}
	if (!living->store->ops->groups->get(living->store, contact->address, &audience->group,
					     error) ||
	    !check_group(audience->group, contact, error)) {
		audience_clear(audience);
		return FALSE;
	}
	audience->people = others(audience->group, living->account->address);
	if (audience->people[0])
		return TRUE;
	error_set(error, ERROR_POLICY,
		  "Nobody but you is in %s; add somebody (`sotto group add`).", contact->address);
	audience_clear(audience);
	return FALSE;
}

void audience_clear(struct audience *audience)
{
	g_free(audience->address);
	g_strfreev(audience->people);
	group_free(audience->group);
	memset(audience, 0, sizeof(*audience));
}

/* -- asking for their devices ----------------------------------------------------------------- */

bool audience_is_fatal(const GError *error)
{
	return lately_is_fatal(error);
}

void audience_refresh(struct living *living, const struct audience *audience,
		      enum directory_act act, directory_done done, void *user)
{
	guint count = g_strv_length(audience->people);
	g_autofree const char **addresses = g_new0(const char *, count + 2);

	for (guint i = 0; i < count; i++)
		addresses[i] = audience->people[i];
	addresses[count] = living->account->address;
	lately_ask(living, addresses, act, count > LATELY_MANY, done, user);
}

/* -- may they read it ------------------------------------------------------------------------- */

/* The trust rule for one of them, the profile's for who is no contact; *IS_MET (may be NULL): first
 * contact was made. */
static gboolean rule_for(struct living *living, const char *address, enum trust_rule *rule,
			 bool *is_met, GError **error)
{
	struct contact *contact = NULL;
	struct contact nobody = { 0 };

	if (!living->store->ops->contact_get(living->store, address, &contact, error))
		return FALSE;
	*rule = living_rule(living, contact ? contact : &nobody);
	if (is_met)
		*is_met = contact && contact->is_known;
	contact_free(contact);
	return TRUE;
}

/* One round over an audience. */
struct judging {
	struct living *living;
	const struct audience *audience;
	GPtrArray *missing;
	bool is_foreseeing; /* as if they were written to now: first contact included */
};

static gboolean judge_one(const struct judging *judging, const char *address, bool *can_read,
			  GError **error)
{
	const struct audience *audience = judging->audience;
	struct living *living = judging->living;
	GPtrArray *missing = judging->missing;
	struct verdict verdict = { 0 };
	g_autoptr(GPtrArray) devices = NULL;
	enum trust_rule rule;
	bool is_missing, is_met;

	if (!rule_for(living, address, &rule, &is_met, error))
		return FALSE;
	devices = living_devices(living, address, error);
	if (!devices)
		return FALSE;
	for (guint i = 0; judging->is_foreseeing && !is_met && i < devices->len; i++)
		device_decide_first(devices->pdata[i], rule);
	policy_judge_send(address, devices, rule, &verdict);
	is_missing = audience->kind != CONTACT_PERSON && verdict.answer == VERDICT_DENY &&
		     verdict.is_nobody;
	*can_read = verdict.answer != VERDICT_DENY;
	if (is_missing && missing)
		g_ptr_array_add(missing, g_strdup_printf("%s can't read what you send to %s: %s",
							 address, audience->address,
							 verdict.reason));
	else if (!*can_read && !is_missing)
		error_set(error, verdict.code, "%s", verdict.reason);
	verdict_clear(&verdict);
	return *can_read || is_missing;
}

static gboolean judge(const struct judging *judging, GError **error)
{
	const struct audience *audience = judging->audience;
	bool somebody = false, can_read = false;

	for (char **address = audience->people; *address; address++) {
		if (!judge_one(judging, *address, &can_read, error))
			return FALSE;
		somebody |= can_read;
	}
	if (!somebody)
		error_set(error, ERROR_NO_DEVICES,
			  "Nobody in %s has keys that can be used; ask them to start sotto once.",
			  audience->address);
	return somebody;
}

gboolean audience_judge(struct living *living, const struct audience *audience, GPtrArray *missing,
			GError **error)
{
	const struct judging judging = { living, audience, missing, false };

	return judge(&judging, error);
}

gboolean audience_foresee(struct living *living, const struct audience *audience,
			  GPtrArray *missing, GError **error)
{
	const struct judging judging = { living, audience, missing, true };

	return judge(&judging, error);
}

/* -- sealing ---------------------------------------------------------------------------------- */

static gboolean post(struct living *living, struct posting *posting, const char *const *people,
		     bool with_own, enum trust_rule rule, enum trust *trust, GError **error)
{
	struct recipients to;
	gboolean ok;

	if (!recipients_init(living, people, with_own, rule, &to, error))
		return FALSE;
	posting->recipients = &to;
	ok = posting_put(living, posting, error);
	if (trust)
		*trust = MIN(*trust, recipients_trust(living, &to));
	recipients_clear(&to);
	return ok;
}

/* The order of enum trust is that of belief up to TRUST_VERIFIED, and less isn't sealed for. */
static gboolean post_each(struct living *living, const struct audience *audience,
			  struct posting *posting, const struct content *content,
			  enum trust *trust, GError **error)
{
	struct content said = *content;
	gboolean ok = TRUE;

	if (!said.group)
		said.group = group_say(audience->group, living->account->address);
	posting->content = &said;
	posting->may_miss = true;
	for (char **address = audience->people; ok && *address; address++) {
		const char *const people[] = { *address, NULL };
		enum trust_rule rule;

		said.to = *address;
		posting->to = *address;
		ok = rule_for(living, *address, &rule, NULL, error) &&
		     post(living, posting, people,
			  address == audience->people && !audience->is_apart, rule, trust, error);
	}
	if (said.group != content->group)
		group_word_free(said.group);
	return ok;
}

gboolean audience_post(struct living *living, const struct audience *audience, const char *id,
		       const struct content *content, enum trust *trust, GError **error)
{
	struct posting posting = { .conversation = audience->address,
				   .to = audience->address,
				   .id = id,
				   .is_room = audience->kind == CONTACT_ROOM };
	struct content said = *content;
	enum trust_rule rule;

	if (trust)
		*trust = TRUST_VERIFIED;
	if (audience->kind == CONTACT_GROUP)
		return post_each(living, audience, &posting, content, trust, error);
	said.to = audience->address;
	posting.content = &said;
	return rule_for(living, audience->address, &rule, NULL, error) &&
	       post(living, &posting, (const char *const *)audience->people, true, rule, trust,
		    error);
}

gboolean audience_mark(struct living *living, const struct audience *audience, const char *id,
		       GError **error)
{
	/* How far a room's messages come with whom, nobody tells. */
	if (audience->kind != CONTACT_GROUP)
		return TRUE;
	for (char **address = audience->people; *address; address++) {
		if (!living->store->ops->groups->mark(living->store, audience->address, id,
						      *address, STATE_QUEUED, error))
			return FALSE;
	}
	return TRUE;
}
