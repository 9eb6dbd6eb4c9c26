#include "core/groups/groups.h"

#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/omemo/content.h"
#include "core/outbox/audience.h"
#include "core/outbox/delivery_flush.h"
#include "core/port/store_groups.h"
#include "core/profile/journal.h"
#include "core/text/text.h"

enum {
	NAMES_MAX = 99,	   /* groups of one name here */
	GROUPS_MAX = 1000, /* others can make us know of */
	GROUPS_STRANGERS_MAX = 100, /* of these, people who aren't contacts */
};

/* -- rows ------------------------------------------------------------------------------------- */

struct group *groups_get(struct living *living, const char *address, GError **error)
{
	struct group *group = NULL;

	if (!living->store->ops->groups->get(living->store, address, &group, error))
		return NULL;
	if (!group)
		error_set(error, ERROR_USAGE, "%s isn't a group; see `sotto group list`.", address);
	return group;
}

/* Of a device that nobody knows: undecided. */
static gboolean trust_of(struct living *living, const char *author, uint32_t device,
			 enum trust *trust, GError **error)
{
	struct device *row = NULL;

	*trust = TRUST_UNDECIDED;
	if (strcmp(author, living->account->address) == 0) {
		*trust = TRUST_VERIFIED;
		return TRUE;
	}
	if (!living->store->ops->device_get(living->store, author, device, &row, error))
		return FALSE;
	if (row)
		*trust = device_is_off(row) ? TRUST_UNTRUSTED : row->trust;
	device_free(row);
	return TRUE;
}

gboolean groups_note(struct living *living, const struct group *group, const char *author,
		     uint32_t device, const char *text, struct message **notice, GError **error)
{
	bool is_own = strcmp(author, living->account->address) == 0, is_new;
	struct message *row = g_new0(struct message, 1);
	g_autofree char *detail = g_strdup_printf("version %" G_GUINT64_FORMAT ", %u member%s",
						  group->version, group->members->len,
						  text_s(group->members->len));

	row->id = message_new_id();
	row->conversation = g_strdup(group->address);
	row->from = g_strdup(author);
	row->device = device;
	row->kind = KIND_NOTICE;
	row->direction = is_own ? DIRECTION_OUT : DIRECTION_IN;
	row->state = is_own ? STATE_SENT : STATE_READ;
	row->sent_at = living_now(living);
	row->received_at = row->read_at = is_own ? 0 : row->sent_at;
	row->body = plain_dup(text);
	if (trust_of(living, author, device, &row->trust, error) &&
	    living->store->ops->message_put(living->store, row, &is_new, error) &&
	    journal_add(living->store, living->clock, JOURNAL_GROUP_CHANGED, group->address, device,
			detail, error)) {
		*notice = row;
		return TRUE;
	}
	message_free(row);
	return FALSE;
}

static gboolean put_conversation(struct living *living, const char *address, GError **error)
{
	bool is_new;
	struct contact *contact = living_contact(living, address, &is_new, error);
	gboolean ok;

	if (!contact)
		return FALSE;
	contact->kind = CONTACT_GROUP;
	contact->is_listed = contact->is_known = true;
	ok = living->store->ops->contact_put(living->store, contact, error);
	contact_free(contact);
	return ok;
}

static gboolean count_one(const struct group *group, void *user)
{
	(void)group;
	++*(unsigned *)user;
	return TRUE;
}

static gboolean is_taken(struct living *living, const char *address, bool *is_taken, GError **error)
{
	struct contact *contact = NULL;

	if (!living->store->ops->contact_get(living->store, address, &contact, error))
		return FALSE;
	*is_taken = contact != NULL;
	contact_free(contact);
	return TRUE;
}

struct group *groups_meet(struct living *living, const struct group_word *word, bool is_stranger,
			  GError **error)
{
	g_autofree char *address = g_strdup_printf("#%s", word->name);
	struct group *group;
	unsigned count = 0, most = is_stranger ? GROUPS_STRANGERS_MAX : GROUPS_MAX;
	bool taken = true;

	if (!living->store->ops->groups->each(living->store, count_one, &count, error))
		return NULL;
	for (unsigned n = 2; count < most && n <= NAMES_MAX; n++) {
		if (!is_taken(living, address, &taken, error))
			return NULL;
		if (!taken)
			break;
		g_free(address);
		address = g_strdup_printf("#%s-%u", word->name, n);
	}
	if (taken) {
		error_set(error, ERROR_LIMIT, "There are too many groups here to take in %s.",
			  address);
		return NULL;
	}
	group = group_new(address, word->id, word->name, word->owner);
	if (put_conversation(living, address, error) &&
	    living->store->ops->groups->put(living->store, group, error))
		return group;
	group_free(group);
	return NULL;
}

/* -- telling ---------------------------------------------------------------------------------- */

/* WORD to PEOPLE, within GROUP's conversation; nobody is told nothing. */
static gboolean say(struct living *living, const struct group *group, char **people,
		    struct group_word *word, bool is_apart, GError **error)
{
	struct audience audience = { .address = group->address,
				     .kind = CONTACT_GROUP,
				     .people = people,
				     .is_apart = is_apart,
				     .group = (struct group *)group };
	struct content content = { .from = living->account->address,
				   .time = living_now(living),
				   .group = word };
	g_autofree char *id = message_new_id();

	content.id = id;
	if (!people[0])
		return TRUE;
	return audience_post(living, &audience, NULL, &content, NULL, error);
}

/* The members but us, NULL-terminated, borrowed. */
static char **others(const struct living *living, const struct group *group)
{
	char **people = g_new0(char *, group->members->len + 1);
	size_t count = 0;

	for (guint i = 0; i < group->members->len; i++) {
		if (strcmp(group->members->pdata[i], living->account->address) != 0)
			people[count++] = group->members->pdata[i];
	}
	return people;
}

static gboolean say_list(struct living *living, const struct group *group, GError **error)
{
	struct group_word *word = group_say(group, living->account->address);
	g_autofree char **people = others(living, group);
	gboolean ok = say(living, group, people, word, false, error);

	group_word_free(word);
	return ok;
}

/* Who is out hears that, not who stays; our own devices are still in. */
static gboolean say_out(struct living *living, const struct group *group,
			const char *const *removed, GError **error)
{
	struct group_word *word = group_say(group, living->account->address);
	gboolean ok;

	g_strfreev(word->members);
	word->members = g_new0(char *, 1);
	ok = say(living, group, (char **)removed, word, true, error);
	group_word_free(word);
	return ok;
}

gboolean groups_tell(struct living *living, struct group *group, GError **error)
{
	group->version++;
	return living->store->ops->groups->put(living->store, group, error) &&
	       say_list(living, group, error);
}

/* -- one's own acts --------------------------------------------------------------------------- */

enum act_kind { ACT_CREATE, ACT_CHANGE, ACT_LEAVE };

struct act {
	struct living *living;
	enum act_kind kind;
	struct group *group; /* as it will be */
	char **added;	     /* owned; none of them in it before */
	char **removed;	     /* owned; all of them in it before */
	groups_made made;
	directory_done done;
	void *user;
};

static void act_end(struct act *act, const GError *error)
{
	bool is_made = act->group && (!error || error_is(error, ERROR_UNREACHABLE));

	if (act->made)
		act->made(act->user, is_made ? act->group->address : NULL, error);
	else
		act->done(act->user, error);
	group_free(act->group);
	g_strfreev(act->added);
	g_strfreev(act->removed);
	g_free(act);
}

static void flushed(void *user, const GError *error)
{
	g_autoptr(GError) why = NULL;

	if (error)
		error_set(&why, ERROR_UNREACHABLE, "%s Not everybody has heard of it yet.",
			  error->message);
	act_end(user, why);
}

static char *act_text(const struct act *act)
{
	struct group_change change = { 0 };
	g_autofree char *added = g_strjoinv(", ", act->added);
	g_autofree char *removed = g_strjoinv(", ", act->removed);

	(void)change;
	switch (act->kind) {
	case ACT_CREATE:
		return *added ? g_strdup_printf("You made %s with %s.", act->group->address, added)
			      : g_strdup_printf("You made %s.", act->group->address);
	case ACT_LEAVE:
		return g_strdup_printf("You left %s.", act->group->address);
	default:
		return g_strdup_printf("You %s%s%s%s%s.", *added ? "added " : "", added,
				       *added && *removed ? ", and " : "",
				       *removed ? "removed " : "", removed);
	}
}

/* An owner's list goes out with the heir's name on it; anybody else only says goodbye. */
static gboolean say_goodbye(struct act *act, GError **error)
{
	struct living *living = act->living;
	const char *own = living->account->address;
	g_autofree char **people = others(living, act->group);
	bool is_owner = strcmp(act->group->owner, own) == 0;
	struct group_word *word;
	gboolean ok;

	group_drop(act->group, own);
	if (is_owner)
		act->group->version++;
	word = group_say(act->group, own);
	if (is_owner && people[0]) {
		g_free(word->owner);
		word->owner = g_strdup(group_heir(act->group));
	}
	word->is_leaving = !is_owner;
	ok = say(living, act->group, people, word, false, error);
	act->group->is_left = true;
	group_word_free(word);
	return ok;
}

static gboolean store_act(struct act *act, GError **error)
{
	struct living *living = act->living;
	const struct store_ops *ops = living->store->ops;

	if (act->kind == ACT_CREATE && !put_conversation(living, act->group->address, error))
		return FALSE;
	if (act->kind == ACT_LEAVE)
		return say_goodbye(act, error) &&
		       ops->groups->put(living->store, act->group, error);
	return ops->groups->put(living->store, act->group, error) &&
	       say_list(living, act->group, error) &&
	       say_out(living, act->group, (const char *const *)act->removed, error);
}

/* Whether nothing can be sealed for ADDRESS before somebody writes there, or decides. */
static bool is_unmet(struct living *living, const char *address)
{
	g_autoptr(GPtrArray) devices = living_devices(living, address, NULL);
	struct contact *contact = NULL;
	struct contact nobody = { 0 };
	enum trust_rule rule;
	bool is = true;

	if (!devices || !living->store->ops->contact_get(living->store, address, &contact, NULL))
		return false;
	rule = living_rule(living, contact ? contact : &nobody);
	contact_free(contact);
	for (guint i = 0; i < devices->len; i++) {
		const struct device *device = devices->pdata[i];

		is &= !device->is_active || device_use(device, rule) != USE_SEAL;
	}
	return is;
}

/* To put somebody in is no word to them: their keys are believed once they are written to. */
static void tell_unmet(const struct act *act)
{
	struct living *living = act->living;
	g_autoptr(GString) names = g_string_new(NULL);

	for (char **address = act->added; living->transport && *address; address++) {
		if (is_unmet(living, *address))
			g_string_append_printf(names, "%s%s", names->len ? ", " : "", *address);
	}
	if (names->len)
		living_emit_notice(living,
				   "You haven't written to %s yet: who that is hears of %s with "
				   "your first message there.",
				   names->str, act->group->address);
}

static void perform(struct act *act)
{
	struct living *living = act->living;
	g_autofree char *text = act_text(act);
	g_autoptr(GError) error = NULL;
	struct message *notice = NULL;

	if (living_begin(living, &error)) {
		if (!store_act(act, &error) ||
		    !groups_note(living, act->group, living->account->address,
				 living->account->device, text, &notice, &error))
			living_rollback(living);
		else if (living_commit(living, &error))
			living_emit_message(living, EVENT_MESSAGE, notice);
	}
	message_free(notice);
	if (error) {
		act_end(act, error);
		return;
	}
	living_emit_contact(living, act->group->address);
	tell_unmet(act);
	delivery_flush(living, flushed, act);
}

static void asked(void *user, const GError *error)
{
	struct act *act = user;

	/* Somebody whom nobody knows must not be put in; who is out of reach hears of it later. */
	if (audience_is_fatal(error) || (error_is(error, ERROR_NO_CONTACT) && act->added[0]))
		act_end(act, error);
	else
		perform(act);
}

static void act_begin(struct act *act)
{
	g_autofree char **people = others(act->living, act->group);
	struct audience audience = { .address = act->group->address,
				     .kind = CONTACT_GROUP,
				     .people = act->added[0] ? act->added : people };

	if (act->living->transport && audience.people[0])
		audience_refresh(act->living, &audience, DIRECTORY_LOOK, asked, act);
	else
		perform(act);
}

static struct act *act_new(struct living *living, enum act_kind kind, void *user)
{
	struct act *act = g_new0(struct act, 1);

	act->living = living;
	act->kind = kind;
	act->added = g_new0(char *, 1);
	act->removed = g_new0(char *, 1);
	act->user = user;
	return act;
}

static void keep(char ***list, const char *address)
{
	guint count = g_strv_length(*list);

	*list = g_renew(char *, *list, count + 2);
	(*list)[count] = g_strdup(address);
	(*list)[count + 1] = NULL;
}

/* Normalised, each once, not yet in it, and not too many. */
static gboolean add_people(struct act *act, const char *const *people, GError **error)
{
	for (; people && *people; people++) {
		g_autofree char *address = contact_address(*people, error);

		if (!address)
			return FALSE;
		if (group_has(act->group, address))
			continue;
		if (act->group->members->len == GROUP_MEMBERS_MAX) {
			error_set(error, ERROR_LIMIT, "A group has at most %d members.",
				  GROUP_MEMBERS_MAX);
			return FALSE;
		}
		group_add(act->group, address);
		keep(&act->added, address);
	}
	return TRUE;
}

static gboolean drop_people(struct act *act, const char *const *people, GError **error)
{
	for (; people && *people; people++) {
		g_autofree char *address = contact_address(*people, error);

		if (!address)
			return FALSE;
		if (strcmp(address, act->living->account->address) == 0) {
			error_set(error, ERROR_USAGE,
				  "To take yourself out, leave: `sotto group leave %s`.",
				  act->group->address);
			return FALSE;
		}
		if (!group_has(act->group, address)) {
			error_set(error, ERROR_NO_CONTACT, "%s isn't in %s.", address,
				  act->group->address);
			return FALSE;
		}
		group_drop(act->group, address);
		keep(&act->removed, address);
	}
	return TRUE;
}

static gboolean check_new(struct living *living, const char *address, GError **error)
{
	bool taken = false;

	if (!is_taken(living, address, &taken, error))
		return FALSE;
	if (taken)
		error_set(error, ERROR_EXISTS,
			  "There is a group called %s already; choose another name.", address);
	return !taken;
}

void groups_create(struct living *living, const char *name, const char *const *people,
		   groups_made done, void *user)
{
	struct act *act = act_new(living, ACT_CREATE, user);
	g_autoptr(GError) error = NULL;
	g_autofree char *address = group_address(name, &error), *id = message_new_id();

	act->made = done;
	if (!address || !check_new(living, address, &error)) {
		act_end(act, error);
		return;
	}
	act->group = group_new(address, id, address + 1, living->account->address);
	act->group->version = 1;
	group_add(act->group, living->account->address);
	if (add_people(act, people, &error)) {
		act_begin(act);
		return;
	}
	g_clear_pointer(&act->group, group_free);
	act_end(act, error);
}

static gboolean check_owned(const struct living *living, const struct group *group, GError **error)
{
	bool is_owned = g_strcmp0(group->owner, living->account->address) == 0;

	if (group->is_left)
		error_set(error, ERROR_POLICY, "You are out of %s.", group->address);
	else if (!is_owned)
		error_set(error, ERROR_POLICY, "Only %s, who owns %s, says who is in it.",
			  group->owner, group->address);
	return is_owned && !group->is_left;
}

void groups_change(struct living *living, const char *address, const char *const *added,
		   const char *const *removed, directory_done done, void *user)
{
	struct act *act = act_new(living, ACT_CHANGE, user);
	g_autoptr(GError) error = NULL;

	act->done = done;
	act->group = groups_get(living, address, &error);
	if (!act->group || !check_owned(living, act->group, &error) ||
	    !drop_people(act, removed, &error) || !add_people(act, added, &error) ||
	    (!act->added[0] && !act->removed[0])) {
		act_end(act, error);
		return;
	}
	act->group->version++;
	act_begin(act);
}

void groups_leave(struct living *living, const char *address, directory_done done, void *user)
{
	struct act *act = act_new(living, ACT_LEAVE, user);
	g_autoptr(GError) error = NULL;

	act->done = done;
	act->group = groups_get(living, address, &error);
	if (act->group && act->group->is_left)
		error_set(&error, ERROR_POLICY, "You are out of %s already.", address);
	if (error)
		act_end(act, error);
	else
		act_begin(act);
}
