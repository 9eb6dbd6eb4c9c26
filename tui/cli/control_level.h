/*
 * control_level: what other processes of the user may have done while the profile is open here.
 *
 * The setting `control` says it, and each verb's row what it takes. On a terminal that is recorded
 * it is the status at most: nobody opens a profile there to have all of it printed.
 */
#ifndef SOTTO_TUI_CLI_CONTROL_LEVEL_H
#define SOTTO_TUI_CLI_CONTROL_LEVEL_H

#include <glib.h>

struct call;
struct verb_front;

/* In the order of the setting's words. */
enum control_level { CONTROL_OFF, CONTROL_STATUS, CONTROL_SEND, CONTROL_FULL };

enum control_level control_level(const struct verb_front *front);
/* "off", "status", "send", "full". */
const char *control_level_word(enum control_level level);

/*
 * Whether CALL may be run for another process; ERROR_IN_USE with the setting's name. What is
 * sealed, or viewed once, isn't taken from one, whatever is set.
 */
gboolean control_allows(const struct verb_front *front, const struct call *call,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
