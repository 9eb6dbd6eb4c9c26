/* Landlock, by the kernel's own calls: the libc has none for it, and older headers lack some. */
#include "tui/confine/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "core/base/error.h"

/* Which version has what. 2 lets files be moved between folders, which the spool lives by. */
enum { ABI_LEAST = 2, ABI_TRUNCATE = 3, ABI_TCP = 4, ABI_DEVICES = 5, ABI_SCOPE = 6 };

#define TRUNCATE     (UINT64_C(1) << 14)
#define DEVICE_CALL  (UINT64_C(1) << 15) /* ioctl() of a device that is opened later */
#define BIND_TCP     (UINT64_C(1) << 0)
#define CONNECT_TCP  (UINT64_C(1) << 1)
#define SCOPE_SOCKET (UINT64_C(1) << 0) /* abstract sockets of others */
#define SCOPE_SIGNAL (UINT64_C(1) << 1)

#define READ_FILE  LANDLOCK_ACCESS_FS_READ_FILE
#define READ	   (READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE_FILE (READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE)
#define DEVICE	   (READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | DEVICE_CALL)
#define WRITE                                                                                      \
	(READ | WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |      \
	 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REFER)
#define REMOVE (LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE)
/* Of the helper alone. */
#define MAKE_SOCKET (LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REMOVE_FILE)
#define EVERYTHING                                                                                 \
	(WRITE | DEVICE | MAKE_SOCKET | LANDLOCK_ACCESS_FS_EXECUTE |                               \
	 LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_FIFO |                             \
	 LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

/* struct landlock_ruleset_attr as of version 6; an older kernel takes the zeros at its end. */
struct rules {
	uint64_t files;
	uint64_t tcp;
	uint64_t scopes;
};

/* Libraries' data, locale, terminal descriptions, time zones, certificates, name service. */
static const char *const system_readable[] = {
	"/usr",
	"/lib",
	"/lib64",
	"/etc",
	"/nix/store",
	"/run/systemd/resolve",
	"/run/resolvconf",
	"/run/NetworkManager",
	"/run/connman",
	"/sys/devices/system/cpu",
	"/var/lib/ca-certificates",
	"/dev/urandom",
	"/dev/random",
	NULL,
};

/*
 * Of the kernel's own: this process and no other, which boot this is, and what the allocator asks
 * before it gives memory back.
 */
static const char *const kernel_readable[] = {
	"/proc/self",
	"/proc/sys/kernel/random/boot_id",
	"/proc/sys/vm/overcommit_memory",
	NULL,
};

static int ruleset_make(const struct rules *rules, size_t bytes, uint32_t flags)
{
	return (int)syscall(SYS_landlock_create_ruleset, rules, bytes, flags);
}

static bool allow_at(int ruleset, int fd, uint64_t access)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = access, .parent_fd = fd };
	struct stat st;

	/* What only a folder can have is refused for a file. */
	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= WRITE_FILE | DEVICE;
	return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

/* FALSE: PATH is there, and can't be allowed. IS_KEPT: the descriptor stays open. */
static bool allow(int ruleset, const char *path, uint64_t access, bool is_kept)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	bool ok = fd < 0 || allow_at(ruleset, fd, access);

	if (fd >= 0 && !is_kept)
		close(fd);
	return ok;
}

static bool allow_all(int ruleset, const char *const *paths, uint64_t access)
{
	bool ok = true;

	for (; paths && *paths; paths++)
		ok = (!**paths || allow(ruleset, *paths, access, false)) && ok;
	return ok;
}

/* The terminal that this process was given, by whatever name, and no other. */
static void allow_devices(int ruleset, uint64_t handled)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (isatty(fd))
			(void)allow_at(ruleset, fd, DEVICE & handled);
	(void)allow(ruleset, "/dev/tty", DEVICE & handled, false);
	(void)allow(ruleset, "/dev/null", DEVICE & handled & ~DEVICE_CALL, false);
}

/* What can't be allowed can't be read then: only what has to be written is missed. */
static bool allow_what_is_needed(int ruleset, const struct sandbox *sandbox, uint64_t handled)
{
	uint64_t writing = WRITE | (sandbox->role == SANDBOX_HELPER ? MAKE_SOCKET : 0);

	(void)allow_all(ruleset, system_readable, READ & handled);
	(void)allow_all(ruleset, sandbox->readable, READ & handled);
	/* The kernel knows these by an inode that goes when nobody holds it. */
	for (const char *const *path = kernel_readable; *path; path++)
		(void)allow(ruleset, *path, READ & handled, true);
	allow_devices(ruleset, handled);
	return allow_all(ruleset, sandbox->removable, REMOVE & handled) &&
	       allow_all(ruleset, sandbox->writable, writing & handled);
}

static void tell(struct guards *guards, int abi)
{
	guards->states[GUARD_FILES] = GUARD_ON;
	if (abi >= ABI_TCP)
		guards->states[GUARD_TCP] = GUARD_ON;
	if (abi >= ABI_DEVICES)
		guards->states[GUARD_DEVICES] = GUARD_ON;
	if (abi >= ABI_SCOPE)
		guards->states[GUARD_OTHERS] = GUARD_ON;
}

static struct rules rules_of(int abi, const struct sandbox *sandbox)
{
	struct rules rules = { .files = EVERYTHING };

	if (abi < ABI_TRUNCATE)
		rules.files &= ~TRUNCATE;
	if (abi < ABI_DEVICES)
		rules.files &= ~DEVICE_CALL;
	if (abi >= ABI_TCP)
		rules.tcp = BIND_TCP | (sandbox->role == SANDBOX_NETWORK ? 0 : CONNECT_TCP);
	if (abi >= ABI_SCOPE)
		rules.scopes = SCOPE_SOCKET | SCOPE_SIGNAL;
	return rules;
}

gboolean sandbox_confine(const struct sandbox *sandbox, struct guards *guards, GError **error)
{
	static const enum guard ours[] = { GUARD_FILES, GUARD_TCP, GUARD_DEVICES, GUARD_OTHERS };
	int abi = ruleset_make(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION), ruleset;
	struct rules rules = rules_of(abi, sandbox);
	bool ok;

	for (size_t i = 0; i < G_N_ELEMENTS(ours); i++)
		guards->states[ours[i]] = GUARD_UNAVAILABLE;
	if (abi < ABI_LEAST)
		return TRUE;
	ruleset = ruleset_make(&rules, sizeof(rules), 0);
	ok = ruleset >= 0 && allow_what_is_needed(ruleset, sandbox, rules.files) &&
	     prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	     syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	if (!ok)
		error_set_errno(error, errno, "can't give up the rest of the file system");
	else
		tell(guards, abi);
	if (ruleset >= 0)
		close(ruleset);
	return ok;
}
