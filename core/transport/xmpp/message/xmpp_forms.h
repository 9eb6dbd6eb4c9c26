/*
 * xmpp_forms: the XML that this carrier asks the server with, and what it reads out of the answers:
 * published keys (XEP-0060, XEP-0163), the archive (XEP-0313), copies (XEP-0280). Pure functions.
 *
 * Whatever is looked for is found by name, never by place. Returned strings are for g_free.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_FORMS_H
#define SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_FORMS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/omemo/form_word.h"
#include "core/omemo/namespaces.h"

#define FORMS_DEVICES NS_OMEMO ".devicelist"
#define FORMS_MARK    "urn:sotto:mark:1" /* core/transport/xmpp/message/xmpp_marks.h */

enum {
	FORMS_PAGE = 100,      /* messages of the archive in one answer */
	FORMS_ITEMS_MAX = 200, /* in the node of words, an item for each device */
};

struct stanza;

/* -- published keys --------------------------------------------------------------------------- */

/* The node of DEVICE's bundle. */
char *forms_bundle_node(uint32_t device);
/* The node of DEVICE's mark. */
char *forms_mark_node(uint32_t device);
/* Who may read a node; ANY: however it is. MANY: all, and it has up to FORMS_ITEMS_MAX items. */
enum forms_access { FORMS_ANY, FORMS_OPEN, FORMS_OWN, FORMS_MANY };

/* Publish PAYLOAD (whole XML) as the one item of NODE, on condition of ACCESS. */
char *forms_publish(const char *node, GBytes *payload, enum forms_access access);
/* The same as its item ITEM. */
char *forms_publish_item(const char *node, const char *item, GBytes *payload,
			 enum forms_access access);
/* Give NODE ACCESS, keep its items. */
char *forms_configure(const char *node, enum forms_access access);
/* Take NODE away. */
char *forms_delete(const char *node);
/* Take ITEM of NODE away; ask for it. */
char *forms_retract(const char *node, const char *item);
char *forms_one(const char *node, const char *item);
/* DEVICE's word (core/omemo/form_word.h) in the answer IQ to that, as bytes; NULL without. */
GBytes *forms_word(const struct stanza *iq, uint32_t device);
/* The newest item of NODE. */
char *forms_newest(const char *node);
/* The NAME in NS_OMEMO that an answer holds as NODE's newest item, as bytes; NULL without. */
GBytes *forms_item(const struct stanza *iq, const char *node, const char *name);
/* What a message says has newly been published at NODE; NULL when it says nothing of it. */
GBytes *forms_event(const struct stanza *message, const char *node, const char *name);

/* -- what we are ------------------------ */

/* Presence, with a hash of what we can do (XEP-0115): we want to hear of changed device lists, of
 * rooms, and of DEVICE's mark. */
char *forms_presence(uint32_t device);
/* What DEVICE can do, as an answer about NODE (NULL: without one). */
char *forms_abilities(uint32_t device, const char *node);

/* -- the archive ------------------------------------------------------------------------------ */

/* What was archived after id AFTER, or with NULL since START (wall ms): FORMS_PAGE of it. */
char *forms_archive(const char *query, const char *after, int64_t start);
/* Whether an answer about what came after id AFTER (or NULL) says that this was all; *LAST: the id
 * of the newest of this page, or NULL. */
bool forms_archive_end(const struct stanza *iq, const char *after, char **last);

/* Whether the error IQ says that there is no archive, and not that it can't be read. */
bool forms_archive_missing(const struct stanza *iq);

/* A message as it was found within another one. */
struct forms_inner {
	const struct stanza *message; /* belongs to the outer one */
	const char *id;		      /* the archive's, or NULL */
	int64_t stamp;		      /* wall ms, 0 unknown */
};

/* MESSAGE is a result of archive question QUERY. */
bool forms_archived(const struct stanza *message, const char *query, struct forms_inner *inner);
/* MESSAGE is a copy of one that another of our devices got or sent. */
bool forms_carbon(const struct stanza *message, struct forms_inner *inner);
/* The id that the archive of ADDRESS gave MESSAGE, or NULL. */
const char *forms_archive_id(const struct stanza *message, const char *address);
/* What tells MESSAGE, a sealed one of a tree that is cut (core/xml/stanza.h), from others. */
GBytes *forms_cut(const struct stanza *message);
/* When MESSAGE was sent, if it was delayed; else 0. */
int64_t forms_delay(const struct stanza *message);

#endif
