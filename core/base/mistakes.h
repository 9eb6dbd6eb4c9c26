/*
 * mistakes: what is wrong in one file, said all together: the first few by their lines, and how
 * many more there are.
 */
#ifndef SOTTO_CORE_BASE_MISTAKES_H
#define SOTTO_CORE_BASE_MISTAKES_H

#include <glib.h>

enum { MISTAKES_TOLD = 5 };

struct mistakes;

struct mistakes *mistakes_new(void);
void mistakes_free(struct mistakes *mistakes);
/* SENTENCE says it, with its file and line; LINE is for the order, 0: none. */
void mistakes_add(struct mistakes *mistakes, unsigned line, const char *sentence);
/* One sentence a line; NULL when nothing is wrong. g_free. */
char *mistakes_text(struct mistakes *mistakes) G_GNUC_WARN_UNUSED_RESULT;

#endif
