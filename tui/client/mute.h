/*
 * mute: whether somebody is told of a message in a muted conversation.
 */
#ifndef SOTTO_TUI_CLIENT_MUTE_H
#define SOTTO_TUI_CLIENT_MUTE_H

#include <glib.h>
#include <stdbool.h>
#include "core/model/contact.h"

/*
 * What "8h" (NULL: for good) means at NOW, as muted_to; FALSE with ERROR_USAGE for what is no
 * duration.
 */
gboolean mute_parse(const char *text, int64_t now, int64_t *to,
		    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether BODY names the owner of ADDRESS: its local part as a word, in whatever case. */
bool mute_is_named(const char *body, const char *address) G_GNUC_PURE;
/* "muted", "muted until 14:30" of CONTACT at NOW; NULL when it isn't. g_free. */
char *mute_words(const struct contact *contact, int64_t now);

#endif
