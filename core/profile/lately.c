#include "core/profile/lately.h"

#include "core/base/error.h"

enum {
	LATELY_S = 60, /* a new device of somebody among many may be missed for so long */
	AT_ONCE = 8,   /* questions on their way together */
};

struct note {
	int64_t at;
	int64_t written_at; /* 0: never */
};

static void note(struct living *living, const char *address, enum directory_act act)
{
	const struct note *former;
	struct note now = { .at = g_get_monotonic_time() };

	if (!living->lately)
		living->lately =
			g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	former = g_hash_table_lookup(living->lately, address);
	now.written_at = act == DIRECTORY_WRITE ? now.at : former ? former->written_at : 0;
	g_hash_table_replace(living->lately, g_strdup(address), g_memdup2(&now, sizeof(now)));
}

bool lately_knows(const struct living *living, const char *address, enum directory_act act)
{
	const struct note *note =
		living->lately ? g_hash_table_lookup(living->lately, address) : NULL;
	int64_t at = !note ? 0 : act == DIRECTORY_WRITE ? note->written_at : note->at;

	return at && g_get_monotonic_time() - at < LATELY_S * G_USEC_PER_SEC;
}

void lately_clear(struct living *living)
{
	g_clear_pointer(&living->lately, g_hash_table_unref);
}

bool lately_is_fatal(const GError *error)
{
	return error && !error_is(error, ERROR_UNREACHABLE) && !error_is(error, ERROR_NO_DEVICES) &&
	       !error_is(error, ERROR_NO_CONTACT);
}

struct asking {
	struct living *living;
	char **addresses;
	enum directory_act act;
	size_t next;
	unsigned pending;
	bool is_sparing;
	bool is_looping;
	GError *first;
	directory_done done;
	void *user;
};

struct question {
	struct asking *asking;
	const char *address; /* the asking's */
};

static void ask_more(struct asking *asking);

static void answered(void *user, const GError *error)
{
	struct question *question = user;
	struct asking *asking = question->asking;
	bool is_fatal = lately_is_fatal(error);

	if (error && (!asking->first || (is_fatal && !lately_is_fatal(asking->first)))) {
		g_clear_error(&asking->first);
		asking->first = g_error_copy(error);
	}
	/* That there is nobody, or no device, is an answer too. */
	if (!is_fatal && !error_is(error, ERROR_UNREACHABLE))
		note(asking->living, question->address, asking->act);
	asking->pending--;
	g_free(question);
	ask_more(asking);
}

static void ask_one(struct asking *asking, const char *address)
{
	struct question *question = g_new0(struct question, 1);

	question->asking = asking;
	question->address = address;
	asking->pending++;
	directory_refresh(asking->living, address, asking->act, answered, question);
}

/* Answers may come before the question has returned. */
static void ask_more(struct asking *asking)
{
	if (asking->is_looping)
		return;
	asking->is_looping = true;
	while (asking->pending < AT_ONCE && asking->addresses[asking->next] &&
	       !lately_is_fatal(asking->first)) {
		const char *address = asking->addresses[asking->next++];

		if (!asking->is_sparing || !lately_knows(asking->living, address, asking->act))
			ask_one(asking, address);
	}
	asking->is_looping = false;
	if (asking->pending)
		return;
	asking->done(asking->user, asking->first);
	g_clear_error(&asking->first);
	g_strfreev(asking->addresses);
	g_free(asking);
}

void lately_ask(struct living *living, const char *const *addresses, enum directory_act act,
		bool is_sparing, directory_done done, void *user)
{
	struct asking *asking = g_new0(struct asking, 1);

	asking->living = living;
	asking->addresses = g_strdupv((char **)addresses);
	asking->act = act;
	asking->is_sparing = is_sparing;
	asking->done = done;
	asking->user = user;
	ask_more(asking);
}
