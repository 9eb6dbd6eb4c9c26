#include "core/port/store_rows.h"

#include <string.h>

static const char *const level_names[KDF_COUNT] = {
	[KDF_FLOOR] = "floor",
	[KDF_INTERACTIVE] = "interactive",
	[KDF_MODERATE] = "moderate",
	[KDF_SENSITIVE] = "sensitive",
};

void key_row_free(struct key_row *row)
{
	if (!row)
		return;
	g_clear_pointer(&row->record, g_bytes_unref);
	g_free(row);
}

void outbox_row_clear(struct outbox_row *row)
{
	g_free(row->conversation);
	g_free(row->id);
	g_free(row->to);
	g_clear_pointer(&row->bytes, g_bytes_unref);
	memset(row, 0, sizeof(*row));
}

void journal_row_clear(struct journal_row *row)
{
	g_free(row->what);
	g_free(row->address);
	g_free(row->detail);
	memset(row, 0, sizeof(*row));
}

const char *kdf_level_name(enum kdf_level level)
{
	g_return_val_if_fail(level < KDF_COUNT, "unknown");
	return level_names[level];
}

gboolean kdf_level_parse(const char *name, enum kdf_level *level)
{
	for (int i = 0; i < KDF_COUNT; i++) {
		if (strcmp(name, level_names[i]) == 0) {
			*level = (enum kdf_level)i;
			return TRUE;
		}
	}
	return FALSE;
}
