#include "core/profile/naming.h"

#include <string.h>
#include "core/base/error.h"
#include "core/model/group.h"
#include "core/profile/senders.h"

/* The address alone is meant. */
static bool is_marked(const char *text)
{
	return text[0] == '@';
}

char *naming_address(const char *text, GError **error)
{
	return contact_address(text + is_marked(text), error);
}

char *naming_exact(const char *address, const char *text)
{
	bool is_plain = group_is_address(address) ||
			(strchr(address, '@') && g_ascii_strcasecmp(address, text) != 0);

	return g_strconcat(is_plain ? "" : "@", address, NULL);
}

void naming_begin(struct naming *naming, const char *text)
{
	*naming = (struct naming){ .text = text, .is_exact = is_marked(text) };
	/* A user of the host is no contact, whatever a contact is called. */
	if (senders_is_name(text))
		return;
	naming->address =
		group_is_address(text) ? g_strdup(text) : naming_address(text, NULL);
	if (!naming->is_exact && g_utf8_validate(text, -1, NULL))
		naming->folded = g_utf8_casefold(text, -1);
}

void naming_clear(struct naming *naming)
{
	g_free(naming->address);
	g_free(naming->folded);
	for (int way = 0; way < NAMING_WAYS; way++) {
		g_free(naming->found[way].address);
		g_free(naming->found[way].other);
	}
	*naming = (struct naming){ 0 };
}

static void find(struct naming *naming, enum naming_way way, const struct contact *contact)
{
	struct naming_found *found = &naming->found[way];

	if (found->address) {
		if (!found->other)
			found->other = g_strdup(contact->address);
		return;
	}
	found->address = g_strdup(contact->address);
	found->is_listed = contact->is_listed;
}

static bool is_alias(const struct naming *naming, const struct contact *contact)
{
	g_autofree char *folded = NULL;

	if (!naming->folded || !contact->alias)
		return false;
	if (g_str_is_ascii(contact->alias))
		return g_ascii_strcasecmp(contact->alias, naming->folded) == 0;
	folded = g_utf8_casefold(contact->alias, -1);
	return strcmp(folded, naming->folded) == 0;
}

void naming_look(struct naming *naming, const struct contact *contact)
{
	if (g_strcmp0(contact->address, naming->address) == 0)
		find(naming, NAMING_ADDRESS, contact);
	else if (is_alias(naming, contact))
		find(naming, NAMING_ALIAS, contact);
	else if (naming->folded && contact_is_called(contact, naming->text))
		find(naming, NAMING_GROUP, contact);
}

static char *words_of(enum naming_way way, const char *address)
{
	static const char *const forms[NAMING_WAYS] = {
		[NAMING_ADDRESS] = "an address",
		[NAMING_ALIAS] = "what you call ",
		[NAMING_GROUP] = "the name of ",
	};

	return g_strconcat(forms[way], way == NAMING_ADDRESS ? NULL : address, NULL);
}

/* Nobody is meant: ONE, found by WAY, may be, and OTHER, by OTHER_WAY. */
static const char *refuse(const struct naming *naming, enum naming_way way, const char *one,
			  enum naming_way other_way, const char *other, GError **error)
{
	g_autofree char *first = words_of(way, one);
	g_autofree char *second = words_of(other_way, other);
	g_autofree char *exact = naming_exact(one, naming->text);
	g_autofree char *other_exact = naming_exact(other, naming->text);

	error_set(error, ERROR_USAGE, "%s is %s, and also %s: write %s or %s.", naming->text, first,
		  second, exact, other_exact);
	return NULL;
}

static const char *refuse_both(const struct naming *naming, enum naming_way way,
			       enum naming_way other, GError **error)
{
	return refuse(naming, way, naming->found[way].address, other,
		      naming->found[other].address, error);
}

static const char *only(struct naming *naming, enum naming_way way, GError **error)
{
	const struct naming_found *found = &naming->found[way];

	naming->way = way;
	return found->other ? refuse(naming, way, found->address, way, found->other, error)
			    : found->address;
}

const char *naming_end(struct naming *naming, GError **error)
{
	const struct naming_found *at = &naming->found[NAMING_ADDRESS];
	const struct naming_found *called = &naming->found[NAMING_ALIAS];

	if (called->address && at->address && (at->is_listed || !called->is_listed))
		return refuse_both(naming, NAMING_ALIAS, NAMING_ADDRESS, error);
	if (called->address)
		return only(naming, NAMING_ALIAS, error);
	/* Anybody can call a group like a person, and themselves like a group. */
	if (at->address && !at->is_listed && naming->found[NAMING_GROUP].address)
		return refuse_both(naming, NAMING_GROUP, NAMING_ADDRESS, error);
	return only(naming, at->address ? NAMING_ADDRESS : NAMING_GROUP, error);
}
