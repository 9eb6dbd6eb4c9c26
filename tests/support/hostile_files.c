/* The file system, devices and the terminal. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>
#include "tests/support/hostile.h"

enum { KILLED = HOSTILE_KILLED, REFUSED = HOSTILE_REFUSED, PATH_BYTES = 512 };

static int code(long result)
{
	return hostile_code(result);
}

static const char *in(const char *folder, const char *name, char path[static PATH_BYTES])
{
	snprintf(path, PATH_BYTES, "%s/%s", folder, name);
	return path;
}

/* -- files outside ---------------------------------------------------------------------- */

static int read_secret(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(open(in(hostile->outside, "secret", path), O_RDONLY));
}

static int write_secret(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(open(in(hostile->outside, "secret", path), O_WRONLY));
}

static int list_outside(const struct hostile *hostile)
{
	return code(open(hostile->outside, O_RDONLY | O_DIRECTORY));
}

static int make_outside(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(open(in(hostile->outside, "new", path), O_WRONLY | O_CREAT, 0600));
}

static int make_nameless_outside(const struct hostile *hostile)
{
	return code(open(hostile->outside, O_WRONLY | O_TMPFILE, 0600));
}

static int make_folder_outside(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(mkdir(in(hostile->outside, "folder", path), 0700));
}

static int unlink_outside(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(unlink(in(hostile->outside, "secret", path)));
}

static int move_in(const struct hostile *hostile)
{
	char from[PATH_BYTES], to[PATH_BYTES];

	return code(rename(in(hostile->outside, "secret", from), in(hostile->inside, "x", to)));
}

static int move_out(const struct hostile *hostile)
{
	char from[PATH_BYTES], to[PATH_BYTES];

	return code(rename(in(hostile->inside, "file", from), in(hostile->outside, "x", to)));
}

static int link_in(const struct hostile *hostile)
{
	char from[PATH_BYTES], to[PATH_BYTES];

	return code(linkat(AT_FDCWD, in(hostile->outside, "secret", from), AT_FDCWD,
			   in(hostile->inside, "linked", to), 0));
}

static int empty_outside(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(truncate(in(hostile->outside, "secret", path), 0));
}

/* Before Linux 6.2 Landlock takes it for reading. */
static int empty_by_reading(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(open(in(hostile->inside, "file", path), O_RDONLY | O_TRUNC));
}

/* -- what Landlock doesn't look at -------------------------------------------------------- */

static int open_to_all(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(chmod(in(hostile->outside, "secret", path), 0644));
}

static int open_to_all_at(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(fchmodat(AT_FDCWD, in(hostile->outside, "secret", path), 0644, 0));
}

static int open_to_all_by_descriptor(const struct hostile *hostile)
{
	char path[PATH_BYTES];
	int fd = open(in(hostile->outside, "secret", path), O_PATH);
	int result = code(syscall(452 /* fchmodat2 */, fd, "", 0644, AT_EMPTY_PATH));

	/* Not every kernel has it. */
	return result == ENOSYS ? EPERM : result;
}

static int give_away(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(chown(in(hostile->outside, "secret", path), getuid(), getgid()));
}

static int set_time(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(utimes(in(hostile->outside, "secret", path), NULL));
}

static int set_time_at(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(utimensat(AT_FDCWD, in(hostile->outside, "secret", path), NULL, 0));
}

/* All of them fail alike, or all go: else one was forgotten. */
static int alike(const int *results, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (results[i] != results[0])
			return EIO;
	return results[0];
}

/* The older calls for the same. */
static int change_otherwise(const struct hostile *hostile)
{
	char path[PATH_BYTES];
	uid_t uid = getuid();
	gid_t gid = getgid();
	const int results[] = {
#ifdef SYS_lchown
		code(syscall(SYS_lchown, in(hostile->outside, "secret", path), uid, gid)),
#endif
#ifdef SYS_utime
		code(syscall(SYS_utime, in(hostile->outside, "secret", path), NULL)),
		code(syscall(SYS_utimes, in(hostile->outside, "secret", path), NULL)),
		code(syscall(SYS_futimesat, AT_FDCWD, path, NULL)),
#endif
		code(syscall(SYS_fchownat, AT_FDCWD, in(hostile->outside, "secret", path), uid, gid,
			     0)),
		code(syscall(SYS_fchown, hostile->file, uid, gid)),
	};

	return alike(results, sizeof(results) / sizeof(*results));
}

static int set_attribute(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(setxattr(in(hostile->outside, "secret", path), "user.x", "x", 1, 0));
}

static int set_attribute_of_link(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(lsetxattr(in(hostile->outside, "secret", path), "user.x", "x", 1, 0));
}

static int set_attribute_of_descriptor(const struct hostile *hostile)
{
	return code(fsetxattr(hostile->file, "user.x", "x", 1, 0));
}

/* It is put back in between, where that goes. */
static int remove_attribute(const struct hostile *hostile)
{
	char path[PATH_BYTES];
	int results[3];

	results[0] = code(removexattr(in(hostile->inside, "file", path), "user.sotto"));
	(void)!setxattr(path, "user.sotto", "x", 1, 0);
	results[1] = code(lremovexattr(path, "user.sotto"));
	(void)!setxattr(path, "user.sotto", "x", 1, 0);
	results[2] = code(fremovexattr(hostile->file, "user.sotto"));
	return alike(results, 3);
}

/* -- programs --------------------------------------------------------------------------- */

static int make_program(const struct hostile *hostile)
{
	return code(fchmod(hostile->file, 0700));
}

static int make_program_for_all(const struct hostile *hostile)
{
	return code(fchmod(hostile->file, 0666));
}

static int make_new_program(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(open(in(hostile->inside, "program", path), O_WRONLY | O_CREAT, 0755));
}

static int make_program_otherwise(const struct hostile *hostile)
{
#ifdef SYS_open
	char path[PATH_BYTES];

	return code(syscall(SYS_open, in(hostile->inside, "program", path), O_WRONLY | O_CREAT,
			    0755));
#else
	return make_new_program(hostile);
#endif
}

static int create_program(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(syscall(SYS_creat, in(hostile->inside, "program", path), 0755));
}

static int make_nameless_program(const struct hostile *hostile)
{
	return code(open(hostile->inside, O_RDWR | O_TMPFILE, 0700));
}

static int make_node(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(mknod(in(hostile->inside, "node", path), S_IFREG | 0755, 0));
}

static int make_link(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	return code(symlink(hostile->outside, in(hostile->inside, "link", path)));
}

/* -- devices and the kernel's files ------------------------------------------------------- */

static int open_terminal(const struct hostile *hostile)
{
	return code(open(hostile->tty, O_RDWR | O_NOCTTY));
}

static int make_terminal(const struct hostile *hostile)
{
	(void)hostile;
	return code(open("/dev/ptmx", O_RDWR | O_NOCTTY));
}

static int open_zero(const struct hostile *hostile)
{
	(void)hostile;
	return code(open("/dev/zero", O_RDONLY));
}

static int read_memory(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "/proc/%d/mem", hostile->victim);
	return code(open(path, O_RDONLY));
}

static int read_words(const struct hostile *hostile)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "/proc/%d/cmdline", hostile->victim);
	return code(open(path, O_RDONLY));
}

static int list_processes(const struct hostile *hostile)
{
	(void)hostile;
	return code(open("/proc", O_RDONLY | O_DIRECTORY));
}

/* -- the terminal ------------------------------------------------------------------------- */

static int type_into(const struct hostile *hostile)
{
	(void)hostile;
	return code(ioctl(STDIN_FILENO, TIOCSTI, "x"));
}

/* The kernel looks at the lower half alone. */
static int type_into_high(const struct hostile *hostile)
{
	(void)hostile;
	return code(syscall(SYS_ioctl, STDIN_FILENO, (UINT64_C(1) << 32) | TIOCSTI, "x"));
}

static int take_group(const struct hostile *hostile)
{
	pid_t group = getpgrp();

	(void)hostile;
	return code(ioctl(STDIN_FILENO, TIOCSPGRP, &group));
}

static int resize(const struct hostile *hostile)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };

	(void)hostile;
	return code(ioctl(STDIN_FILENO, TIOCSWINSZ, &size));
}

static int change_line(const struct hostile *hostile)
{
	int line = 0;

	(void)hostile;
	return code(ioctl(STDIN_FILENO, TIOCSETD, &line));
}

static int leave_terminal(const struct hostile *hostile)
{
	(void)hostile;
	return code(ioctl(STDIN_FILENO, TIOCEXCL));
}

#define A(name, func, both, open) { name, func, both, both, open, false, false, -1, false }

const struct attempt HOSTILE_FILES[] = {
	A("a secret, read", read_secret, EACCES, 0),
	A("a secret, written", write_secret, EACCES, 0),
	A("a folder, listed", list_outside, EACCES, 0),
	A("a file outside", make_outside, EACCES, 0),
	A("a nameless file outside", make_nameless_outside, EACCES, 0),
	A("a folder outside", make_folder_outside, EACCES, 0),
	A("a secret, removed", unlink_outside, EACCES, 0),
	A("a secret, moved in", move_in, REFUSED, 0),
	A("a file, moved out", move_out, REFUSED, 0),
	A("a secret, linked in", link_in, REFUSED, 0),
	A("a secret, emptied", empty_outside, EPERM, 0),
	A("O_RDONLY with O_TRUNC", empty_by_reading, EPERM, 0),
	A("chmod outside", open_to_all, EPERM, 0),
	A("fchmodat outside", open_to_all_at, EPERM, 0),
	A("fchmodat2 outside", open_to_all_by_descriptor, EPERM, -1),
	A("chown outside", give_away, EPERM, 0),
	A("utimes outside", set_time, EPERM, 0),
	A("utimensat outside", set_time_at, EPERM, 0),
	A("the older calls outside", change_otherwise, EPERM, 0),
	A("lsetxattr outside", set_attribute_of_link, EPERM, -1),
	A("setxattr outside", set_attribute, EPERM, -1),
	A("fsetxattr", set_attribute_of_descriptor, EPERM, -1),
	A("removexattr and its kin", remove_attribute, EPERM, -1),
	A("a program by fchmod", make_program, EPERM, 0),
	A("a file that others write", make_program_for_all, EPERM, 0),
	A("a new program", make_new_program, EPERM, 0),
	A("a program by open", make_program_otherwise, EPERM, 0),
	A("a program by creat", create_program, EPERM, 0),
	A("a nameless program", make_nameless_program, EPERM, 0),
	A("a node", make_node, KILLED, 0),
	A("a link to outside", make_link, ENOSYS, 0),
	A("another terminal", open_terminal, EACCES, 0),
	A("a new terminal", make_terminal, EACCES, 0),
	A("another device", open_zero, EACCES, 0),
	A("the memory of another", read_memory, EACCES, 0),
	A("the words of another", read_words, EACCES, 0),
	A("all processes", list_processes, EACCES, 0),
	A("typing", type_into, KILLED, 0),
	A("typing, with a bit too high", type_into_high, KILLED, 0),
	A("the terminal's group", take_group, EPERM, 0),
	A("the terminal's size", resize, EPERM, 0),
	A("the terminal's discipline", change_line, EPERM, 0),
	A("the terminal for oneself", leave_terminal, EPERM, 0),
	{ 0 },
};
