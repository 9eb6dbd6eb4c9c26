/*
 * spool: the local carrier. People on one host leave files in each other's inboxes; there is no
 * daemon.
 *
 *     SPOOL/NAME/             owned by that user, 0755
 *       devices/ID.xml        a device's published keys (core/omemo/bundle.h), 0644
 *       marks/                0700: spool_mark.h
 *       inbox/                0711
 *         ID/tmp, ID/new      1733: others may drop a file, not list
 *
 * A message is delivered as maildir does it: written to tmp under a 128-bit random name, synced,
 * renamed into new. The kernel says whose file it is. Whatever others can put here is foreign: see
 * spool_inbox.h.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_H
#define SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/port/transport.h"

struct clock;
struct logins;

/* The carrier for DEVICE of NAME on the spool at ROOT (absolute). CLOCK is borrowed. */
struct transport *spool_new(const char *root, const char *name, uint32_t device,
			    const struct clock *clock);

/* Have SET let the READER of a file that is delivered read and write it (0 or an errno), which a
 * confined process may not do itself; and what SET has to do elsewhere (spool_acl.h). */
void spool_let_set(struct transport *spool, int (*set)(void *user, int fd, uid_t reader),
		   void *user);
/* Have LOGINS, borrowed, say whose login a name is, besides /etc/passwd. */
void spool_let_look(struct transport *spool, struct logins *logins);
int spool_set(int fd, uid_t reader);

/* Make the spool at ROOT, which isn't the default one, for everybody (1777); fine when it is there.
 * A confined process can't. */
gboolean spool_make_root(const char *root, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Take NAME's place on the spool, making folders as they are missing. On the default spool ROOT
 * must be there (1777; the sentence has the command that makes it) and NAME must be the login name;
 * elsewhere ROOT is made. A NAME of another uid is ERROR_EXISTS; one's own is fine: this will be
 * another device of it. LOGINS (may be NULL) say whose login a name is: another's is ERROR_USAGE,
 * and where they don't answer it is ERROR_UNAVAILABLE.
 */
gboolean spool_claim(const char *root, const char *name, bool is_default, struct logins *logins,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What spool_check() found of NAME, which is one's own then. */
struct spool_found {
	unsigned devices; /* publish keys under it already */
	int64_t since;	  /* the first of them, wall ms */
};
/* Whether spool_claim() would go well, as its errors; nothing is made or changed. */
gboolean spool_check(const char *root, const char *name, bool is_default, struct logins *logins,
		     struct spool_found *found, GError **error) G_GNUC_WARN_UNUSED_RESULT;
enum { SPOOL_PEOPLE_MAX = 200 };

/* Names on the spool that publish keys, in order, at most SPOOL_PEOPLE_MAX, without OWN; NULL for
 * none. Whoever has taken somebody else's login isn't among them. g_strfreev. */
char **spool_people(const char *root, const char *own);
/* Make what is missing of the folders of DEVICE (0: of NAME), and set right who may enter them. The
 * carrier does it too when it connects, but a confined process may not change a mode. */
gboolean spool_settle(const char *root, const char *name, uint32_t device,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Remove what DEVICE has there, and NAME's folder when no other device is left. FALSE: something of
 * it stays, and ERROR says where. */
gboolean spool_unclaim(const char *root, const char *name, uint32_t device, GError **error);

/* Whose folder NAME is there, whoever may have it; false: there is none. */
bool spool_owner(const char *root, const char *name, uint32_t *uid);

enum { SPOOL_WAITING_MAX = 1000000 /* counted, at most */ };

/* How many files wait for DEVICE. */
unsigned spool_waiting(const char *root, const char *name, uint32_t device);
/* Whether files for DEVICE can be kept from others (spool_acl.h); false where nobody can tell. */
bool spool_keeps_acls(const char *root, const char *name, uint32_t device);

#endif
