/*
 * spool_acl: who may read and write a file on the spool besides its owner.
 *
 * A waiting file belongs to its sender, and its recipient is somebody else: they are let in by a
 * POSIX ACL (acl(5)), and nobody else is. They may write too, so that they can overwrite what they
 * have taken before they remove it. The bytes are the kernel's own, linux/posix_acl_xattr.h.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_ACL_H
#define SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_ACL_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* Who sets it, where a process of its own has to: 0 or an errno. */
struct acl_setter {
	int (*set)(void *user, int fd, uid_t reader);
	void *user;
};

/*
 * Let READER, and none but them and the owner, read and write the file FD, which is ours and open
 * for writing. SETTER does it; NULL: here and now. Where the file system keeps no ACLs everybody
 * may read it (0644), and nobody but the owner write. ERROR_FULL, ERROR_IO.
 */
gboolean acl_give(int fd, uid_t reader, const struct acl_setter *setter,
		  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Set it here and now: 0 or an errno. EPERM for a file that isn't a fresh one of ours (0600, one
 * name), open for writing: who asks for it may have been taken over. */
int acl_set(int fd, uid_t reader);

/* Whether the file system of FOLDER, a readable descriptor, keeps ACLs. */
bool acl_is_kept(int folder);

#endif
