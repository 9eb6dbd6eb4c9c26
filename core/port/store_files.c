#include "core/port/store_files.h"

const char *file_state_name(enum file_state state)
{
	static const char *const names[FILE_STATE_COUNT] = {
		[FILE_PREPARING] = "preparing", [FILE_SENDING] = "sending",
		[FILE_SENT] = "sent",		[FILE_COMING] = "coming",
		[FILE_HERE] = "here",		[FILE_REFUSED] = "refused",
		[FILE_SAVED] = "saved",		[FILE_FAILED] = "failed",
	};

	return (unsigned)state < FILE_STATE_COUNT ? names[state] : names[FILE_FAILED];
}

void file_row_free(struct file_row *row)
{
	if (!row)
		return;
	g_free((char *)row->key.conversation);
	g_free((char *)row->key.from);
	g_free((char *)row->key.id);
	g_free(row->path);
	g_free(row);
}
