/* Programs, code, processes and the kernel's large doors. */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include "tests/support/hostile.h"

enum { PAGE = 4096, KILLED = HOSTILE_KILLED };

int hostile_code(long code)
{
	return code == -1 ? errno : 0;
}

static int code(long result)
{
	return hostile_code(result);
}

/* -- programs ------------------------------------------------------------------------- */

static int exec_program(const struct hostile *hostile)
{
	(void)hostile;
	execl("/bin/true", "true", NULL);
	return errno;
}

static int exec_memory(const struct hostile *hostile)
{
	static char *const words[] = { (char *)"x", NULL };
	char data[PAGE];
	int from = open("/bin/true", O_RDONLY), to = (int)syscall(SYS_memfd_create, "x", 0);
	ssize_t bytes;

	(void)hostile;
	while (from >= 0 && (bytes = read(from, data, sizeof(data))) > 0)
		if (write(to, data, (size_t)bytes) != bytes)
			return EIO;
	return code(syscall(SYS_execveat, to, "", words, words, AT_EMPTY_PATH));
}

static int end_of(pid_t child)
{
	if (child == 0)
		_exit(0);
	return child > 0 && waitpid(child, NULL, 0) == child ? 0 : errno;
}

static int call_fork(const struct hostile *hostile)
{
	(void)hostile;
	return end_of((pid_t)syscall(SYS_fork));
}

static int call_clone(const struct hostile *hostile)
{
	(void)hostile;
	return end_of((pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
}

/* The kernel looks at the lower half alone. */
static int call_clone_high(const struct hostile *hostile)
{
	(void)hostile;
	return end_of((pid_t)syscall(SYS_clone, (UINT64_C(1) << 40) | SIGCHLD, 0, 0, 0, 0));
}

static int call_clone3(const struct hostile *hostile)
{
	struct clone_args args = { .exit_signal = SIGCHLD };

	(void)hostile;
	return end_of((pid_t)syscall(SYS_clone3, &args, sizeof(args)));
}

static int new_namespace(const struct hostile *hostile)
{
	(void)hostile;
	return code(unshare(CLONE_FS));
}

/* -- code ------------------------------------------------------------------------------- */

static void *page_of(int protection)
{
	return mmap(NULL, PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static int map_code(const struct hostile *hostile)
{
	(void)hostile;
	return page_of(PROT_READ | PROT_WRITE | PROT_EXEC) == MAP_FAILED ? errno : 0;
}

static int map_program(const struct hostile *hostile)
{
	int fd = open("/bin/true", O_RDONLY);
	void *at = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

	(void)hostile;
	return at == MAP_FAILED ? errno : 0;
}

static int make_code(const struct hostile *hostile)
{
	(void)hostile;
	return code(mprotect(page_of(PROT_READ | PROT_WRITE), PAGE, PROT_READ | PROT_EXEC));
}

static int make_code_with_key(const struct hostile *hostile)
{
	(void)hostile;
	return code(syscall(SYS_pkey_mprotect, page_of(PROT_READ), PAGE, PROT_EXEC, -1));
}

static int attach_code(const struct hostile *hostile)
{
	int id = shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0600);
	void *at;

	(void)hostile;
	at = shmat(id < 0 ? 0 : id, NULL, SHM_EXEC);
	shmctl(id, IPC_RMID, NULL);
	return at == (void *)-1 ? errno : 0;
}

static int make_all_code(const struct hostile *hostile)
{
	(void)hostile;
	return code(personality(READ_IMPLIES_EXEC));
}

#ifdef __x86_64__
/* getpid() of i386: judged by its number alone it would be another call. */
static int other_abi(const struct hostile *hostile)
{
	long result = 20;

	(void)hostile;
	__asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
	return result < 0 ? (int)-result : 0;
}

static int x32(const struct hostile *hostile)
{
	(void)hostile;
	return code(syscall(0x40000000 | SYS_getpid));
}
#endif

/* -- other processes ------------------------------------------------------------------ */

static int signal_process(const struct hostile *hostile)
{
	return code(kill(hostile->victim, SIGCONT));
}

static int signal_group(const struct hostile *hostile)
{
	(void)hostile;
	return code(kill(0, SIGWINCH));
}

static int signal_thread(const struct hostile *hostile)
{
	return code(syscall(SYS_tgkill, hostile->victim, hostile->victim, SIGCONT));
}

static int signal_task(const struct hostile *hostile)
{
	return code(syscall(SYS_tkill, hostile->victim_task, SIGCONT));
}

static int queue_signal(const struct hostile *hostile)
{
	siginfo_t info = { .si_signo = SIGCONT, .si_code = SI_QUEUE };

	return code(syscall(SYS_rt_sigqueueinfo, hostile->victim, SIGCONT, &info));
}

static int signal_by_descriptor(const struct hostile *hostile)
{
	return code(syscall(SYS_pidfd_send_signal, hostile->pidfd, SIGCONT, NULL, 0));
}

static int open_process(const struct hostile *hostile)
{
	return code(syscall(SYS_pidfd_open, hostile->victim, 0));
}

static int take_descriptor(const struct hostile *hostile)
{
	return code(syscall(SYS_pidfd_getfd, hostile->pidfd, 0, 0));
}

static int own_signals(const struct hostile *hostile)
{
	return code(fcntl(hostile->stream, F_SETOWN, hostile->victim));
}

static int choose_signal(const struct hostile *hostile)
{
	return code(fcntl(hostile->stream, F_SETSIG, SIGKILL));
}

static int want_signals(const struct hostile *hostile)
{
	return code(fcntl(hostile->stream, F_SETFL, O_ASYNC));
}

static int want_signals_otherwise(const struct hostile *hostile)
{
	int on = 1;

	return code(ioctl(hostile->stream, FIOASYNC, &on));
}

static int limit_process(const struct hostile *hostile)
{
	struct rlimit limit;

	return code(prlimit(hostile->victim, RLIMIT_NOFILE, NULL, &limit));
}

static int limit_itself(const struct hostile *hostile)
{
	struct rlimit limit;

	(void)hostile;
	return getrlimit(RLIMIT_NOFILE, &limit) != 0 ? EINVAL
						     : code(setrlimit(RLIMIT_NOFILE, &limit));
}

static int slow_process(const struct hostile *hostile)
{
	return code(setpriority(PRIO_PROCESS, (id_t)hostile->victim, 19));
}

static int pin_process(const struct hostile *hostile)
{
	cpu_set_t set;

	memset(&set, 0xff, sizeof(set));
	return code(sched_setaffinity(hostile->victim, sizeof(set), &set));
}

static int schedule_process(const struct hostile *hostile)
{
	const struct sched_param param = { 0 };

	return code(sched_setscheduler(hostile->victim, SCHED_OTHER, &param));
}

static int schedule_otherwise(const struct hostile *hostile)
{
	const struct sched_param param = { 0 };

	return code(sched_setparam(hostile->victim, &param));
}

/* Nothing of it changes. */
static int schedule_by_attributes(const struct hostile *hostile)
{
	struct {
		uint32_t size, policy;
		uint64_t flags;
		int32_t nice;
		uint32_t priority;
		uint64_t runtime, deadline, period;
	} attributes = { .size = sizeof(attributes) };

	return code(syscall(SYS_sched_setattr, hostile->victim, &attributes, 0));
}

static int order_disk(const struct hostile *hostile)
{
	return code(syscall(SYS_ioprio_set, 1, hostile->victim, 2 << 13 | 4));
}

#ifdef SYS_setrlimit
static int limit_otherwise(const struct hostile *hostile)
{
	struct rlimit limit;

	(void)hostile;
	return getrlimit(RLIMIT_NOFILE, &limit) != 0
		       ? EINVAL
		       : code(syscall(SYS_setrlimit, RLIMIT_NOFILE, &limit));
}
#endif

static int trace_process(const struct hostile *hostile)
{
	return code(ptrace(PTRACE_SEIZE, hostile->victim, NULL, NULL));
}

static int read_process(const struct hostile *hostile)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { &byte, 1 };

	return code(process_vm_readv(hostile->victim, &here, 1, &there, 1, 0));
}

static int write_process(const struct hostile *hostile)
{
	char byte = 0;
	struct iovec here = { &byte, 1 }, there = { &byte, 1 };

	return code(process_vm_writev(hostile->victim, &here, 1, &there, 1, 0));
}

/* -- itself ----------------------------------------------------------------------------- */

static int be_dumped(const struct hostile *hostile)
{
	(void)hostile;
	return code(prctl(PR_SET_DUMPABLE, 1));
}

static int be_traced(const struct hostile *hostile)
{
	(void)hostile;
	return code(prctl(PR_SET_PDEATHSIG, 0));
}

static int change_user(const struct hostile *hostile)
{
	(void)hostile;
	return code(syscall(SYS_setuid, getuid()));
}

static int change_users(const struct hostile *hostile)
{
	(void)hostile;
	return code(syscall(SYS_setresuid, getuid(), getuid(), getuid()));
}

static int change_group(const struct hostile *hostile)
{
	(void)hostile;
	return code(syscall(SYS_setgid, getgid()));
}

static int change_files_user(const struct hostile *hostile)
{
	(void)hostile;
	syscall(SYS_setfsuid, getuid());
	return 0;
}

static int add_filter(const struct hostile *hostile)
{
	(void)hostile;
	return code(syscall(SYS_seccomp, 2 /* SECCOMP_GET_ACTION_AVAIL */, 0, &(uint32_t){ 0 }));
}

/* -- the kernel's large doors ----------------------------------------------------------- */

static int load_bpf(const struct hostile *hostile)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4,
				.max_entries = 1 };

	(void)hostile;
	return code(syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)));
}

static int watch_performance(const struct hostile *hostile)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
					.exclude_kernel = 1 };

	(void)hostile;
	return code(syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0));
}

static int handle_faults(const struct hostile *hostile)
{
	(void)hostile;
	return code(syscall(SYS_userfaultfd, 1 /* UFFD_USER_MODE_ONLY */));
}

static int make_ring(const struct hostile *hostile)
{
	struct io_uring_params params = { 0 };

	(void)hostile;
	return code(syscall(SYS_io_uring_setup, 1, &params));
}

static int add_key(const struct hostile *hostile)
{
	(void)hostile;
	return code(syscall(SYS_add_key, "user", "sotto-test", "x", 1, KEY_SPEC_PROCESS_KEYRING));
}

static int read_keys(const struct hostile *hostile)
{
	(void)hostile;
	return code(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 1));
}

static int mount_something(const struct hostile *hostile)
{
	return code(mount("none", hostile->inside, "nothing", MS_REMOUNT, NULL));
}

static int change_root(const struct hostile *hostile)
{
	return code(chroot(hostile->outside));
}

static int make_thread_of_a_namespace(const struct hostile *hostile)
{
	(void)hostile;
	return code(syscall(SYS_clone, CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
					       CLONE_THREAD | CLONE_NEWUSER, 0, 0, 0, 0));
}

#define A(name, func, both, open) { name, func, both, both, open, false, false, -1, true }
#define ROOT(name, func, both, open) { name, func, both, both, open, true, false, -1, true }

const struct attempt HOSTILE_CALLS[] = {
	A("a program", exec_program, KILLED, -1),
	A("a program in memory", exec_memory, KILLED, -1),
	A("fork", call_fork, KILLED, 0),
	A("fork by clone", call_clone, KILLED, 0),
	A("fork by clone, with a bit too high", call_clone_high, KILLED, 0),
	A("fork by clone3", call_clone3, ENOSYS, 0),
	A("unshare", new_namespace, KILLED, 0),
	A("a namespace by a thread", make_thread_of_a_namespace, EPERM, EINVAL),
	A("code", map_code, EPERM, 0),
	A("code of a file", map_program, EPERM, 0),
	A("code by mprotect", make_code, EPERM, 0),
	A("code by pkey_mprotect", make_code_with_key, KILLED, 0),
	A("code by shmat", attach_code, KILLED, 0),
	A("code by personality", make_all_code, KILLED, 0),
#ifdef __x86_64__
	A("i386", other_abi, KILLED, -1),
	A("x32", x32, KILLED, -1),
#endif
	A("a signal", signal_process, EPERM, 0),
	A("a signal to the group", signal_group, EPERM, 0),
	A("a signal to a thread", signal_thread, EPERM, 0),
	A("a signal to a task", signal_task, ENOSYS, 0),
	A("a queued signal", queue_signal, KILLED, 0),
	A("a signal by descriptor", signal_by_descriptor, KILLED, 0),
	A("pidfd_open", open_process, KILLED, 0),
	A("pidfd_getfd", take_descriptor, KILLED, 0),
	A("a signal by F_SETOWN", own_signals, EPERM, 0),
	A("which one, by F_SETSIG", choose_signal, EPERM, 0),
	A("signals by O_ASYNC", want_signals, EPERM, 0),
	A("signals by FIOASYNC", want_signals_otherwise, EPERM, 0),
	A("limits of another", limit_process, EPERM, 0),
	A("its own limits", limit_itself, EPERM, 0),
	A("priority of another", slow_process, EPERM, 0),
	A("affinity of another", pin_process, EPERM, 0),
	A("scheduling of another", schedule_process, EPERM, 0),
	A("scheduling by sched_setparam", schedule_otherwise, EPERM, 0),
	A("scheduling by sched_setattr", schedule_by_attributes, EPERM, 0),
	A("the disk's order", order_disk, EPERM, 0),
#ifdef SYS_setrlimit
	A("its own limits by setrlimit", limit_otherwise, EPERM, 0),
#endif
	A("tracing", trace_process, KILLED, 0),
	A("memory of another, read", read_process, KILLED, -1),
	A("memory of another, written", write_process, KILLED, -1),
	A("dumpable", be_dumped, EPERM, 0),
	A("to outlive its parent", be_traced, EPERM, 0),
	A("setuid", change_user, KILLED, 0),
	A("setresuid", change_users, KILLED, 0),
	A("setgid", change_group, KILLED, 0),
	A("setfsuid", change_files_user, KILLED, 0),
	A("seccomp", add_filter, ENOSYS, 0),
	ROOT("bpf", load_bpf, KILLED, 0),
	ROOT("perf_event_open", watch_performance, KILLED, -1),
	ROOT("userfaultfd", handle_faults, KILLED, 0),
	A("io_uring", make_ring, KILLED, -1),
	A("add_key", add_key, KILLED, -1),
	A("keyctl", read_keys, KILLED, -1),
	A("mount", mount_something, KILLED, -1),
	ROOT("chroot", change_root, KILLED, 0),
	{ 0 },
};
