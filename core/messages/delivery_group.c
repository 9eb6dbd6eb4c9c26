#include "core/messages/delivery_group.h"

#include <string.h>
#include "core/base/error.h"
#include "core/groups/groups.h"
#include "core/messages/delivery_inside.h"
#include "core/model/group.h"
#include "core/port/store_groups.h"

/*
 * Whom we never wrote to we don't know by any key, and take at their carrier's word, as with the
 * first message; once we have, what comes under another key waits for a decision.
 */
static bool is_believed(const struct arrival *arrival)
{
	enum trust_use use = device_use(arrival->device, RULE_FIRST);
	bool is_stranger = !arrival->contact || !arrival->contact->is_known;

	if (device_is_off(arrival->device))
		return false;
	return use == USE_SEAL || (use == USE_BLOCK && is_stranger);
}

/* Words in a group that there is no conversation for. */
static gboolean refuse(struct arrival *arrival, const char *why, GError **error)
{
	g_clear_pointer(&arrival->contact, contact_free);
	return arrival_lost(arrival, CAUSE_OUTSIDER, why, error);
}

static gboolean find_group(struct arrival *arrival, struct group **group, bool *is_new,
			   GError **error)
{
	struct living *living = arrival->intake->living;
	const struct group_word *word = arrival->content.group;
	const struct store_groups_ops *ops = living->store->ops->groups;
	g_autoptr(GError) why = NULL;
	g_autofree char *address = NULL;

	*is_new = false;
	if (!ops->find(living->store, word->id, &address, error))
		return FALSE;
	if (address)
		return ops->get(living->store, address, group, error);
	/* Nobody comes in by a goodbye or by being thrown out. */
	if (word->is_leaving || (word->members && !word->members[0]))
		return (!arrival->content.body && !arrival->content.file) ||
		       refuse(arrival, "It was said in a group that isn't known here.", error);
	*group = groups_meet(living, word,
			     !arrival->is_own &&
				     !(arrival->contact && arrival->contact->is_listed),
			     &why);
	*is_new = *group != NULL;
	if (*group)
		return TRUE;
	if (!error_is(why, ERROR_LIMIT)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return FALSE;
	}
	return refuse(arrival, why->message, error);
}

static gboolean tell_change(struct arrival *arrival, struct group *group,
			    const struct group_change *change, GError **error)
{
	struct living *living = arrival->intake->living;
	const char *own = living->account->address;
	bool is_gone = change->removed != NULL && arrival->content.group->is_leaving;
	struct event event = { .type = EVENT_MESSAGE };
	g_autofree char *text = group_change_text(group, change,
						  arrival->is_own ? NULL : arrival->envelope.from);

	if (!*text)
		return TRUE;
	if (!groups_note(living, group, arrival->envelope.from, arrival->envelope.device, text,
			 &event.message, error))
		return FALSE;
	event.address = group->address;
	intake_event(arrival->intake, &event);
	message_free(event.message);
	if (!is_gone || strcmp(group->owner, own) != 0)
		return TRUE;
	arrival->intake->has_posted = true;
	return groups_tell(living, group, error);
}

static gboolean take_word(struct arrival *arrival, struct group *group, bool is_believed,
			  GError **error)
{
	struct living *living = arrival->intake->living;
	struct group_change change = { 0 };
	enum group_verdict verdict = GROUP_SAME;
	gboolean ok = TRUE;

	if (is_believed)
		verdict = group_take(group, arrival->content.group, arrival->envelope.from,
				     living->account->address, &change);
	if (verdict == GROUP_REFUSED)
		intake_notice(arrival->intake,
			      g_strdup_printf("%s said who is in %s, which only %s may: it was "
					      "ignored.",
					      arrival->envelope.from, group->address,
					      group->owner));
	/* Until the owner has spoken, who knows the group's id counts as a member. */
	if (group->version == 0)
		group_add(group, arrival->envelope.from);
	if (verdict == GROUP_CHANGED || group->version == 0)
		ok = living->store->ops->groups->put(living->store, group, error);
	if (ok && verdict == GROUP_CHANGED)
		ok = tell_change(arrival, group, &change, error);
	group_change_clear(&change);
	return ok;
}

static gboolean is_heard(struct arrival *arrival, const struct group *group, bool *heard,
			 GError **error)
{
	*heard = !group->is_left && group_has(group, arrival->envelope.from);
	if (*heard || (!arrival->content.body && !arrival->content.file))
		return TRUE;
	g_autofree char *why =
		group->is_left ?
			g_strdup_printf("%s wrote in %s, which you are out of; that isn't shown.",
					arrival->envelope.from, group->address) :
			g_strdup_printf("%s isn't in %s as far as %s has said; what they wrote "
					"there was refused.",
					arrival->envelope.from, group->address, group->owner);

	return arrival_lost(arrival, group->is_left ? CAUSE_LEFT : CAUSE_OUTSIDER, why, error);
}

gboolean arrival_take_group(struct arrival *arrival, bool *heard, GError **error)
{
	struct living *living = arrival->intake->living;
	struct group *group = NULL;
	bool is_new, believes = is_believed(arrival);
	gboolean ok;

	*heard = false;
	if (!find_group(arrival, &group, &is_new, error))
		return FALSE;
	if (!group)
		return TRUE;
	contact_free(arrival->contact);
	arrival->contact = NULL;
	ok = living->store->ops->contact_get(living->store, group->address, &arrival->contact,
					     error) &&
	     take_word(arrival, group, believes, error) && is_heard(arrival, group, heard, error);
	if (ok)
		g_hash_table_add(arrival->intake->touched, g_strdup(group->address));
	group_free(group);
	return ok;
}

/* -- receipts --------------------------------------------------------------------------------- */

static gboolean least(const char *member, enum state state, void *user)
{
	enum state *least = user;

	(void)member;
	*least = MIN(*least, state);
	return TRUE;
}

gboolean arrival_mark(struct arrival *arrival, const char *id, enum state *state, GError **error)
{
	struct store *store = arrival->intake->living->store;
	const char *address = arrival->contact->address;

	return store->ops->groups->mark(store, address, id, arrival->envelope.from, *state,
					error) &&
	       store->ops->groups->marks(store, address, id, least, state, error);
}
