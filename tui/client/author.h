/*
 * author: the colour of somebody's name where several people write.
 *
 * XEP-0392's angle of an address, cut into as many parts as a theme has colours for authors. It
 * depends on the address alone, so each author has one colour in every conversation and profile.
 * Two people may have the same: the colour is an aid beside the name, never instead of it.
 */
#ifndef SOTTO_TUI_CLIENT_AUTHOR_H
#define SOTTO_TUI_CLIENT_AUTHOR_H

#include <glib.h>
#include "tui/term/theme.h"

/* The hue of TEXT in degrees, 0 up to 360 (XEP-0392, section 5.1). */
double author_angle(const char *text) G_GNUC_PURE;
/* ROLE_AUTHOR_1 ... ROLE_AUTHOR_6. */
enum role author_role(const char *address) G_GNUC_PURE;

#endif
