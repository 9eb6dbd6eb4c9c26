/*
 * fake_rows: what a fake store holds, as plain arrays of values, and how to copy all of it.
 */
#ifndef SOTTO_TESTS_FAKE_ROWS_H
#define SOTTO_TESTS_FAKE_ROWS_H

#include <glib.h>
#include "core/base/appclock.h"
#include "core/model/contact.h"
#include "core/model/group.h"
#include "core/model/message.h"
#include "core/port/store_files.h"
#include "core/port/store_rows.h"

struct fake_blob {
	char *name; /* setting's name, or address of a session, or a seen digest in hex */
	uint32_t device;
	int64_t at;
	GBytes *bytes;
};

struct fake_mark {
	char *conversation;
	char *id;
	char *member;
	enum state state;
};

/* A file on its way: its row, and what is here of it. */
struct fake_file {
	struct file_row row;
	GHashTable *chunks; /* number -> GBytes */
};

struct fake_rows {
	GPtrArray *settings; /* struct fake_blob */
	GPtrArray *contacts; /* struct contact */
	GPtrArray *devices;  /* struct device */
	GPtrArray *messages; /* struct message, in the order they were put */
	GPtrArray *sessions; /* struct fake_blob */
	GPtrArray *retired;  /* struct fake_blob */
	GPtrArray *keys;     /* struct key_row */
	GPtrArray *outbox;   /* struct outbox_row */
	GPtrArray *seen;     /* struct fake_blob */
	GPtrArray *edits;    /* struct fake_blob: a correction's id, and what it corrected */
	GPtrArray *journal;  /* struct journal_row */
	GPtrArray *groups;   /* struct group */
	GPtrArray *marks;    /* struct fake_mark */
	GPtrArray *files;    /* struct fake_file, oldest first */
	int64_t last_seq;
	int64_t last_outbox;
	int64_t last_journal;
	struct apptime clock;
};

struct fake_rows *fake_rows_new(void);
struct fake_rows *fake_rows_copy(const struct fake_rows *rows);
void fake_rows_free(struct fake_rows *rows);

/* A copy of ROW without any chunk. */
struct fake_file *fake_file_new(const struct file_row *row);
struct fake_blob *fake_blob_new(const char *name, uint32_t device, GBytes *bytes);
struct key_row *fake_key_copy(const struct key_row *row);
struct outbox_row *fake_outbox_copy(const struct outbox_row *row);
struct journal_row *fake_journal_copy(const struct journal_row *row);

#endif
