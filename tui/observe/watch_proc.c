#include "tui/observe/watch_proc.h"
#include <fcntl.h>
#include <glib.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum {
	PTY_MAJOR = 136, /* devices.txt: Unix98 slaves, 8 majors of 256 once, now one of 2^20 */
	PTY_MAJORS = 8,
	CONSOLE_MAJOR = 4,
	CONSOLES = 64,
};

void watch_clean(char *out, size_t room, const char *text, size_t bytes)
{
	size_t used = 0;

	for (size_t i = 0; i < bytes && used + 1 < room; i++)
		out[used++] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	out[used] = '\0';
}

/* A number in BASE at the start of TEXT, after blanks; false when there is none or it is too big.
 */
static bool number(const char *text, int base, long long *value)
{
	char *end;

	while (*text == ' ' || *text == '\t')
		text++;
	if (!g_ascii_isdigit(*text) && *text != '-')
		return false;
	*value = g_ascii_strtoll(text, &end, (guint)base);
	return end != text && *value >= INT_MIN && *value <= UINT_MAX;
}

/* The value behind NAME at the start of a line. */
static bool field(const char *text, const char *name, int base, long long *value)
{
	size_t length = strlen(name);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		if (*line == '\n')
			line++;
		if (strncmp(line, name, length) == 0)
			return number(line + length, base, value);
	}
	return false;
}

/* A bounded copy with a NUL behind it: none of what follows looks further. */
static size_t take(char copy[static WATCH_TEXT_BYTES], const char *text, size_t bytes)
{
	bytes = MIN(bytes, WATCH_TEXT_BYTES - 1);
	if (bytes)
		memcpy(copy, text, bytes);
	copy[bytes] = '\0';
	return bytes;
}

/* The kernel's 32-bit form: minor in bits 0-7 and 20-31, major in 8-19. */
static dev_t decode_tty(long long value)
{
	uint32_t bits = (uint32_t)value;

	return bits ? makedev(bits >> 8 & 0xfff, (bits & 0xff) | (bits >> 12 & 0xfff00)) : 0;
}

bool watch_parse_stat(const char *text, size_t bytes, struct watch_process *process)
{
	char copy[WATCH_TEXT_BYTES];
	long long values[5];
	const char *open;
	const char *close;
	const char *at;

	take(copy, text, bytes);
	open = strchr(copy, '(');
	close = strrchr(copy, ')'); /* the name may hold any of them */
	if (!open || !close || close < open || !number(copy, 10, &values[0]))
		return false;
	at = close + 1;
	if (at[0] != ' ' || !at[1] || at[2] != ' ')
		return false;
	at += 2;
	/* parent, process group, session, terminal */
	for (size_t i = 1; i < G_N_ELEMENTS(values); i++) {
		if (!at || !number(at, 10, &values[i]))
			return false;
		at = strchr(at + 1, ' ');
	}
	process->pid = (pid_t)values[0];
	process->parent = (pid_t)values[1];
	process->tty = decode_tty(values[4]);
	watch_clean(process->comm, sizeof(process->comm), open + 1, (size_t)(close - open - 1));
	return process->pid > 0 && process->parent >= 0;
}

bool watch_parse_status(const char *text, size_t bytes, struct watch_process *process)
{
	char copy[WATCH_TEXT_BYTES];
	long long tracer;
	long long uid;

	take(copy, text, bytes);
	if (!field(copy, "TracerPid:", 10, &tracer) || !field(copy, "Uid:", 10, &uid) || tracer < 0)
		return false;
	process->tracer = (pid_t)tracer;
	process->uid = (uid_t)uid;
	return true;
}

static void base_name(char out[static WATCH_NAME_BYTES], const char *word)
{
	const char *slash = strrchr(word, '/');
	const char *name = slash ? slash + 1 : word;

	name += *name == '-'; /* a login shell's mark */
	watch_clean(out, WATCH_NAME_BYTES, name, strlen(name));
}

static bool is_interpreter(const char *program)
{
	static const char *const names[] = {"python", "perl", "ruby", "node", "php",
					    "sh",     "bash", "dash", "ld-linux"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_has_prefix(program, names[i]))
			return true;
	return false;
}

bool watch_parse_command(const char *text, size_t bytes, struct watch_process *process)
{
	char copy[WATCH_TEXT_BYTES];
	const char *word = copy;

	bytes = take(copy, text, bytes);
	process->program[0] = '\0';
	process->script[0] = '\0';
	if (!bytes)
		return false;
	base_name(process->program, copy);
	if (!is_interpreter(process->program))
		return true;
	/* Past the interpreter's own switches. */
	do {
		word += strlen(word) + 1;
	} while (word < copy + bytes && *word == '-');
	if (word < copy + bytes)
		base_name(process->script, word);
	return true;
}

bool watch_parse_fdinfo(const char *text, size_t bytes, struct watch_descriptor *descriptor)
{
	char copy[WATCH_TEXT_BYTES];
	long long flags;
	long long index;

	take(copy, text, bytes);
	descriptor->tty_index = -1;
	if (!field(copy, "flags:", 8, &flags))
		return false;
	descriptor->flags = (int)flags;
	if (field(copy, "tty-index:", 10, &index) && index >= 0 && index <= INT_MAX)
		descriptor->tty_index = (int)index;
	return true;
}

size_t watch_read(int folder, const char *path, char *buffer, size_t bytes)
{
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t got;

	if (fd < 0)
		return 0;
	got = read(fd, buffer, bytes);
	close(fd);
	return got > 0 ? (size_t)got : 0;
}

bool watch_process_read(pid_t pid, struct watch_process *process)
{
	char path[64];
	char text[WATCH_TEXT_BYTES];

	*process = (struct watch_process){.pid = pid, .uid = (uid_t)-1};
	g_snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (!watch_parse_stat(text, watch_read(AT_FDCWD, path, text, sizeof(text)), process))
		return false;
	g_snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	watch_parse_status(text, watch_read(AT_FDCWD, path, text, sizeof(text)), process);
	g_snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	watch_parse_command(text, watch_read(AT_FDCWD, path, text, sizeof(text)), process);
	return true;
}

const char *watch_process_name(const struct watch_process *process)
{
	return *process->script ? process->script : process->comm;
}

int watch_pty_index(dev_t device)
{
	unsigned number_of = major(device);

	if (number_of < PTY_MAJOR || number_of >= PTY_MAJOR + PTY_MAJORS)
		return -1;
	return (int)(minor(device) + (number_of - PTY_MAJOR) * 256);
}

char *watch_tty_name(dev_t device, char out[static WATCH_NAME_BYTES])
{
	int index = watch_pty_index(device);

	if (index >= 0)
		g_snprintf(out, WATCH_NAME_BYTES, "pts/%d", index);
	else if (major(device) == CONSOLE_MAJOR && minor(device) < CONSOLES)
		g_snprintf(out, WATCH_NAME_BYTES, "tty%u", minor(device));
	else
		g_snprintf(out, WATCH_NAME_BYTES, "terminal %u:%u", major(device), minor(device));
	return out;
}
