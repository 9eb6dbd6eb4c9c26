/*
 * naming: whom a name means that the user typed.
 *
 * What the user calls somebody, the alias, is the user's own; an address is chosen by whoever has
 * it. So an alias goes before the address of somebody who isn't among the contacts, also of one who
 * came later. Where two are meant neither of which goes before the other, nobody is, and the
 * refusal says how each is named. "@" before an address makes it the address and nothing else.
 *
 * The caller shows it every contact, in any order.
 */
#ifndef SOTTO_CORE_PROFILE_NAMING_H
#define SOTTO_CORE_PROFILE_NAMING_H

#include <glib.h>
#include <stdbool.h>
#include "core/model/contact.h"

enum naming_way {
	NAMING_ADDRESS,
	NAMING_ALIAS,
	NAMING_GROUP, /* what a group or room is called by others (contact_is_called) */
	NAMING_WAYS
};

struct naming_found {
	char *address; /* of the first contact found this way, or NULL */
	char *other;   /* of the next one */
	bool is_listed;
};

struct naming {
	const char *text;
	char *address; /* what TEXT is as an address, or NULL */
	char *folded;  /* NULL: it can't be an alias */
	bool is_exact; /* it began with @ */
	enum naming_way way; /* after naming_end() gave an address */
	struct naming_found found[NAMING_WAYS];
};

/* TEXT, which may be anything, is borrowed. */
void naming_begin(struct naming *naming, const char *text);
void naming_look(struct naming *naming, const struct contact *contact);
/* The address of the contact that is meant, borrowed. NULL: of nobody's, or ERROR_USAGE where it
 * means two. */
const char *naming_end(struct naming *naming, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void naming_clear(struct naming *naming);

/* As contact_address, of what the user typed: with an @ before it or without. */
char *naming_address(const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* How ADDRESS is typed where TEXT may mean somebody else too. g_free. */
char *naming_exact(const char *address, const char *text) G_GNUC_WARN_UNUSED_RESULT;

#endif
