#include "core/model/logins.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include "core/base/secret.h"
#include "core/text/text.h"

enum { LINE_BYTES = 4096 };

struct logins {
	struct login_finder finder;
	GMutex mutex;	     /* around the rest */
	GHashTable *answers; /* "n" and a name, "u" and a uid -> struct kept */
	gint64 down_until;   /* monotonic: the finder isn't asked before */
};

struct kept {
	enum login_answer answer;
	uint32_t uid;
	char *name;
	gint64 until;
};

static void kept_free(void *data)
{
	struct kept *kept = data;

	g_free(kept->name);
	g_free(kept);
}

struct logins *logins_new(void)
{
	struct logins *logins = g_new0(struct logins, 1);

	g_mutex_init(&logins->mutex);
	logins->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, kept_free);
	return logins;
}

void logins_free(struct logins *logins)
{
	if (!logins)
		return;
	g_hash_table_unref(logins->answers);
	g_mutex_clear(&logins->mutex);
	g_free(logins);
}

void logins_forget(struct logins *logins)
{
	if (!logins)
		return;
	g_mutex_lock(&logins->mutex);
	g_hash_table_remove_all(logins->answers);
	g_mutex_unlock(&logins->mutex);
}

void logins_let_find(struct logins *logins, const struct login_finder *finder)
{
	logins->finder = *finder;
}

/* -- /etc/passwd ------------------------------------------------------------------------------ */

/* FALSE ends it. */
typedef bool (*row_func)(const struct passwd *row, void *user);

/* UNKNOWN where the file is there and can't be read; else NONE. */
static enum login_answer each_row(row_func func, void *user)
{
	FILE *file = fopen("/etc/passwd", "re");
	char buffer[LINE_BYTES];
	struct passwd row, *found;
	bool goes_on = true;

	if (!file)
		return errno == ENOENT ? LOGIN_NONE : LOGIN_UNKNOWN;
	for (unsigned i = 0; i < LOGINS_LINES_MAX && goes_on; i++) {
		int code = fgetpwent_r(file, &row, buffer, sizeof(buffer), &found);

		/* A line that is too long is passed over. */
		if (code == 0)
			goes_on = func(&row, user);
		else
			goes_on = code == ERANGE;
	}
	fclose(file);
	return LOGIN_NONE;
}

struct holder {
	const char *name;
	uint32_t uid; /* who is asked for */
	bool is_found;
	uint32_t holder;
};

static bool note_holder(const struct passwd *row, void *user)
{
	struct holder *holder = user;

	if (g_ascii_strcasecmp(row->pw_name, holder->name) != 0)
		return true;
	holder->is_found = true;
	holder->holder = row->pw_uid;
	return row->pw_uid != holder->uid;
}

static bool note_name(const struct passwd *row, void *user)
{
	struct kept *kept = user;

	if (row->pw_uid != kept->uid || strlen(row->pw_name) >= LOGIN_BYTES)
		return true;
	kept->name = g_strdup(row->pw_name);
	return false;
}

/* -- the finder ------------------------------------------------------------------------------- */

/* What is KEPT under KEY and still holds, else a new one to be filled in. */
static struct kept *find(struct logins *logins, const char *key, bool *is_new)
{
	struct kept *kept = g_hash_table_lookup(logins->answers, key);
	gint64 now = g_get_monotonic_time();

	*is_new = false;
	if (kept && now < kept->until)
		return kept;
	*is_new = true;
	if (g_hash_table_size(logins->answers) >= LOGINS_KEPT_MAX)
		g_hash_table_remove_all(logins->answers);
	kept = g_new0(struct kept, 1);
	kept->answer = now < logins->down_until ? LOGIN_UNKNOWN : LOGIN_NONE;
	g_hash_table_replace(logins->answers, g_strdup(key), kept);
	return kept;
}

/* The finder has answered. */
static void note_answer(struct logins *logins, struct kept *kept)
{
	gint64 now = g_get_monotonic_time();

	kept->until = now + (gint64)LOGINS_KEPT_S * G_USEC_PER_SEC;
	if (kept->answer != LOGIN_UNKNOWN)
		return;
	if (now >= logins->down_until)
		logins->down_until = now + (gint64)LOGINS_DOWN_S * G_USEC_PER_SEC;
	kept->until = logins->down_until;
}

static enum login_answer ask_name(struct logins *logins, const char *name, uint32_t *holder)
{
	g_autofree char *key = g_strconcat("n", name, NULL);
	bool is_new;
	struct kept *kept = find(logins, key, &is_new);

	if (is_new && kept->answer == LOGIN_NONE)
		kept->answer = logins->finder.by_name(logins->finder.user, name, &kept->uid);
	if (is_new)
		note_answer(logins, kept);
	*holder = kept->uid;
	return kept->answer;
}

static enum login_answer ask_uid(struct logins *logins, uint32_t uid, char **name)
{
	g_autofree char *key = g_strdup_printf("u%u", (unsigned)uid);
	char found[LOGIN_BYTES] = "";
	bool is_new;
	struct kept *kept = find(logins, key, &is_new);

	if (is_new && kept->answer == LOGIN_NONE) {
		kept->answer = logins->finder.by_uid(logins->finder.user, uid, found);
		kept->name = g_strdup(found);
	}
	if (is_new)
		note_answer(logins, kept);
	if (kept->answer == LOGIN_FOUND)
		*name = g_strdup(kept->name);
	return kept->answer;
}

/* -- both ------------------------------------------------------------------------------------- */

/* Services mostly compare as they are told to: the name as it stands, then in small letters. */
static enum login_answer ask_names(struct logins *logins, const char *name, uint32_t *holder)
{
	g_autofree char *lower = g_ascii_strdown(name, -1);
	enum login_answer answer = ask_name(logins, name, holder);

	if (answer != LOGIN_NONE || strcmp(lower, name) == 0)
		return answer;
	return ask_name(logins, lower, holder);
}

enum login_answer logins_of_name(struct logins *logins, const char *name, uint32_t uid,
				 uint32_t *holder)
{
	struct holder row = { .name = name, .uid = uid };
	enum login_answer answer = each_row(note_holder, &row);

	*holder = row.holder;
	if (row.is_found)
		return LOGIN_FOUND;
	if (answer != LOGIN_NONE || !logins || !logins->finder.by_name)
		return answer;
	g_mutex_lock(&logins->mutex);
	answer = ask_names(logins, name, holder);
	g_mutex_unlock(&logins->mutex);
	return answer;
}

/* It is shown beside fingerprints. */
static char *make_safe(char *name)
{
	char *safe = text_make_safe(name, strlen(name), TEXT_NEWLINE_SPACE);
	char *copy = g_strdup(safe);

	plain_free(safe);
	g_free(name);
	return copy;
}

enum login_answer logins_of_uid(struct logins *logins, uint32_t uid, char **name)
{
	struct kept row = { .uid = uid };
	enum login_answer answer = each_row(note_name, &row);

	*name = row.name;
	if (row.name)
		answer = LOGIN_FOUND;
	else if (answer == LOGIN_NONE && logins && logins->finder.by_uid) {
		g_mutex_lock(&logins->mutex);
		answer = ask_uid(logins, uid, name);
		g_mutex_unlock(&logins->mutex);
	}
	if (*name)
		*name = make_safe(*name);
	return answer;
}
