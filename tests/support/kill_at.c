/*
 * kill_at: a library to preload: the process kills itself at the Nth call that can leave something
 * on a disk, N from the environment (KILL_AT). For tests/e2e/crash.py, which compiles it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static void count(void)
{
	static long calls, at = -1;

	if (at < 0)
		at = getenv("KILL_AT") ? atol(getenv("KILL_AT")) : 0;
	if (at && ++calls == at)
		kill(getpid(), SIGKILL);
}

#define WRAP(type, name, arguments, values)                                                        \
	type name arguments;                                                                       \
	type name arguments                                                                        \
	{                                                                                          \
		type(*real) arguments = (type(*) arguments)dlsym(RTLD_NEXT, #name);                \
		\
		count();                                                                           \
		return real values;                                                                \
	}

WRAP(int, fsync, (int fd), (fd))
WRAP(int, fdatasync, (int fd), (fd))
WRAP(int, syncfs, (int fd), (fd))
WRAP(int, ftruncate64, (int fd, off64_t length), (fd, length))
WRAP(ssize_t, pwrite64, (int fd, const void *data, size_t bytes, off64_t at), (fd, data, bytes, at))
WRAP(ssize_t, pwrite, (int fd, const void *data, size_t bytes, off_t at), (fd, data, bytes, at))
WRAP(int, fsetxattr, (int fd, const char *name, const void *data, size_t bytes, int flags),
	(fd, name, data, bytes, flags))
WRAP(int, rename, (const char *from, const char *to), (from, to))
WRAP(int, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))
WRAP(int, unlink, (const char *path), (path))
WRAP(int, unlinkat, (int fd, const char *path, int flags), (fd, path, flags))
