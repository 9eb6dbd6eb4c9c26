#include "tui/kit/lineedit.h"
#include <string.h>
#include "core/base/secret.h"
#include "tui/kit/lineedit_inside.h"
#include "tui/term/cluster.h"

enum { MAX_BYTES = 65536, ROOM_FLOOR = 256 };

static void snapshot_free(gpointer data)
{
	struct snapshot *snapshot = data;

	plain_free(snapshot->text);
	g_free(snapshot);
}

struct lineedit *lineedit_new(const struct lineedit_options *options)
{
	struct lineedit *edit = g_new0(struct lineedit, 1);

	edit->options = *options;
	if (!edit->options.max_bytes)
		edit->options.max_bytes = MAX_BYTES;
	edit->room = ROOM_FLOOR;
	edit->text = plain_new(edit->room);
	edit->undo = g_ptr_array_new_with_free_func(snapshot_free);
	edit->kills = g_ptr_array_new_with_free_func(plain_free);
	edit->history = g_ptr_array_new_with_free_func(plain_free);
	return edit;
}

void lineedit_free(struct lineedit *edit)
{
	if (!edit)
		return;
	plain_free(edit->text);
	plain_free(edit->draft);
	g_ptr_array_unref(edit->undo);
	g_ptr_array_unref(edit->kills);
	g_ptr_array_unref(edit->history);
	g_free(edit);
}

void lineedit_wipe(struct lineedit *edit)
{
	lineedit_set(edit, NULL);
	g_ptr_array_set_size(edit->kills, 0);
	g_ptr_array_set_size(edit->history, 0);
	edit->history_at = 0;
}

void lineedit_forget(struct lineedit *edit)
{
	g_ptr_array_set_size(edit->undo, 0);
	g_ptr_array_set_size(edit->kills, 0);
	/* A line of the history that is being looked at goes with it. */
	if (edit->history_at < edit->history->len) {
		char *draft = g_steal_pointer(&edit->draft);

		lineedit_set(edit, draft);
		plain_free(draft);
	}
	g_ptr_array_set_size(edit->history, 0);
	edit->history_at = 0;
	edit->last = LAST_OTHER;
}

GPtrArray *lineedit_take_history(struct lineedit *edit)
{
	GPtrArray *lines = edit->history;

	edit->history = g_ptr_array_new_with_free_func(plain_free);
	edit->history_at = 0;
	return lines;
}

void lineedit_set_history(struct lineedit *edit, GPtrArray *lines)
{
	g_ptr_array_unref(edit->history);
	edit->history = lines;
	edit->history_at = lines->len;
}

const char *lineedit_text(const struct lineedit *edit)
{
	return edit->text;
}

size_t lineedit_bytes(const struct lineedit *edit)
{
	return edit->bytes;
}

size_t lineedit_cursor(const struct lineedit *edit)
{
	return edit->cursor;
}

void edit_splice(struct lineedit *edit, size_t start, size_t bytes, const char *text, size_t count)
{
	size_t after = edit->bytes - start - bytes;
	size_t total = start + count + after;

	if (total > edit->room) {
		char *larger = plain_new(total * 2);

		memcpy(larger, edit->text, edit->bytes);
		plain_free(edit->text);
		edit->text = larger;
		edit->room = total * 2;
	}
	memmove(edit->text + start + count, edit->text + start + bytes, after);
	memcpy(edit->text + start, text, count);
	if (total < edit->bytes)
		wipe(edit->text + total, edit->bytes - total);
	edit->text[total] = '\0';
	edit->bytes = total;
	edit->cursor = start + count;
}

void edit_remember(struct lineedit *edit, enum last_act kind)
{
	bool is_continued = kind == LAST_TYPED && edit->last == LAST_TYPED;
	struct snapshot *snapshot;

	/* A word typed in one go is one step. */
	if (is_continued && edit->cursor > 0 && edit->text[edit->cursor - 1] == ' ')
		is_continued = false;
	edit->last = kind;
	if (is_continued)
		return;
	if (edit->undo->len == UNDO_MAX)
		g_ptr_array_remove_index(edit->undo, 0);
	snapshot = g_new0(struct snapshot, 1);
	snapshot->text = plain_ndup(edit->text, edit->bytes);
	snapshot->cursor = edit->cursor;
	g_ptr_array_add(edit->undo, snapshot);
}

/* The longest beginning of TEXT that has at most MOST bytes, in whole clusters. */
static size_t cut_bytes(const char *text, size_t most)
{
	struct cluster cluster;
	size_t bytes = strlen(text);
	size_t at = 0;

	if (bytes <= most)
		return bytes;
	while (cluster_next(text + at, bytes - at, &cluster) && at + cluster.source <= most)
		at += cluster.source;
	return at;
}

void lineedit_set(struct lineedit *edit, const char *text)
{
	if (!text)
		text = "";
	edit_splice(edit, 0, edit->bytes, text, cut_bytes(text, edit->options.max_bytes));
	g_ptr_array_set_size(edit->undo, 0);
	g_clear_pointer(&edit->draft, plain_free);
	edit->history_at = edit->history->len;
	edit->last = LAST_OTHER;
	edit->top = 0;
}

/* TEXT without controls, in plain memory. */
static char *without_controls(const struct lineedit *edit, const char *text)
{
	char *clean = plain_new(strlen(text));
	char *to = clean;

	for (const char *at = text; *at;) {
		gunichar ch = g_utf8_get_char(at);
		size_t bytes = (size_t)g_unichar_to_utf8(ch, NULL);

		if (ch == '\t' || (ch == '\n' && edit->options.is_single_line)) {
			*to++ = ' ';
		} else if (ch == '\n' || g_unichar_type(ch) != G_UNICODE_CONTROL) {
			memcpy(to, at, bytes);
			to += bytes;
		}
		at += bytes;
	}
	*to = '\0';
	return clean;
}

static bool replace(struct lineedit *edit, size_t start, size_t bytes, const char *text,
		    enum last_act kind)
{
	char *clean = without_controls(edit, text);
	size_t count = strlen(clean);
	bool does_fit = edit->bytes - bytes + count <= edit->options.max_bytes;

	if (does_fit && (count || bytes)) {
		edit_remember(edit, kind);
		edit_splice(edit, start, bytes, clean, count);
	}
	plain_free(clean);
	return does_fit;
}

bool lineedit_replace(struct lineedit *edit, size_t start, size_t bytes, const char *text)
{
	start = MIN(start, edit->bytes);
	return replace(edit, start, MIN(bytes, edit->bytes - start), text, LAST_OTHER);
}

void lineedit_move_to(struct lineedit *edit, size_t offset)
{
	struct cluster cluster;
	size_t at = 0;

	while (at < offset && cluster_next(edit->text + at, edit->bytes - at, &cluster) &&
	       at + cluster.source <= offset)
		at += cluster.source;
	edit->cursor = at;
	edit->last = LAST_OTHER;
}

bool lineedit_insert(struct lineedit *edit, const char *text)
{
	return replace(edit, edit->cursor, 0, text, LAST_OTHER);
}

char *lineedit_take(struct lineedit *edit)
{
	char *text = plain_ndup(edit->text, edit->bytes);

	if (edit->options.history_max && edit->bytes) {
		if (edit->history->len == edit->options.history_max)
			g_ptr_array_remove_index(edit->history, 0);
		g_ptr_array_add(edit->history, plain_dup(text));
	}
	lineedit_set(edit, NULL);
	return text;
}

bool lineedit_key(struct lineedit *edit, const struct key *key, bool *refused)
{
	char typed[8] = "";
	bool is_done;

	if (refused)
		*refused = false;
	if (key->code == KC_PASTE) {
		is_done = lineedit_insert(edit, key->text);
	} else if (key_is_text(key)) {
		typed[g_unichar_to_utf8(key->ch, typed)] = '\0';
		is_done = replace(edit, edit->cursor, 0, typed, LAST_TYPED);
	} else {
		return false;
	}
	if (!is_done && refused)
		*refused = true;
	return is_done;
}

/* -- words, kills, history -------------------------------------------------------------------- */

static bool is_word(const char *text)
{
	gunichar ch = g_utf8_get_char(text);

	return g_unichar_isalnum(ch) || g_unichar_ismark(ch) || ch == '_';
}

size_t edit_word_before(const struct lineedit *edit)
{
	const char *at = edit->text + edit->cursor;

	while (at > edit->text && !is_word(g_utf8_prev_char(at)))
		at = g_utf8_prev_char(at);
	while (at > edit->text && is_word(g_utf8_prev_char(at)))
		at = g_utf8_prev_char(at);
	return (size_t)(at - edit->text);
}

size_t edit_word_behind(const struct lineedit *edit)
{
	size_t at = edit->cursor;

	while (at < edit->bytes && !is_word(edit->text + at))
		at += (size_t)g_unichar_to_utf8(g_utf8_get_char(edit->text + at), NULL);
	while (at < edit->bytes && is_word(edit->text + at))
		at += (size_t)g_unichar_to_utf8(g_utf8_get_char(edit->text + at), NULL);
	return at;
}

/* Kills in a row become one, in the order of the text. */
static void add_kill(struct lineedit *edit, const char *text, size_t bytes, bool is_backward)
{
	bool is_continued = edit->last == LAST_KILLED && edit->kills->len;
	char *former = is_continued ? g_ptr_array_index(edit->kills, edit->kills->len - 1) : NULL;
	size_t former_bytes = former ? strlen(former) : 0;
	char *kill = plain_new(former_bytes + bytes);

	memcpy(kill + (is_backward ? 0 : former_bytes), text, bytes);
	if (former) {
		memcpy(kill + (is_backward ? bytes : 0), former, former_bytes);
		g_ptr_array_remove_index(edit->kills, edit->kills->len - 1);
	}
	kill[former_bytes + bytes] = '\0';
	if (edit->kills->len == KILLS_MAX)
		g_ptr_array_remove_index(edit->kills, 0);
	g_ptr_array_add(edit->kills, kill);
}

void edit_kill(struct lineedit *edit, size_t to, bool is_backward)
{
	size_t start = MIN(edit->cursor, to);
	size_t bytes = MAX(edit->cursor, to) - start;

	if (!bytes)
		return;
	add_kill(edit, edit->text + start, bytes, is_backward);
	edit_remember(edit, LAST_KILLED);
	edit_splice(edit, start, bytes, "", 0);
}

bool edit_history(struct lineedit *edit, int by)
{
	guint at = edit->history_at;
	const char *line;
	size_t bytes;

	if (by < 0 ? at == 0 : at >= edit->history->len)
		return false;
	if (at == edit->history->len) {
		plain_free(edit->draft);
		edit->draft = plain_ndup(edit->text, edit->bytes);
	}
	edit->history_at = by < 0 ? at - 1 : at + 1;
	line = edit->history_at == edit->history->len
		       ? edit->draft
		       : g_ptr_array_index(edit->history, edit->history_at);
	bytes = strlen(line);
	edit_remember(edit, LAST_OTHER);
	edit_splice(edit, 0, edit->bytes, line, bytes);
	return true;
}
