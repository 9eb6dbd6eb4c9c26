/*
 * fuzzy: how well a few typed letters fit a name.
 */
#ifndef SOTTO_TUI_CLIENT_FUZZY_H
#define SOTTO_TUI_CLIENT_FUZZY_H

/*
 * -1 when the letters of TYPED aren't in NAME in that order (case folded), else a score: higher for
 * beginnings of words, for runs, and for short names. An empty TYPED fits everything with 0. Both
 * valid UTF-8.
 */
int fuzzy_score(const char *typed, const char *name);

#endif
