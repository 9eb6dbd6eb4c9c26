/*
 * spool_acl: who may read and write a file on the spool besides its owner.
 *
 * A waiting file belongs to its sender, and its recipient is somebody else: they are let in by a
 * POSIX ACL (acl(5)), and nobody else is. They may write too, so that they can overwrite what they
 * have taken before they remove it. The bytes are the kernel's own, linux/posix_acl_xattr.h.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_ACL_H
#define SOTTO_CORE_TRANSPORT_SPOOL_ACL_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * Let READER, and none but them and the owner, read and write the file FD, which is ours. Where the
 * file system keeps no ACLs everybody may read it (0644), and nobody but the owner write.
 * ERROR_FULL, ERROR_IO.
 */
gboolean acl_give(int fd, uid_t reader, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the file system of FOLDER, a readable descriptor, keeps ACLs. */
bool acl_is_kept(int folder);

#endif
