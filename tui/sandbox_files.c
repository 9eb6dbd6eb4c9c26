/* Landlock, by the kernel's own calls: the libc has none for it. */
#include "tui/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "core/error.h"

/* Version 2 lets files be moved between folders, which the spool lives by. */
enum { ABI_LEAST = 2, ABI_TRUNCATE = 3 };

#define READ_FILE LANDLOCK_ACCESS_FS_READ_FILE
#define READ	  (READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE_FILE (READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE)
/* Older headers haven't got it. */
#define ACCESS_TRUNCATE (UINT64_C(1) << 14)
#define WRITE                                                                                      \
	(READ | WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |      \
	 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |                               \
	 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REFER)
#define EVERYTHING                                                                                 \
	(WRITE | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |                       \
	 LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

/* Libraries that are loaded late (locale, iconv, name service), terminal descriptions, time zones.
 */
static const char *const system_readable[] = {
	"/usr",		 "/lib", "/lib64", "/bin", "/etc", "/proc", "/run", "/sys/devices/system",
	"/var/lib/dbus", NULL
};
/* Terminals and /dev/null. */
static const char *const system_devices[] = { "/dev", NULL };

static int ruleset_make(const struct landlock_ruleset_attr *attr, size_t bytes, uint32_t flags)
{
	return (int)syscall(SYS_landlock_create_ruleset, attr, bytes, flags);
}

static bool allow(int ruleset, const char *path, uint64_t access, uint64_t handled)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = access & handled };
	struct stat st;
	bool ok;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return true;
	/* What only a folder can have is refused for a file. */
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= WRITE_FILE;
	ok = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	close(rule.parent_fd);
	return ok;
}

/* What can't be allowed can't be read then: only what has to be written is missed. */
static bool allow_all(int ruleset, const char *const *paths, uint64_t access, uint64_t handled)
{
	bool ok = true;

	for (; paths && *paths; paths++) {
		if (**paths && !allow(ruleset, *paths, access, handled))
			ok = (access & LANDLOCK_ACCESS_FS_WRITE_FILE) == 0 && ok;
	}
	return ok;
}

gboolean sandbox_confine(const char *const *writable, const char *const *readable,
			 enum guard_state *state, GError **error)
{
	int abi = ruleset_make(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION), ruleset;
	struct landlock_ruleset_attr attr = { .handled_access_fs = EVERYTHING };
	bool ok;

	*state = GUARD_UNAVAILABLE;
	if (abi < ABI_LEAST)
		return TRUE;
	if (abi < ABI_TRUNCATE)
		attr.handled_access_fs &= ~ACCESS_TRUNCATE;
	ruleset = ruleset_make(&attr, sizeof(attr), 0);
	ok = ruleset >= 0 &&
	     allow_all(ruleset, system_readable, READ, attr.handled_access_fs) &&
	     allow_all(ruleset, system_devices, READ | WRITE_FILE, attr.handled_access_fs) &&
	     allow_all(ruleset, readable, READ, attr.handled_access_fs) &&
	     allow_all(ruleset, writable, WRITE, attr.handled_access_fs) &&
	     prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	     syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	if (!ok)
		error_set_errno(error, errno, "can't give up the rest of the file system");
	else
		*state = GUARD_ON;
	if (ruleset >= 0)
		close(ruleset);
	return ok;
}
