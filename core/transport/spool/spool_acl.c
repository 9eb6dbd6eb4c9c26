#include "core/transport/spool/spool_acl.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include "core/base/error.h"

#define ACL_NAME "system.posix_acl_access"

enum { ACL_ENTRIES = 5 };

struct acl {
	struct posix_acl_xattr_header header;
	struct posix_acl_xattr_entry entries[ACL_ENTRIES];
};

static struct posix_acl_xattr_entry entry(unsigned tag, unsigned perm, uint32_t id)
{
	return (struct posix_acl_xattr_entry){
		.e_tag = GUINT16_TO_LE((uint16_t)tag),
		.e_perm = GUINT16_TO_LE((uint16_t)perm),
		.e_id = GUINT32_TO_LE(id),
	};
}

/* user::rw-, user:READER:rw-, group::---, mask::rw-, other::--- */
static struct acl make_acl(uid_t reader)
{
	return (struct acl){
		.header.a_version = GUINT32_TO_LE(POSIX_ACL_XATTR_VERSION),
		.entries = {
			entry(ACL_USER_OBJ, ACL_READ | ACL_WRITE, (uint32_t)ACL_UNDEFINED_ID),
			entry(ACL_USER, ACL_READ | ACL_WRITE, reader),
			entry(ACL_GROUP_OBJ, 0, (uint32_t)ACL_UNDEFINED_ID),
			entry(ACL_MASK, ACL_READ | ACL_WRITE, (uint32_t)ACL_UNDEFINED_ID),
			entry(ACL_OTHER, 0, (uint32_t)ACL_UNDEFINED_ID),
		},
	};
}

/* There are no ACLs here, or none for such a user. */
static bool is_without(int errnum)
{
	return errnum == EOPNOTSUPP || errnum == ENOSYS || errnum == EINVAL;
}

int acl_set(int fd, uid_t reader)
{
	const struct acl acl = make_acl(reader);
	int flags = fcntl(fd, F_GETFL);
	struct stat st;

	if (flags < 0 || fstat(fd, &st) != 0)
		return errno;
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_nlink != 1 ||
	    (st.st_mode & 07777) != 0600 || (flags & O_ACCMODE) == O_RDONLY || (flags & O_PATH))
		return EPERM;
	return fsetxattr(fd, ACL_NAME, &acl, sizeof(acl), 0) == 0 ? 0 : errno;
}

gboolean acl_give(int fd, uid_t reader, const struct acl_setter *setter, GError **error)
{
	/* What a folder's default gives to others goes with the mode. */
	if (fchmod(fd, 0600) != 0)
		goto failed;
	if (reader == geteuid())
		return TRUE;
	errno = setter ? setter->set(setter->user, fd, reader) : acl_set(fd, reader);
	if (errno == 0 || (is_without(errno) && fchmod(fd, 0644) == 0))
		return TRUE;
failed:
	error_set_errno(error, errno, "can't write to the spool");
	return FALSE;
}

bool acl_is_kept(int folder)
{
	return fgetxattr(folder, ACL_NAME, NULL, 0) >= 0 || errno == ENODATA;
}
