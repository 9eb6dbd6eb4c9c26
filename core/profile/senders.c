#include "core/profile/senders.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "core/base/appclock.h"
#include "core/base/error.h"
#include "core/model/contact.h"
#include "core/profile/journal.h"

#define BUDGET_SETTING "budget"
#define BLOCKED_SETTING "blocked-uids"
#define UID_PREFIX "uid:"

enum { MINUTE_MS = 60000, KNOWN_US = 1000000 /* how old the list of contacts may be */ };

/* As the store keeps it. */
struct blocked {
	uint32_t uid;
	uint32_t dropped;
};

struct senders {
	struct budget *budget;
	bool is_spent;	    /* something was charged that isn't in the store */
	GArray *blocked;    /* struct blocked */
	GHashTable *known;  /* the uids of contacts */
	int64_t known_at;   /* monotonic us */
};

void senders_free(struct senders *senders)
{
	if (!senders)
		return;
	budget_free(senders->budget);
	g_array_unref(senders->blocked);
	g_hash_table_unref(senders->known);
	g_free(senders);
}

static GBytes *setting(struct living *living, const char *name, GError **error)
{
	GBytes *value = NULL;

	if (!living->store->ops->setting_get(living->store, name, &value, error))
		return NULL;
	return value ? value : g_bytes_new(NULL, 0);
}

static gboolean load_blocked(struct living *living, GArray *blocked, GError **error)
{
	g_autoptr(GBytes) value = setting(living, BLOCKED_SETTING, error);
	gsize bytes;
	const void *data;

	if (!value)
		return FALSE;
	data = g_bytes_get_data(value, &bytes);
	if (bytes % sizeof(struct blocked) == 0 &&
	    bytes / sizeof(struct blocked) <= SENDERS_BLOCKED_MAX)
		g_array_append_vals(blocked, data, (guint)(bytes / sizeof(struct blocked)));
	return TRUE;
}

/* Made at the first need. NULL with ERROR when the store failed. */
static struct senders *senders_of(struct living *living, GError **error)
{
	g_autoptr(GBytes) spent = NULL;
	struct senders *senders;

	if (living->senders)
		return living->senders;
	spent = setting(living, BUDGET_SETTING, error);
	if (!spent)
		return NULL;
	senders = g_new0(struct senders, 1);
	senders->budget = budget_new(spent);
	senders->blocked = g_array_new(FALSE, FALSE, sizeof(struct blocked));
	senders->known = g_hash_table_new(NULL, NULL);
	if (load_blocked(living, senders->blocked, error)) {
		living->senders = senders;
		return senders;
	}
	senders_free(senders);
	return NULL;
}

/* -- who is heard ----------------------------------------------------------------------------- */

static gboolean add_known(const struct contact *contact, void *user)
{
	if (contact->has_owner && contact->is_known && !contact->manners.is_blocked &&
	    contact->kind == CONTACT_PERSON)
		g_hash_table_add(user, GUINT_TO_POINTER(contact->owner));
	return TRUE;
}

static bool is_known(struct living *living, struct senders *senders, uint32_t uid)
{
	int64_t now = g_get_monotonic_time();

	if (!senders->known_at || now - senders->known_at > KNOWN_US) {
		g_hash_table_remove_all(senders->known);
		if (!living->store->ops->contact_each(living->store, add_known, senders->known,
						      NULL))
			return true;
		senders->known_at = now;
	}
	return g_hash_table_contains(senders->known, GUINT_TO_POINTER(uid));
}

static struct blocked *find_blocked(const struct senders *senders, uint32_t uid)
{
	for (guint i = 0; i < senders->blocked->len; i++) {
		struct blocked *blocked = &g_array_index(senders->blocked, struct blocked, i);

		if (blocked->uid == uid)
			return blocked;
	}
	return NULL;
}

enum transport_heed senders_heed(struct living *living, uint32_t uid)
{
	static const struct cost least = { .of = { [BUDGET_FILES] = 1, [BUDGET_BYTES] = 1 } };
	struct senders *senders = senders_of(living, NULL);

	if (!senders)
		return HEED_ALL;
	if (find_blocked(senders, uid))
		return HEED_NEVER;
	if (is_known(living, senders, uid))
		return HEED_ALL;
	return senders_allow(living, uid, 1, &least) ? HEED_SOME : HEED_LATER;
}

/* -- budgets ---------------------------------------------------------------------------------- */

static int64_t minute(const struct living *living)
{
	return appclock_now(living->appclock) / MINUTE_MS;
}

bool senders_allow(struct living *living, uint32_t source, unsigned times, const struct cost *cost)
{
	struct senders *senders = senders_of(living, NULL);

	return !senders ||
	       budget_allows(senders->budget, source, times, minute(living), cost);
}

void senders_charge(struct living *living, uint32_t source, const struct cost *cost)
{
	struct senders *senders = senders_of(living, NULL);

	if (!senders)
		return;
	budget_take(senders->budget, source, minute(living), cost);
	senders->is_spent = true;
}

gboolean senders_keep(struct living *living, GError **error)
{
	struct senders *senders = living->senders;
	g_autoptr(GBytes) value = NULL;

	if (!senders || !senders->is_spent)
		return TRUE;
	value = budget_pack(senders->budget);
	if (!living->store->ops->setting_put(living->store, BUDGET_SETTING, value, error))
		return FALSE;
	senders->is_spent = false;
	return TRUE;
}

void senders_forget(struct living *living)
{
	g_clear_pointer(&living->senders, senders_free);
}

/* -- blocking --------------------------------------------------------------------------------- */

char *senders_name(uint32_t uid, char out[static SENDERS_UID_BYTES])
{
	snprintf(out, SENDERS_UID_BYTES, UID_PREFIX "%u", uid);
	return out;
}

bool senders_is_name(const char *text)
{
	return g_str_has_prefix(text, UID_PREFIX);
}

gboolean senders_parse(const char *text, uint32_t *uid, GError **error)
{
	guint64 number = 0;

	/* The highest one is nobody's: chown(2) means "as it is" by it. */
	if (senders_is_name(text) &&
	    g_ascii_string_to_unsigned(text + strlen(UID_PREFIX), 10, 0, UINT32_MAX - 1, &number,
				       NULL)) {
		*uid = (uint32_t)number;
		return TRUE;
	}
	error_set(error, ERROR_USAGE, "%s names no user of this host; it is uid: and a number.",
		  text);
	return FALSE;
}

static gboolean put_blocked(struct living *living, const struct senders *senders, GError **error)
{
	g_autoptr(GBytes) value =
		senders->blocked->len
			? g_bytes_new(senders->blocked->data,
				      senders->blocked->len * sizeof(struct blocked))
			: NULL;

	return living->store->ops->setting_put(living->store, BLOCKED_SETTING, value, error);
}

static gboolean keep_blocked(struct living *living, const struct senders *senders,
			     enum journal_what what, uint32_t uid, GError **error)
{
	char name[SENDERS_UID_BYTES];

	if (!living_begin(living, error))
		return FALSE;
	if (put_blocked(living, senders, error) &&
	    (what == JOURNAL_COUNT ||
	     journal_add(living->store, living->clock, what, senders_name(uid, name), 0, NULL,
			 error)))
		return living_commit(living, error);
	living_rollback(living);
	return FALSE;
}

static gboolean change(struct senders *senders, uint32_t uid, bool is_blocked, GError **error)
{
	struct blocked *blocked = find_blocked(senders, uid);
	const struct blocked fresh = { .uid = uid };

	if (!is_blocked && !blocked) {
		error_set(error, ERROR_NO_CONTACT, "uid:%u isn't blocked.", uid);
		return FALSE;
	}
	if (is_blocked && uid == geteuid()) {
		error_set(error, ERROR_USAGE, "uid:%u is your own.", uid);
		return FALSE;
	}
	if (is_blocked && !blocked && senders->blocked->len == SENDERS_BLOCKED_MAX) {
		error_set(error, ERROR_LIMIT, "More than %d users can't be blocked.",
			  SENDERS_BLOCKED_MAX);
		return FALSE;
	}
	if (!is_blocked)
		g_array_remove_index_fast(
			senders->blocked,
			(guint)(blocked - &g_array_index(senders->blocked, struct blocked, 0)));
	else if (!blocked)
		g_array_append_val(senders->blocked, fresh);
	return TRUE;
}

gboolean senders_block(struct living *living, uint32_t uid, bool is_blocked, GError **error)
{
	struct senders *senders = senders_of(living, error);

	if (!senders || !change(senders, uid, is_blocked, error))
		return FALSE;
	if (keep_blocked(living, senders, is_blocked ? JOURNAL_BLOCKED : JOURNAL_UNBLOCKED, uid,
			 error))
		return TRUE;
	senders_forget(living);
	return FALSE;
}

void senders_dropped(struct living *living, uint32_t uid, unsigned count)
{
	struct senders *senders = senders_of(living, NULL);
	struct blocked *blocked = senders ? find_blocked(senders, uid) : NULL;
	g_autoptr(GError) error = NULL;

	if (!blocked)
		return;
	if (!blocked->dropped)
		living_emit_notice(living,
				   "uid %u is blocked and has left something; what they leave is "
				   "dropped unread.",
				   uid);
	blocked->dropped += MIN(count, UINT32_MAX - blocked->dropped);
	/* It is a number and no more: an older one does no harm. */
	if (!keep_blocked(living, senders, JOURNAL_COUNT, uid, &error))
		g_debug("what was dropped wasn't counted: %s", error->message);
}

gboolean senders_each(struct living *living, sender_func func, void *user, GError **error)
{
	const struct senders *senders = senders_of(living, error);

	if (!senders)
		return FALSE;
	for (guint i = 0; i < senders->blocked->len; i++) {
		const struct blocked *blocked = &g_array_index(senders->blocked, struct blocked, i);

		func(blocked->uid, blocked->dropped, user);
	}
	return TRUE;
}
