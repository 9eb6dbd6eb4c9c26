/* Sockets, and the user's tmux; and what must still go. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>
#include "tests/support/hostile.h"
#include "tui/confine/guard.h"

enum { KILLED = HOSTILE_KILLED, REFUSED = HOSTILE_REFUSED, PATH_BYTES = 512 };

static int code(long result)
{
	return hostile_code(result);
}

/* -- sockets of this host ----------------------------------------------------------------- */

static int connect_unix(int fd, const char *path, bool is_abstract)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t bytes = offsetof(struct sockaddr_un, sun_path) + is_abstract + strlen(path);

	snprintf(address.sun_path + is_abstract, sizeof(address.sun_path) - is_abstract, "%s",
		 path);
	return code(connect(fd, (struct sockaddr *)&address, (socklen_t)bytes));
}

static int connect_local(const struct hostile *hostile)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return fd < 0 ? errno : connect_unix(fd, hostile->socket, false);
}

/* Only without a network does nobody connect at all; nobody has one then that isn't connected. */
static int connect_made(const struct hostile *hostile)
{
	return connect_unix(hostile->local, hostile->socket, false);
}

static int connect_abstract(const struct hostile *hostile)
{
	return connect_unix(hostile->local, hostile->abstract, true);
}

static int make_pair(const struct hostile *hostile)
{
	int ends[2];

	(void)hostile;
	return code(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends));
}

static int listen_local(const struct hostile *hostile)
{
	return code(listen(hostile->stream, 1));
}

/* What tmux reads: type, length, flags, version, process; then the words. */
static bool tell_tmux(int fd, uint32_t type, const void *data, size_t bytes)
{
	char frame[1024];
	const uint32_t head[4] = { type, (uint32_t)(16 + bytes), 8, (uint32_t)-1 };

	memcpy(frame, head, sizeof(head));
	if (bytes)
		memcpy(frame + sizeof(head), data, bytes);
	return write(fd, frame, sizeof(head) + bytes) == (ssize_t)(sizeof(head) + bytes);
}

enum {
	TMUX_FLAGS = 100,
	TMUX_TERM = 101,
	TMUX_TTY = 102,
	TMUX_DONE = 106,
	TMUX_PID = 107,
	TMUX_CWD = 108,
	TMUX_COMMAND = 200,
};

/* As the tmux program does it, without one. */
static int command_tmux(const struct hostile *hostile)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), flags = 0, count = 2;
	pid_t pid = getpid();
	char words[512];
	int result = fd < 0 ? errno : connect_unix(fd, hostile->tmux, false);
	int bytes;

	if (result)
		return result;
	memcpy(words, &count, sizeof(count));
	bytes = snprintf(words + sizeof(count), sizeof(words) - sizeof(count),
			 "run-shell%ctouch %s", 0, hostile->proof);
	if (!tell_tmux(fd, TMUX_FLAGS, &flags, sizeof(flags)) ||
	    !tell_tmux(fd, TMUX_TERM, "xterm", 6) || !tell_tmux(fd, TMUX_TTY, "", 1) ||
	    !tell_tmux(fd, TMUX_CWD, "/", 2) || !tell_tmux(fd, TMUX_PID, &pid, sizeof(pid)) ||
	    !tell_tmux(fd, TMUX_DONE, NULL, 0) ||
	    !tell_tmux(fd, TMUX_COMMAND, words, sizeof(count) + (size_t)bytes + 1))
		return EIO;
	for (int i = 0; i < 500 && access(hostile->proof, F_OK) != 0; i++)
		poll(&(struct pollfd){ .fd = fd }, 1, 10);
	return code(access(hostile->proof, F_OK));
}

/* -- other sockets ------------------------------------------------------------------------ */

static int open_socket(int family, int type, int protocol)
{
	return code(socket(family, type, protocol));
}

static int reach_out(const struct hostile *hostile)
{
	(void)hostile;
	return open_socket(AF_INET, SOCK_STREAM, 0);
}

static int reach_out_6(const struct hostile *hostile)
{
	(void)hostile;
	return open_socket(AF_INET6, SOCK_DGRAM, 0);
}

static int send_raw(const struct hostile *hostile)
{
	(void)hostile;
	return open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
}

static int send_otherwise(const struct hostile *hostile)
{
	(void)hostile;
	return open_socket(AF_INET, SOCK_STREAM, 262 /* IPPROTO_MPTCP */);
}

static int send_packets(const struct hostile *hostile)
{
	(void)hostile;
	return open_socket(AF_PACKET, SOCK_RAW, 0);
}

static int use_kernel_crypto(const struct hostile *hostile)
{
	(void)hostile;
	return open_socket(38 /* AF_ALG */, SOCK_SEQPACKET, 0);
}

static int ask_routes(const struct hostile *hostile)
{
	(void)hostile;
	return open_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
}

static int hear_events(const struct hostile *hostile)
{
	(void)hostile;
	return open_socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT);
}

static int connect_tcp(const struct hostile *hostile)
{
	const struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(9),
					     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	/* Nobody is there: it goes when that is found out. */
	if (connect(hostile->stream, (const struct sockaddr *)&address, sizeof(address)) == 0 ||
	    errno == ECONNREFUSED)
		return 0;
	return errno;
}

static int serve_tcp(const struct hostile *hostile)
{
	const struct sockaddr_in address = { .sin_family = AF_INET,
					     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	return code(bind(hostile->stream, (const struct sockaddr *)&address, sizeof(address)));
}

static int filter_socket(const struct hostile *hostile)
{
	struct sock_filter accept = BPF_STMT(BPF_RET | BPF_K, UINT32_MAX);
	const struct sock_fprog program = { 1, &accept };

	return code(setsockopt(hostile->datagram, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			       sizeof(program)));
}

static int mark_packets(const struct hostile *hostile)
{
	int value = 1;

	return code(setsockopt(hostile->datagram, SOL_SOCKET, SO_TIMESTAMP, &value, sizeof(value)));
}

#define A(name, func, both, open) { name, func, both, both, open, false, false, -1, true }
#define B(name, func, local, network) { name, func, local, network, 0, false, false, -1, true }

const struct attempt HOSTILE_REACH[] = {
	A("a socket of this host", connect_local, EPERM, 0),
	{ "the same, made before", connect_made, EPERM, 0, 0, false, false, -1, true },
	{ "an abstract socket", connect_abstract, EPERM, EPERM, 0, false, false, GUARD_OTHERS,
	  false },
	{ "a command for tmux", command_tmux, EPERM, EPERM, 0, false, true, -1, true },
	A("a pair of sockets", make_pair, EPERM, 0),
	A("a listening socket", listen_local, EPERM, 0),
	B("TCP", reach_out, EPERM, 0),
	B("UDP", reach_out_6, EPERM, 0),
	{ "raw packets", send_raw, EPERM, EPERM, 0, true, false, -1, true },
	A("another protocol", send_otherwise, EPERM, -1),
	{ "packets", send_packets, EPERM, EPERM, 0, true, false, -1, true },
	A("the kernel's crypto", use_kernel_crypto, EPERM, -1),
	B("routes", ask_routes, EPERM, 0),
	A("the kernel's events", hear_events, EPERM, 0),
	B("a TCP connection", connect_tcp, EPERM, 0),
	{ "a TCP server", serve_tcp, EPERM, EACCES, 0, false, false, GUARD_TCP, false },
	A("a filter for a socket", filter_socket, EPERM, 0),
	A("another option of a socket", mark_packets, EPERM, 0),
	{ 0 },
};

/* -- what must still go ------------------------------------------------------------------- */

static int use_terminal(const struct hostile *hostile)
{
	struct termios modes;
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	(void)hostile;
	if (fd < 0 || tcgetattr(fd, &modes) != 0 || tcsetattr(fd, TCSANOW, &modes) != 0 ||
	    tcgetattr(STDIN_FILENO, &modes) != 0 || tcsetattr(STDIN_FILENO, TCSAFLUSH, &modes) != 0)
		return errno;
	return code(tcflush(fd, TCIFLUSH));
}

/* By its name: whoever writes to it without making the shell's descriptor wait. */
static int open_own_terminal(const struct hostile *hostile)
{
	struct termios modes;
	const char *name = ttyname(STDIN_FILENO);
	int fd = name ? open(name, O_RDWR | O_NOCTTY | O_NONBLOCK) : -1;

	(void)hostile;
	return fd < 0 ? errno : code(tcgetattr(fd, &modes));
}

static int use_files(const struct hostile *hostile)
{
	char path[PATH_BYTES], other[PATH_BYTES];
	const struct timespec times[2] = { { 1, 0 }, { 1, 0 } };
	int fd;

	snprintf(path, sizeof(path), "%s/made-%d", hostile->inside, (int)gettid());
	snprintf(other, sizeof(other), "%s/moved-%d", hostile->inside, (int)gettid());
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, "x", 1) != 1 || fchmod(fd, 0644) != 0 || futimens(fd, times) != 0 ||
	    ftruncate(fd, 0) != 0 || fsync(fd) != 0 || flock(fd, LOCK_EX) != 0 ||
	    lockf(fd, F_TLOCK, 1) != 0 || rename(path, other) != 0 || unlink(other) != 0 ||
	    mkdir(path, 0755) != 0 || rmdir(path) != 0)
		return errno;
	return code(open(hostile->inside, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600));
}

static int use_system_files(const struct hostile *hostile)
{
	static const char *const paths[] = { "/etc/passwd", "/usr/share/zoneinfo", "/dev/urandom",
					     "/proc/self/coredump_filter", "/dev/null",
					     "/proc/sys/kernel/random/boot_id",
					     "/sys/devices/system/cpu/online" };

	(void)hostile;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		if (access(paths[i], F_OK) == 0 && open(paths[i], O_RDONLY) < 0)
			return errno;
	return code(open("/dev/null", O_WRONLY));
}

static int use_memory(const struct hostile *hostile)
{
	unsigned char is_there;
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)hostile;
	if (page == MAP_FAILED || mlock(page, 4096) != 0 ||
	    madvise(page, 4096, MADV_DONTDUMP) != 0 || mincore(page, 4096, &is_there) != 0 ||
	    mprotect(page, 4096, PROT_NONE) != 0 || munmap(page, 4096) != 0)
		return errno;
	return code(memfd_create("x", MFD_CLOEXEC));
}

static int use_waiting(const struct hostile *hostile)
{
	int notify = inotify_init1(IN_CLOEXEC);

	if (notify < 0 || inotify_add_watch(notify, hostile->inside, IN_MOVED_TO) < 0 ||
	    eventfd(0, EFD_CLOEXEC) < 0 || timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC) < 0)
		return errno;
	return code(fcntl(notify, F_SETFL, O_NONBLOCK));
}

static void on_signal(int number)
{
	(void)number;
}

static int use_itself(const struct hostile *hostile)
{
	struct rlimit limit;
	struct timex timex = { 0 };

	(void)hostile;
	signal(SIGUSR1, on_signal);
	if (adjtimex(&timex) < 0 || raise(SIGUSR1) != 0 || kill(getpid(), SIGUSR1) != 0 ||
	    prctl(PR_SET_NAME, "x") != 0 ||
	    prctl(PR_GET_DUMPABLE) < 0)
		return errno;
	return code(getrlimit(RLIMIT_CORE, &limit));
}

const struct attempt HOSTILE_NEEDED[] = {
	A("its terminal", use_terminal, 0, 0),
	A("its terminal, opened anew", open_own_terminal, 0, 0),
	A("its files", use_files, 0, 0),
	A("the system's files", use_system_files, 0, 0),
	A("memory", use_memory, 0, 0),
	A("waiting", use_waiting, 0, 0),
	A("itself", use_itself, 0, 0),
	{ 0 },
};
