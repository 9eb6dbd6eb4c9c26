/*
 * lookalike: contacts whose name might be taken for another one's.
 *
 * Who was there first has the name: listed before strangers, then by when they were added. Alias
 * and address both count; what they look like is text_shape()'s.
 */
#ifndef SOTTO_CORE_MODEL_LOOKALIKE_H
#define SOTTO_CORE_MODEL_LOOKALIKE_H

#include <glib.h>
#include "core/model/contact.h"

/*
 * Among CONTACTS (struct contact): each that might be taken for an earlier one -> that one, all
 * borrowed from CONTACTS. Free with g_hash_table_unref.
 */
GHashTable *lookalike_find(const GPtrArray *contacts) G_GNUC_WARN_UNUSED_RESULT;

/* Whether ONE might be taken for OTHER. */
bool lookalike_is(const char *one, const char *other);

#endif
