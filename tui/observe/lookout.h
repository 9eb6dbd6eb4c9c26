/*
 * lookout: what was seen last of who watches the terminal, for threads that want to know.
 */
#ifndef SOTTO_TUI_OBSERVE_LOOKOUT_H
#define SOTTO_TUI_OBSERVE_LOOKOUT_H

#include "tui/observe/watch.h"

struct lookout;

struct lookout *lookout_new(void);
void lookout_free(struct lookout *lookout);
/* WATCH is copied. */
void lookout_set(struct lookout *lookout, const struct watch *watch);
/* A copy, for watch_free(); NULL when nobody has looked. */
struct watch *lookout_get(struct lookout *lookout);
/* Look now, with the canary where MAY_WRITE, and keep it. REFUSE as watch_allows's, which may fail
 * it: ERROR_POLICY. */
gboolean lookout_look(struct lookout *lookout, bool may_write, unsigned refuse,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
