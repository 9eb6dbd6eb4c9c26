#include "core/transport/spool/spool_about.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "core/text/text.h"
#include "core/transport/spool/spool_place.h"
#include "core/transport/spool/spool_post.h"

enum { NAME_BYTES = 32 };

static void file_name(uint32_t device, const char *folder, char name[static NAME_BYTES])
{
	snprintf(name, NAME_BYTES, "%s%" PRIu32 ".about", folder, device);
}

static int open_marks(const char *root, const char *name, GError **error)
{
	int place = place_open(root, name, NULL, error), marks;

	if (place < 0)
		return -1;
	marks = place_folder(place, "marks", O_RDONLY, error);
	close(place);
	return marks;
}

gboolean spool_about_put(const char *root, const char *name, uint32_t device, const char *text,
			 GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, MIN(strlen(text), SPOOL_ABOUT_MAX));
	int marks = open_marks(root, name, error);
	char file[NAME_BYTES];
	gboolean ok;

	if (marks < 0)
		return FALSE;
	file_name(device, "", file);
	ok = post_replace(marks, file, bytes, error);
	close(marks);
	return ok;
}

char *spool_about_get(const char *root, const char *name, uint32_t device)
{
	int marks = open_marks(root, name, NULL);
	g_autoptr(GBytes) bytes = NULL;
	struct place_mark mark;
	char file[NAME_BYTES];
	char *text = NULL;

	if (marks < 0)
		return NULL;
	file_name(device, "", file);
	bytes = place_read(marks, file, SPOOL_ABOUT_MAX, &mark, NULL);
	close(marks);
	if (bytes && mark.owner == geteuid())
		text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	if (text && (!g_utf8_validate(text, -1, NULL) || strchr(text, '\n') ||
		     !text_is_safe(text, strlen(text), TEXT_NEWLINE_SPACE)))
		g_clear_pointer(&text, g_free);
	return text;
}

void spool_about_remove(int place, uint32_t device)
{
	char path[NAME_BYTES];

	file_name(device, "marks/", path);
	(void)unlinkat(place, path, 0);
}
