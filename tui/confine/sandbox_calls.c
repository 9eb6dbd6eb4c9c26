#include "tui/confine/sandbox_calls.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

const char *const SANDBOX_FREE[] = {
	/* files, as far as Landlock lets them be opened */
	"read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev",
	"preadv2", "pwritev2", "close", "close_range", "stat", "lstat", "fstat",
	"newfstatat", "statx", "lseek", "access", "faccessat", "faccessat2", "flock",
	"fsync", "fdatasync", "syncfs", "sync_file_range", "ftruncate", "fallocate",
	"fadvise64", "rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir",
	"mkdirat", "rmdir", "linkat", "readlink", "readlinkat", "getdents", "getdents64",
	"getcwd", "umask", "statfs", "fstatfs", "dup", "dup2", "dup3", "pipe", "pipe2",
	"copy_file_range", "getxattr", "lgetxattr", "fgetxattr",
	/* memory; what may be executed is checked */
	"munmap", "madvise", "mremap", "msync", "mincore", "brk", "mlock", "mlock2", "munlock",
	"memfd_create", "membarrier",
	/* waiting, time, randomness */
	"poll", "ppoll", "select", "pselect6", "epoll_create", "epoll_create1", "epoll_ctl",
	"epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2", "signalfd",
	"signalfd4", "timerfd_create", "timerfd_settime", "timerfd_gettime", "inotify_init",
	"inotify_init1", "inotify_add_watch", "inotify_rm_watch", "nanosleep",
	"clock_nanosleep", "clock_gettime", "clock_getres", "gettimeofday", "time", "times",
	"alarm", "setitimer", "getitimer", "getrandom", "pause",
	/* threads, and the process itself */
	"futex", "futex_waitv", "futex_wake", "futex_wait", "set_robust_list", "rseq",
	"set_tid_address", "exit", "exit_group", "wait4", "waitid", "rt_sigaction",
	"rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigsuspend",
	"rt_sigtimedwait", "sigaltstack", "restart_syscall", "sched_yield",
	"sched_getaffinity", "sched_getparam", "sched_getscheduler",
	"sched_get_priority_max", "sched_get_priority_min", "sched_getattr", "getpriority",
	"getpid", "gettid", "getppid", "getpgrp", "getpgid", "getsid", "getuid", "geteuid",
	"getgid", "getegid", "getgroups", "getresuid", "getresgid", "getrlimit",
	"getrusage", "sysinfo", "uname", "getcpu",
	/* sockets that are there */
	"accept", "accept4", "getsockname", "getpeername", "getsockopt", "sendto",
	"recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg", "shutdown",
	NULL,
};

const char *const SANDBOX_DEADLY[] = {
	/* programs and processes */
	"execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv",
	"process_vm_writev", "process_madvise", "process_mrelease", "pidfd_open",
	"pidfd_getfd", "pidfd_send_signal", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
	"move_pages", "migrate_pages", "kcmp",
	/* who one is, and what one sees */
	"setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups",
	"setfsuid", "setfsgid", "capset", "setns", "unshare", "chroot", "pivot_root",
	"mount", "umount2", "move_mount", "open_tree", "fsopen", "fsmount", "fsconfig",
	"fspick", "mount_setattr", "personality", "acct", "quotactl", "vhangup",
	/* the kernel's large doors */
	"bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
	"io_uring_register", "keyctl", "add_key", "request_key", "kexec_load",
	"kexec_file_load", "init_module", "finit_module", "delete_module", "reboot",
	"swapon", "swapoff", "syslog", "iopl", "ioperm", "modify_ldt",
	"name_to_handle_at", "open_by_handle_at", "fanotify_init", "fanotify_mark",
	"lookup_dcookie",
	/* code */
	"pkey_mprotect", "remap_file_pages", "shmat", "memfd_secret",
	/* device files, and by their mode programs */
	"mknod", "mknodat",
	NULL,
};

/* What a whole int, and the 64 bits of a pointer, are compared in. */
#define INT    UINT64_C(0xffffffff)
#define WHOLE  UINT64_MAX
/* Of a file's mode: whether it could be run, would change who runs it, or be written by others. */
#define MODE   (S_ISUID | S_ISGID | S_ISVTX | 0111 | 0022)
/* O_TMPFILE without O_DIRECTORY, which is part of it. */
#define TMPFILE (UINT64_C(0) + (O_TMPFILE & ~O_DIRECTORY))

#define WORD(argument, value) { argument, INT, value, false }
#define BITS(argument, mask, value) { argument, mask, value, false }
#define SELF(argument) { argument, INT, 0, true }

#define ROW0(name, roles) { name, roles, 0, { { 0 } } }
#define ROW1(name, roles, a) { name, roles, 1, { a } }
#define ROW2(name, roles, a, b) { name, roles, 2, { a, b } }
#define ROW3(name, roles, a, b, c) { name, roles, 3, { a, b, c } }

/* Nothing new; or a file of a harmless mode. O_RDONLY with O_TRUNC would empty, before Linux 6.2,
 * what Landlock lets be read. */
#define OPEN_ROWS(name, flags, mode)                                                               \
	ROW1(name, SANDBOX_ALL, BITS(flags, O_CREAT | TMPFILE | O_TRUNC, 0)),                      \
	ROW2(name, SANDBOX_ALL, BITS(flags, O_ACCMODE, O_WRONLY), BITS(mode, MODE, 0)),            \
	ROW2(name, SANDBOX_ALL, BITS(flags, O_ACCMODE, O_RDWR), BITS(mode, MODE, 0)),              \
	ROW2(name, SANDBOX_ALL, BITS(flags, O_TRUNC, 0), BITS(mode, MODE, 0))

#define FCNTL_ROW(command) ROW1("fcntl", SANDBOX_ALL, WORD(1, command))
#define IOCTL_ROW(request) ROW1("ioctl", SANDBOX_ALL, WORD(1, request))
#define PRCTL_ROW(option) ROW1("prctl", SANDBOX_ALL, WORD(0, option))
#define OPTION_ROW(level, option)                                                                  \
	ROW2("setsockopt", SANDBOX_NETWORK, WORD(1, level), WORD(2, option))
/* The type without its flags. */
#define SOCKET_ROW(roles, family, type, protocol)                                                  \
	ROW3("socket", roles, WORD(0, family), BITS(1, 0xf, type), WORD(2, protocol))
#define INTERNET_ROWS(family)                                                                      \
	SOCKET_ROW(SANDBOX_NETWORK, family, SOCK_STREAM, 0),                                       \
	SOCKET_ROW(SANDBOX_NETWORK, family, SOCK_STREAM, IPPROTO_TCP),                             \
	SOCKET_ROW(SANDBOX_NETWORK, family, SOCK_DGRAM, 0),                                        \
	SOCKET_ROW(SANDBOX_NETWORK, family, SOCK_DGRAM, IPPROTO_UDP)

/* What glibc and musl start a thread with; no namespace, no process. */
#define THREAD	     (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)
#define THREAD_MAYBE                                                                               \
	(CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID |               \
	 CLONE_CHILD_SETTID | CLONE_DETACHED)

const struct sandbox_rule SANDBOX_CHECKED[] = {
	OPEN_ROWS("open", 1, 2),
	OPEN_ROWS("openat", 2, 3),
	ROW0("creat", 0),
	ROW1("fchmod", SANDBOX_ALL, BITS(1, MODE, 0)),
	/* Landlock looks at none of these, and a path could lead anywhere. */
	ROW0("truncate", 0),
	ROW0("chmod", 0),
	ROW0("fchmodat", 0),
	ROW0("fchmodat2", 0),
	ROW0("chown", 0),
	ROW0("lchown", 0),
	ROW0("fchown", 0),
	ROW0("fchownat", 0),
	ROW0("utime", 0),
	ROW0("utimes", 0),
	ROW0("futimesat", 0),
	ROW0("setxattr", 0),
	ROW0("lsetxattr", 0),
	ROW0("fsetxattr", SANDBOX_HELPER),
	ROW0("removexattr", 0),
	ROW0("lremovexattr", 0),
	ROW0("fremovexattr", 0),
	ROW1("utimensat", SANDBOX_ALL, BITS(1, WHOLE, 0)),

	/* No signal may be asked for on behalf of somebody (F_SETOWN, F_SETSIG, O_ASYNC). */
	FCNTL_ROW(F_DUPFD),
	FCNTL_ROW(F_DUPFD_CLOEXEC),
	FCNTL_ROW(F_GETFD),
	FCNTL_ROW(F_SETFD),
	FCNTL_ROW(F_GETFL),
	ROW2("fcntl", SANDBOX_ALL, WORD(1, F_SETFL), BITS(2, O_ASYNC, 0)),
	FCNTL_ROW(F_GETLK),
	FCNTL_ROW(F_SETLK),
	FCNTL_ROW(F_SETLKW),
	FCNTL_ROW(F_OFD_GETLK),
	FCNTL_ROW(F_OFD_SETLK),
	FCNTL_ROW(F_OFD_SETLKW),
	FCNTL_ROW(F_GETPIPE_SZ),
	FCNTL_ROW(F_ADD_SEALS),
	FCNTL_ROW(F_GET_SEALS),

	/* The terminal's modes, its size and whose it is; how much waits in a socket. */
	IOCTL_ROW(TCGETS),
	IOCTL_ROW(TCSETS),
	IOCTL_ROW(TCSETSW),
	IOCTL_ROW(TCSETSF),
	IOCTL_ROW(TCGETS2),
	IOCTL_ROW(TCSETS2),
	IOCTL_ROW(TCSETSW2),
	IOCTL_ROW(TCSETSF2),
	IOCTL_ROW(TCSBRK),
	IOCTL_ROW(TCXONC),
	IOCTL_ROW(TCFLSH),
	IOCTL_ROW(TIOCOUTQ),
	IOCTL_ROW(TIOCGPGRP),
	IOCTL_ROW(TIOCGWINSZ),
	IOCTL_ROW(FIONREAD),
	IOCTL_ROW(FIONBIO),

	/* No new code. */
	ROW1("mmap", SANDBOX_ALL, BITS(2, PROT_EXEC, 0)),
	ROW1("mmap2", SANDBOX_ALL, BITS(2, PROT_EXEC, 0)),
	ROW1("mprotect", SANDBOX_ALL, BITS(2, PROT_EXEC, 0)),

	/* Threads, not processes; clone3's flags can't be seen, and libc does without it. */
	ROW0("setpriority", 0),
	ROW0("ioprio_set", 0),
	ROW0("sched_setaffinity", 0),
	ROW0("sched_setscheduler", 0),
	ROW0("sched_setparam", 0),
	ROW0("sched_setattr", 0),
	ROW0("setrlimit", 0),
	/* Whether the clock is synchronised; setting it takes a privilege. */
	ROW0("adjtimex", SANDBOX_LOCAL | SANDBOX_NETWORK),
	ROW1("clock_adjtime", SANDBOX_LOCAL | SANDBOX_NETWORK, WORD(0, CLOCK_REALTIME)),
	ROW1("clone", SANDBOX_ALL, BITS(0, WHOLE & ~(uint64_t)THREAD_MAYBE, THREAD)),
	ROW1("kill", SANDBOX_ALL, SELF(0)),
	ROW1("tgkill", SANDBOX_ALL, SELF(0)),
	ROW2("prlimit64", SANDBOX_ALL, WORD(0, 0), BITS(2, WHOLE, 0)),
	PRCTL_ROW(PR_SET_NAME),
	PRCTL_ROW(PR_GET_NAME),
	PRCTL_ROW(PR_GET_DUMPABLE),
	PRCTL_ROW(PR_GET_SECCOMP),
	PRCTL_ROW(PR_GET_NO_NEW_PRIVS),

	INTERNET_ROWS(AF_INET),
	INTERNET_ROWS(AF_INET6),
	/* Which addresses and ways there are; the resolver asks too. */
	SOCKET_ROW(SANDBOX_NETWORK, AF_NETLINK, SOCK_RAW, 0),
	SOCKET_ROW(SANDBOX_NETWORK, AF_NETLINK, SOCK_DGRAM, 0),
	SOCKET_ROW(SANDBOX_HELPER, AF_UNIX, SOCK_STREAM, 0),
	ROW0("socketpair", 0),
	ROW0("connect", SANDBOX_NETWORK | SANDBOX_HELPER),
	ROW0("bind", SANDBOX_NETWORK | SANDBOX_HELPER),
	ROW0("listen", SANDBOX_HELPER),
	OPTION_ROW(SOL_SOCKET, SO_REUSEADDR),
	OPTION_ROW(SOL_SOCKET, SO_REUSEPORT),
	OPTION_ROW(SOL_SOCKET, SO_KEEPALIVE),
	OPTION_ROW(SOL_SOCKET, SO_BROADCAST),
	OPTION_ROW(SOL_SOCKET, SO_LINGER),
	OPTION_ROW(SOL_SOCKET, SO_RCVBUF),
	OPTION_ROW(SOL_SOCKET, SO_SNDBUF),
	OPTION_ROW(IPPROTO_TCP, TCP_NODELAY),
	OPTION_ROW(IPPROTO_TCP, TCP_KEEPIDLE),
	OPTION_ROW(IPPROTO_TCP, TCP_KEEPINTVL),
	OPTION_ROW(IPPROTO_TCP, TCP_KEEPCNT),
	OPTION_ROW(IPPROTO_TCP, TCP_QUICKACK),
	OPTION_ROW(IPPROTO_TCP, TCP_USER_TIMEOUT),
	OPTION_ROW(IPPROTO_IP, IP_RECVERR),
	OPTION_ROW(IPPROTO_IP, IP_MTU_DISCOVER),
	OPTION_ROW(IPPROTO_IPV6, IPV6_RECVERR),
	OPTION_ROW(IPPROTO_IPV6, IPV6_MTU_DISCOVER),
	OPTION_ROW(IPPROTO_IPV6, IPV6_V6ONLY),
	ROW0(NULL, 0),
};

const struct sandbox_rule SANDBOX_DEADLY_RULES[] = {
	/* Typing into the terminal on the user's behalf. */
	ROW1("ioctl", SANDBOX_ALL, WORD(1, TIOCSTI)),
	ROW1("ioctl", SANDBOX_ALL, WORD(1, TIOCLINUX)),
	/* A process. */
	ROW1("clone", SANDBOX_ALL, BITS(0, CLONE_THREAD, 0)),
	ROW0(NULL, 0),
};
