/*
 * groups: the port's functions about groups and marks (core/port/store_groups.h says what they do).
 */
#ifndef SOTTO_STORAGE_GROUPS_H
#define SOTTO_STORAGE_GROUPS_H

#include "core/port/store_groups.h"

struct inside;

extern const struct store_groups_ops groups_ops;

/* Delete the group of conversation number ID, if it has one. */
gboolean groups_del(struct inside *inside, int64_t id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
