#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include "tui/sandbox.h"

#include <errno.h>
#include <sched.h>
#include <sys/socket.h>
#include "core/error.h"
#ifdef HAVE_SECCOMP
#include <seccomp.h>

/* By name: those that this processor hasn't are left out. */
static const char *const allowed[] = {
	/* files */
	"read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev",
	"preadv2", "pwritev2", "open", "openat", "close", "close_range", "stat", "lstat",
	"fstat", "newfstatat", "statx", "lseek", "access", "faccessat", "faccessat2",
	"fcntl", "flock", "fsync", "fdatasync", "syncfs", "sync_file_range", "truncate",
	"ftruncate", "fallocate", "fadvise64", "rename", "renameat", "renameat2", "unlink",
	"unlinkat", "mkdir", "mkdirat", "rmdir", "link", "linkat", "readlink", "readlinkat",
	"getdents", "getdents64", "getcwd", "chmod", "fchmod", "fchmodat", "fchmodat2",
	"utimensat", "futimesat", "umask", "statfs", "fstatfs", "dup", "dup2", "dup3",
	"pipe", "pipe2", "sendfile", "copy_file_range", "getxattr", "lgetxattr",
	"fgetxattr", "fsetxattr",
	/* memory */
	"mmap", "munmap", "mprotect", "madvise", "mremap", "msync", "mincore", "brk",
	"mlock", "mlock2", "munlock", "memfd_create", "membarrier",
	/* waiting, time, randomness */
	"poll", "ppoll", "select", "pselect6", "epoll_create", "epoll_create1", "epoll_ctl",
	"epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2", "signalfd",
	"signalfd4", "timerfd_create", "timerfd_settime", "timerfd_gettime", "inotify_init",
	"inotify_init1", "inotify_add_watch", "inotify_rm_watch", "nanosleep",
	"clock_nanosleep", "clock_gettime", "clock_getres", "adjtimex", "gettimeofday", "time",
	"times", "alarm", "setitimer", "getitimer", "getrandom", "pause",
	/* threads, signals, the process itself */
	"futex", "futex_waitv", "futex_wake", "futex_wait", "set_robust_list",
	"get_robust_list", "rseq", "set_tid_address", "exit", "exit_group", "wait4",
	"waitid", "kill", "tkill", "tgkill", "rt_sigaction", "rt_sigprocmask",
	"rt_sigreturn", "rt_sigpending", "rt_sigsuspend", "rt_sigtimedwait",
	"rt_sigqueueinfo", "sigaltstack", "restart_syscall", "sched_yield",
	"sched_getaffinity", "sched_getparam", "sched_getscheduler",
	"sched_get_priority_max", "sched_get_priority_min", "sched_setscheduler",
	"sched_getattr", "setpriority", "getpriority", "getpid", "gettid", "getppid",
	"getpgrp", "getpgid", "getsid", "getuid", "geteuid", "getgid", "getegid",
	"getgroups", "getresuid", "getresgid", "getrlimit", "setrlimit", "prlimit64",
	"getrusage", "sysinfo", "uname", "getcpu", "prctl", "arch_prctl",
	/* the control socket, and what a lookup of the own user takes */
	"socketpair", "connect", "accept", "accept4", "bind", "listen", "getsockname",
	"getpeername", "getsockopt", "setsockopt", "sendto", "recvfrom", "sendmsg",
	"recvmsg", "sendmmsg", "recvmmsg", "shutdown",
	/* the terminal */
	"ioctl",
};

/* Nobody here does that by mistake. */
static const char *const deadly[] = {
	"execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev",
	"kexec_load", "kexec_file_load", "bpf", "perf_event_open", "init_module",
	"finit_module", "delete_module", "mount", "umount2", "pivot_root", "chroot",
	"setns", "unshare", "userfaultfd", "keyctl", "add_key", "request_key",
	"open_by_handle_at", "io_uring_setup", "pidfd_getfd", "reboot", "swapon", "fork",
	"vfork",
};

static int add_names(scmp_filter_ctx filter, uint32_t action, const char *const *names,
		     size_t count)
{
	int code = 0;

	for (size_t i = 0; i < count && code == 0; i++) {
		int number = seccomp_syscall_resolve_name(names[i]);

		if (number >= 0)
			code = seccomp_rule_add(filter, action, number, 0);
	}
	return code;
}

static int add_rules(scmp_filter_ctx filter, bool has_network)
{
	int code = add_names(filter, SCMP_ACT_ALLOW, allowed, G_N_ELEMENTS(allowed));

	if (code == 0)
		code = add_names(filter, SCMP_ACT_KILL_PROCESS, deadly, G_N_ELEMENTS(deadly));
	/* Threads only: clone3's flags can't be seen, and libc does without it. */
	if (code == 0)
		code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
					SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
	if (code == 0)
		code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
					SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
	if (code == 0 && has_network)
		code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
					SCMP_A0(SCMP_CMP_EQ, AF_INET));
	if (code == 0 && has_network)
		code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
					SCMP_A0(SCMP_CMP_EQ, AF_INET6));
	/* To find out which addresses there are; the resolver does. */
	if (code == 0 && has_network)
		code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
					SCMP_A0(SCMP_CMP_EQ, AF_NETLINK));
	return code;
}

gboolean sandbox_filter(bool has_network, enum guard_state *state, GError **error)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int code = filter ? 0 : -ENOMEM, loaded = 0;

	*state = GUARD_UNAVAILABLE;
	/* There is one thread yet: a kernel that can't take in the others needn't. */
	if (code == 0 && seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) != 0)
		g_debug("no filter for threads that are there already");
	if (code == 0)
		code = add_rules(filter, has_network);
	/* A kernel, or a container around, without filters is told, and is no reason to stop. */
	if (code == 0)
		loaded = seccomp_load(filter);
	if (filter)
		seccomp_release(filter);
	if (code != 0) {
		error_set_errno(error, -code, "can't give up system calls");
		return FALSE;
	}
	if (loaded == 0)
		*state = GUARD_ON;
	return TRUE;
}
#else
gboolean sandbox_filter(bool has_network, enum guard_state *state, GError **error)
{
	(void)has_network;
	(void)error;
	*state = GUARD_UNAVAILABLE;
	return TRUE;
}
#endif
