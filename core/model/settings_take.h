/*
 * settings_take: what somebody else has written into the settings file while this process runs.
 *
 * What protects more, or neither more nor less, holds at once. What protects less waits: the file
 * can be written by any process of the user, and a session mustn't be opened from outside. It holds
 * once it is set in the session itself, or at the next start.
 */
#ifndef SOTTO_CORE_MODEL_SETTINGS_TAKE_H
#define SOTTO_CORE_MODEL_SETTINGS_TAKE_H

#include "core/model/settings.h"

/* When a process that runs already heeds a new value that was written from outside. */
enum setting_taken { TAKEN_NOW, TAKEN_AT_START, TAKEN_LATER /* it protects less: as above */ };

/* Of the change of ROW from FORMER to VALUE, both of which it takes. */
enum setting_taken setting_taken(const struct setting *row, const char *former, const char *value);

/*
 * Read PATH anew, and call TAKEN for every row whose value in SETTINGS isn't that of the file any
 * more, with the new one. TAKEN may set it. As settings_load(): what is wrong is closed, and the
 * error.
 */
gboolean settings_take(const struct settings *settings, const char *path,
		       void (*taken)(void *user, const struct setting *row, const char *value,
				     enum setting_taken when),
		       void *user, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Set NAME in the file PATH alone, as it is now: somebody else may have written it since. What is
 * wrong elsewhere in it was said when it was read first. As settings_set() and settings_save().
 */
gboolean settings_write(const struct setting_table *table, const char *path, const char *name,
		      const char *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
