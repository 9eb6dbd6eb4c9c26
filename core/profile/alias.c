#include "core/profile/alias.h"

#include <string.h>
#include "core/base/error.h"
#include "core/model/account.h"
#include "core/model/group.h"
#include "core/model/logins.h"
#include "core/model/lookalike.h"
#include "core/port/store.h"
#include "core/profile/naming.h"
#include "core/profile/senders.h"
#include "core/text/text.h"

static bool is_local(const struct living *living)
{
	return strcmp(living->account->carrier, "spool") == 0;
}

static gboolean check_text(const char *alias, GError **error)
{
	bool is_plain = g_utf8_validate(alias, -1, NULL);

	for (const char *p = alias; is_plain && *p; p = g_utf8_next_char(p))
		is_plain = !g_unichar_iscntrl(g_utf8_get_char(p));
	if (group_is_address(alias))
		error_set(error, ERROR_USAGE,
			  "What begins with # is a group's name; choose another alias.");
	else if (*alias == '@' || senders_is_name(alias))
		error_set(error, ERROR_USAGE,
			  "What begins with %s is an address; choose another alias.",
			  *alias == '@' ? "@" : "uid:");
	else if (!is_plain || !*alias || strlen(alias) > CONTACT_ALIAS_MAX)
		error_set(error, ERROR_USAGE,
			  "An alias has 1 to %d bytes of valid UTF-8, no control characters.",
			  CONTACT_ALIAS_MAX);
	else if (text_is_blank(alias, strlen(alias)))
		error_set(error, ERROR_USAGE,
			  "An alias that shows nothing can't be told from others; choose one with "
			  "letters.");
	else
		return TRUE;
	return FALSE;
}

/* -- whose name it is already ----------------------------------------------------------------- */

struct wish {
	const char *address;
	const char *alias;
	const char *as_address; /* what the alias is as an address, or NULL */
	char *folded;
	GError **error;
	bool has_owner; /* the spool: OWNER is the uid of the person at ADDRESS */
	uint32_t owner;
};

static bool is_same_alias(const struct wish *wish, const struct contact *other)
{
	g_autofree char *folded = other->alias ? g_utf8_casefold(other->alias, -1) : NULL;

	return g_strcmp0(folded, wish->folded) == 0;
}

/* Blanks at the ends show nothing. */
static bool looks_like(const char *alias, const char *name)
{
	g_autofree char *one = g_strstrip(g_strdup(alias)), *other = g_strstrip(g_strdup(name));
	g_autofree char *folded = g_utf8_casefold(one, -1);
	g_autofree char *other_folded = g_utf8_casefold(other, -1);

	return strcmp(folded, other_folded) == 0 || lookalike_is(one, other);
}

/* What OTHER would be taken for; a stranger, who may take any name, keeps nobody from theirs. */
static const char *likeness(const struct wish *wish, const struct contact *other)
{
	if (!other->is_listed)
		return NULL;
	if (other->alias && looks_like(wish->alias, other->alias))
		return other->alias;
	return looks_like(wish->alias, other->address) ? other->address : NULL;
}

static gboolean look(const struct contact *other, void *user)
{
	struct wish *wish = user;
	const char *like;

	if (strcmp(other->address, wish->address) == 0) {
		wish->has_owner = other->has_owner;
		wish->owner = other->owner;
		return TRUE;
	}
	like = likeness(wish, other);
	if (g_strcmp0(other->address, wish->as_address) == 0)
		error_set(wish->error, ERROR_USAGE,
			  "%s is another contact's address; choose another alias.", wish->alias);
	else if (is_same_alias(wish, other))
		error_set(wish->error, ERROR_USAGE,
			  "%s is what you call %s; choose another alias.", wish->alias,
			  other->address);
	else if (contact_is_called(other, wish->alias) && contact_is_several(other))
		error_set(wish->error, ERROR_USAGE,
			  "%s is the name of the group %s; choose another alias.", wish->alias,
			  other->address);
	else if (like)
		error_set(wish->error, ERROR_USAGE,
			  "That looks like %s%s%s, who is somebody else; choose another alias.",
			  like, like == other->alias ? ", whom you know as " : "",
			  like == other->alias ? other->address : "");
	else
		return TRUE;
	return FALSE;
}

/* Who isn't known yet, but could write under that name. */
static gboolean check_host(struct living *living, const struct wish *wish)
{
	uint32_t uid = wish->has_owner ? wish->owner : UINT32_MAX, holder = UINT32_MAX;

	if (!is_local(living))
		return TRUE;
	if (logins_of_name(living->logins, wish->alias, uid, &holder) == LOGIN_FOUND &&
	    holder != uid)
		error_set(wish->error, ERROR_USAGE,
			  "%s is the login of somebody else on this host; choose another alias.",
			  wish->alias);
	else
		return TRUE;
	return FALSE;
}

static gboolean check_owner(struct living *living, struct wish *wish)
{
	g_autoptr(GError) why = NULL;

	if (strchr(wish->alias, '@') && wish->as_address)
		error_set(wish->error, ERROR_USAGE,
			  "%s is an address, and not the one of %s; choose another alias.",
			  wish->alias, wish->address);
	else if (lookalike_is(wish->alias, living->account->address) ||
		 lookalike_is(wish->alias, CONTACT_NOTES_NAME))
		error_set(wish->error, ERROR_USAGE,
			  "%s is your own name here, or looks like it; choose another alias.",
			  wish->alias);
	else {
		GError **error = wish->error;
		gboolean ok;

		wish->error = &why;
		ok = living->store->ops->contact_each(living->store, look, wish, &why) && !why;
		wish->error = error;
		if (!ok)
			g_propagate_error(error, g_steal_pointer(&why));
		return ok && check_host(living, wish);
	}
	return FALSE;
}

gboolean alias_check(struct living *living, const char *address, const char *alias, GError **error)
{
	g_autofree char *as_address = NULL;
	struct wish wish = { .address = address, .alias = alias, .error = error };
	gboolean ok;

	if (!check_text(alias, error))
		return FALSE;
	as_address = contact_address(alias, NULL);
	if (g_strcmp0(as_address, address) == 0)
		return TRUE;
	wish.as_address = as_address;
	wish.folded = g_utf8_casefold(alias, -1);
	ok = check_owner(living, &wish);
	g_free(wish.folded);
	return ok;
}

/* -- who comes later -------------------------------------------------------------------------- */

struct stranger {
	const char *address;
	char *called;  /* by what the user calls the contact at KNOWN */
	char *known;
};

static gboolean compare(const struct contact *other, void *user)
{
	struct stranger *stranger = user;

	if (!other->is_listed || !other->alias || strcmp(other->address, stranger->address) == 0 ||
	    !lookalike_is(other->alias, stranger->address))
		return TRUE;
	stranger->called = g_strdup(other->alias);
	stranger->known = g_strdup(other->address);
	return FALSE;
}

char *alias_stranger(struct living *living, const struct contact *contact)
{
	struct stranger stranger = { .address = contact->address };
	char *sentence = NULL;

	if (living->store->ops->contact_each(living->store, compare, &stranger, NULL) &&
	    stranger.called) {
		g_autofree char *exact = naming_exact(contact->address, contact->address);
		g_autofree char *known = naming_exact(stranger.known, stranger.called);

		sentence = g_strdup_printf("%s is new here and isn't %s, whom you call %s: write "
					   "%s for the one who is new, %s for the one you know.",
					   contact->address, stranger.known, stranger.called, exact,
					   known);
	}
	g_free(stranger.called);
	g_free(stranger.known);
	return sentence;
}
