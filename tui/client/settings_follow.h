/*
 * settings_follow: tells when the settings file was written, by whoever it was.
 *
 * The folder is watched (inotify), as the file is replaced whole. Where that can't be done nothing
 * is told, and a new value holds from the next start.
 */
#ifndef SOTTO_TUI_CLIENT_SETTINGS_FOLLOW_H
#define SOTTO_TUI_CLIENT_SETTINGS_FOLLOW_H

struct settings;
struct settings_follow;

/* CHANGED is called on the thread-default context; NULL: what can be taken is put into SETTINGS, of
 * this thread (core/model/settings_take.h). PATH must outlive it. NULL where it can't be
 * watched. */
struct settings_follow *settings_follow_new(const char *path, void (*changed)(void *user),
					    void *user, struct settings *settings);
/* NULL is fine. */
void settings_follow_free(struct settings_follow *follow);

#endif
