#include "tests/support/disk.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

bool disk_shell(const char *format, ...)
{
	va_list args;
	int status = -1;

	va_start(args, format);
	char *line = g_strdup_vprintf(format, args);
	va_end(args);
	char *words[] = { (char *)"/bin/sh", (char *)"-c", line, NULL };
	bool ok = g_spawn_sync(NULL, words, NULL,
			       G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
			       NULL, NULL, &status, NULL) &&
		  status == 0;
	g_free(line);
	return ok;
}

bool disk_mount(const char *image, const char *folder, unsigned mib)
{
	return disk_shell("truncate -s %uM '%s' && PATH=$PATH:/sbin:/usr/sbin mkfs.ext4 -q -F '%s'",
			  mib, image, image) &&
	       g_mkdir(folder, 0700) == 0 && disk_shell("mount -o loop '%s' '%s'", image, folder);
}

bool disk_unmount(const char *folder)
{
	/* It writes out what is left. */
	bool ok = disk_shell("umount '%s'", folder);

	rmdir(folder);
	return ok;
}

int disk_in_child(int (*func)(void *data), void *data)
{
	pid_t child;
	int status;

	if (geteuid() != 0)
		return DISK_SKIP;
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(func(data));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}
