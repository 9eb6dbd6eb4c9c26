/*
 * memory_scan: what of given secrets lies in the memory of other processes, for root.
 *
 * usage: memory_scan [-v] PID... <SECRETS
 *
 * SECRETS has a line "NAME HEX" for each. Every page of a process is looked at (guard pages
 * and unreadable ones too), and the registers of each of its threads, with those for vectors. A
 * secret is found when any 8 bytes of it are, at any place: what was overwritten in part counts. If
 * its name begins with "text" it is also looked for in wide characters and in cells, 4 to 64 bytes
 * apart. Prints "NAME WHERE PLACE" for each finding, -v the memory around it too; exits with 0 when
 * there is none, 1 when there is, 2 when it can't look.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	WINDOW = 8,
	FILTER_BITS = 22, /* so that nearly nothing else passes */
	STRIDE_MAX = 64,
	STRIDE_CELLS = 8, /* characters of a text that have to follow each other in cells */
	PIECE = 1 << 20,
	REGISTERS_MAX = 16384,
};

struct window {
	uint64_t value;
	const char *name;
};

struct scan {
	GArray *windows; /* struct window */
	GPtrArray *names;
	GPtrArray *texts; /* of char *: what is looked for in cells; names beside them */
	GPtrArray *text_names;
	uint8_t filter[1 << (FILTER_BITS - 3)];
	bool is_loud;
	unsigned found;
	long page;
};

/* A piece of memory as it is looked at. */
struct piece {
	const uint8_t *data;
	size_t bytes;	/* looked at */
	size_t more;	/* that follow, to look on into */
	uint64_t address;
	const char *where;
};

static unsigned filter_of(uint64_t value)
{
	return (unsigned)((value * 0x9e3779b97f4a7c15u) >> (64 - FILTER_BITS));
}

/* -- the secrets ------------------------------------------------------------------------------ */

static void add_window(struct scan *scan, const uint8_t *at, const char *name)
{
	struct window window = {.name = name};
	unsigned bit;

	memcpy(&window.value, at, WINDOW);
	bit = filter_of(window.value);
	scan->filter[bit / 8] |= (uint8_t)(1 << bit % 8);
	g_array_append_val(scan->windows, window);
}

static void add_secret(struct scan *scan, char *name, const uint8_t *secret, size_t bytes)
{
	g_ptr_array_add(scan->names, name);
	for (size_t at = 0; at + WINDOW <= bytes; at += WINDOW)
		add_window(scan, secret + at, name);
	if (bytes % WINDOW && bytes > WINDOW)
		add_window(scan, secret + bytes - WINDOW, name);
	if (g_str_has_prefix(name, "text")) {
		g_ptr_array_add(scan->texts, g_strndup((const char *)secret, bytes));
		g_ptr_array_add(scan->text_names, name);
	}
}

static void read_secrets(struct scan *scan)
{
	char line[8192];

	while (fgets(line, sizeof(line), stdin)) {
		g_auto(GStrv) words = g_strsplit(g_strchomp(line), " ", 2);
		size_t digits = words[0] && words[1] ? strlen(words[1]) : 0;
		g_autofree uint8_t *secret = g_malloc(digits / 2 + 1);

		if (digits < 2 * WINDOW || digits % 2)
			g_error("not a secret of at least %d bytes: %s", WINDOW, line);
		for (size_t i = 0; i < digits / 2; i++)
			secret[i] = (uint8_t)(g_ascii_xdigit_value(words[1][2 * i]) << 4 |
					      g_ascii_xdigit_value(words[1][2 * i + 1]));
		add_secret(scan, g_strdup(words[0]), secret, digits / 2);
	}
	if (!scan->names->len)
		g_error("no secret to look for");
}

/* -- looking ---------------------------------------------------------------------------------- */

static void show_around(const struct piece *piece, size_t at)
{
	size_t from = at > 64 ? (at - 64) & ~(size_t)15 : 0;
	size_t to = MIN(from + 192, piece->bytes);

	for (size_t row = from; row < to; row += 16) {
		printf("    %012" G_GINT64_MODIFIER "x ", piece->address + row);
		for (size_t i = row; i < MIN(row + 16, to); i++)
			printf(" %02x", piece->data[i]);
		printf("  ");
		for (size_t i = row; i < MIN(row + 16, to); i++)
			putchar(g_ascii_isprint(piece->data[i]) ? piece->data[i] : '.');
		putchar('\n');
	}
}

static void found(struct scan *scan, const char *name, const struct piece *piece, size_t at)
{
	scan->found++;
	printf("%s %s %" G_GINT64_MODIFIER "x\n", name, piece->where, piece->address + at);
	if (scan->is_loud)
		show_around(piece, at);
}

static void look_at_windows(struct scan *scan, const struct piece *piece)
{
	for (size_t at = 0; at < piece->bytes && at + WINDOW <= piece->bytes + piece->more; at++) {
		uint64_t value;
		unsigned bit;

		memcpy(&value, piece->data + at, WINDOW);
		bit = filter_of(value);
		if (!(scan->filter[bit / 8] & 1 << bit % 8))
			continue;
		for (guint i = 0; i < scan->windows->len; i++) {
			const struct window *window =
				&g_array_index(scan->windows, struct window, i);

			if (window->value == value)
				found(scan, window->name, piece, at);
		}
	}
}

static bool is_in_cells(const char *text, const struct piece *piece, size_t at, size_t stride)
{
	size_t count = MIN(strlen(text), (size_t)STRIDE_CELLS);

	if (at + (count - 1) * stride + 4 > piece->bytes + piece->more)
		return false;
	for (size_t i = 0; i < count; i++) {
		uint32_t cell;

		memcpy(&cell, piece->data + at + i * stride, sizeof(cell));
		if (cell != (uint8_t)text[i])
			return false;
	}
	return true;
}

/* Each pair of characters would do, so only whole beginnings count. */
static void look_at_cells(struct scan *scan, const struct piece *piece, const char *text,
			  const char *name)
{
	for (size_t at = 0; at + 4 <= piece->bytes; at += 4) {
		uint32_t cell;

		memcpy(&cell, piece->data + at, sizeof(cell));
		if (cell != (uint8_t)*text)
			continue;
		for (size_t stride = 4; stride <= STRIDE_MAX; stride += 4)
			if (is_in_cells(text, piece, at, stride))
				found(scan, name, piece, at);
	}
}

static void look(struct scan *scan, const struct piece *piece)
{
	look_at_windows(scan, piece);
	for (guint i = 0; i < scan->texts->len; i++)
		look_at_cells(scan, piece, scan->texts->pdata[i], scan->text_names->pdata[i]);
}

/* -- memory ----------------------------------------------------------------------------------- */

/* Whether the process has the page at all: reading one that it hasn't would only give zeros. */
static bool has_page(int pagemap, uint64_t address, long page)
{
	uint64_t entry = 0;

	return pread(pagemap, &entry, sizeof(entry),
		     (off_t)(address / (uint64_t)page * sizeof(entry))) == sizeof(entry) &&
	       entry >> 62;
}

/* From FROM on, the pages in a row that are there, at most PIECE bytes; 0: none is there. */
static size_t pages_from(struct scan *scan, int pagemap, uint64_t from, uint64_t to)
{
	size_t bytes = 0;

	while (from + bytes < to && bytes < PIECE && has_page(pagemap, from + bytes, scan->page))
		bytes += (size_t)scan->page;
	return bytes;
}

static void look_at_mapping(struct scan *scan, int mem, int pagemap, uint64_t from, uint64_t to,
			    const char *where)
{
	static uint8_t data[PIECE + STRIDE_MAX * STRIDE_CELLS];

	while (from < to) {
		size_t bytes = pages_from(scan, pagemap, from, to);
		struct piece piece = {data, bytes, 0, from, where};
		ssize_t got;

		if (!bytes) {
			from += (uint64_t)scan->page;
			continue;
		}
		/* What lies across the end of a piece is seen from the piece that it begins in. */
		got = pread(mem, data, MIN(sizeof(data), to - from), (off_t)from);
		if (got < (ssize_t)bytes)
			got = pread(mem, data, bytes, (off_t)from);
		if (got < (ssize_t)bytes)
			g_error("%s: can't be read at %" G_GINT64_MODIFIER "x", where, from);
		piece.more = (size_t)got - bytes;
		look(scan, &piece);
		from += bytes;
	}
}

static int open_of(const char *pid, const char *name)
{
	g_autofree char *path = g_strdup_printf("/proc/%s/%s", pid, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		perror(path);
		exit(2);
	}
	return fd;
}

static void look_at_memory(struct scan *scan, const char *pid)
{
	int mem = open_of(pid, "mem"), pagemap = open_of(pid, "pagemap");
	FILE *maps = fdopen(open_of(pid, "maps"), "r");
	char line[4096 + 256];

	while (fgets(line, sizeof(line), maps)) {
		g_autofree char *where = NULL;
		unsigned long from, to;
		char rights[8];
		int name = 0;

		if (sscanf(line, "%lx-%lx %7s %*s %*s %*s %n", &from, &to, rights, &name) != 3)
			continue;
		g_strchomp(line + name);
		/* The kernel's own. */
		if (g_str_has_prefix(line + name, "[v"))
			continue;
		where = g_strdup_printf("%s:%s:%s", pid, rights,
					line[name] ? line + name : "anonymous");
		g_strdelimit(where, " ", '_');
		look_at_mapping(scan, mem, pagemap, from, to, where);
	}
	fclose(maps);
	close(mem);
	close(pagemap);
}

/* -- registers -------------------------------------------------------------------------------- */

static void look_at_set(struct scan *scan, pid_t thread, int set, const char *where)
{
	uint8_t data[REGISTERS_MAX] = {0};
	struct iovec registers = {data, sizeof(data)};
	struct piece piece = {data, 0, 0, 0, where};

	if (ptrace(PTRACE_GETREGSET, thread, set, &registers) != 0)
		return;
	piece.bytes = registers.iov_len;
	look(scan, &piece);
}

static void look_at_thread(struct scan *scan, const char *pid, const char *tid)
{
	g_autofree char *where = g_strdup_printf("%s:registers:%s", pid, tid);
	pid_t thread = (pid_t)strtol(tid, NULL, 10);
	int status;

	if (ptrace(PTRACE_SEIZE, thread, NULL, NULL) != 0) {
		/* It has ended since it was listed, and its registers with it. */
		if (errno == ESRCH && strcmp(pid, tid) != 0)
			return;
		perror("ptrace");
		exit(2);
	}
	if (ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) != 0 ||
	    waitpid(thread, &status, __WALL) != thread || !WIFSTOPPED(status)) {
		perror("ptrace");
		exit(2);
	}
	look_at_set(scan, thread, NT_PRSTATUS, where);
#ifdef __x86_64__
	look_at_set(scan, thread, NT_X86_XSTATE, where);
#else
	look_at_set(scan, thread, NT_PRFPREG, where);
#endif
	ptrace(PTRACE_DETACH, thread, NULL, NULL);
}

static void look_at_threads(struct scan *scan, const char *pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%s/task", pid);
	GDir *tasks = g_dir_open(path, 0, NULL);
	const char *tid;

	while (tasks && (tid = g_dir_read_name(tasks)))
		look_at_thread(scan, pid, tid);
	if (tasks)
		g_dir_close(tasks);
}

int main(int argc, char **argv)
{
	static struct scan scan;
	int at = 1;

	scan.windows = g_array_new(FALSE, FALSE, sizeof(struct window));
	scan.names = g_ptr_array_new();
	scan.texts = g_ptr_array_new();
	scan.text_names = g_ptr_array_new();
	scan.page = sysconf(_SC_PAGESIZE);
	if (argc > at && strcmp(argv[at], "-v") == 0) {
		scan.is_loud = true;
		at++;
	}
	read_secrets(&scan);
	for (; at < argc; at++) {
		look_at_memory(&scan, argv[at]);
		look_at_threads(&scan, argv[at]);
	}
	return scan.found > 0;
}
