/*
 * start_record: what a start takes on trust from the profile's folder, kept outside of it.
 *
 * The profile's note says where the spool is, or the file of authorities; the settings name a hook.
 * A confined process may write both, so whoever took it over could have the next start open more of
 * the file system, or run a program. Therefore what was there first is kept in
 * $XDG_STATE_HOME/sotto/starts, a file for each profile, which the confined process can't write:
 * other places are refused, and a hook is run once the user has confirmed it.
 *
 * Where there is no such folder, nothing is remembered: places are believed, hooks asked about at
 * each start.
 */
#ifndef SOTTO_TUI_CONFINE_START_RECORD_H
#define SOTTO_TUI_CONFINE_START_RECORD_H

#include <glib.h>
#include <stdbool.h>

struct account;
struct start_record;

/* Of the profile in HOME, an absolute path; empty where there is none. */
struct start_record *start_record_new(const char *home);
void start_record_free(struct start_record *record);

/*
 * Whether PLACE (account_decode_place()) is where the profile was at its first start, or, with
 * IS_NEW, is made to be now; it is noted then. ERROR_TRUST with both.
 */
gboolean start_record_places(struct start_record *record, const struct account *place, bool is_new,
			     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What is kept of where the profile was: carrier, spool and ca_file, NULL where nothing is known.
 * account_free(). */
struct account *start_record_known(const struct start_record *record);

/* Where the profile is: as NOTE says, or, where that is missing or says nothing sensible, where it
 * was; where nobody knows, as over XMPP, of which an older version's note said no more: that is a
 * guess, which start_record_places() then lets pass and doesn't note. account_free(). */
struct account *start_record_find(struct start_record *record, GBytes *note);

/* Whether the user has confirmed exactly this COMMAND; and that they have. */
bool start_record_has_hook(const struct start_record *record, const char *command);
void start_record_confirm_hook(struct start_record *record, const char *command);

/* The file that it is kept in; NULL: nothing can be kept. g_free. */
char *start_record_path(const char *home);

/* The profile in HOME is gone. */
void start_record_forget(const char *home);

#endif
