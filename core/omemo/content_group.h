/*
 * content_group: what a message says of a group, as elements inside its content.
 *
 *     <group xmlns='urn:sotto:1' id='' name='' owner='' version=''>
 *       <leave/>                  the author leaves
 *       <members>                 the list, complete; left out where nothing is said of it
 *         <member jid=''/>        one for each
 *       </members>
 *     </group>
 *
 * The id has 32 hex digits, the name is one of core/model/group.h's, addresses are normalised.
 */
#ifndef SOTTO_CORE_OMEMO_CONTENT_GROUP_H
#define SOTTO_CORE_OMEMO_CONTENT_GROUP_H

#include <glib.h>

struct group_word;
struct stanza;

/* Add WORD to PARENT. ERROR_FORMAT for what could not be read again. */
gboolean content_group_write(struct stanza *parent, const struct group_word *word,
			     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Read it from PARENT; *WORD NULL when there is none, else group_word_free(). ERROR_FORMAT,
 * ERROR_LIMIT for more than GROUP_MEMBERS_MAX members.
 */
gboolean content_group_read(const struct stanza *parent, struct group_word **word,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
