/* files: whether one may be sent to somebody, before anything is sealed or put on a server. */
#include "core/files/files.h"

#include <string.h>
#include "core/base/error.h"
#include "core/outbox/audience.h"
#include "core/outbox/delivery_seal.h"
#include "core/profile/disclosure.h"
#include "core/profile/notes.h"

struct question {
	struct living *living;
	struct audience audience;
	char *address;
	files_asked done;
	void *user;
};

static void question_end(struct question *question, bool all_sotto, const GError *error)
{
	question->done(question->user, all_sotto, error);
	audience_clear(&question->audience);
	g_free(question->address);
	g_free(question);
}

/* Whether nobody of them needs what other clients read. */
static gboolean look(struct question *question, bool *all_sotto, GError **error)
{
	struct recipients to;

	if (!recipients_init(question->living, (const char *const *)question->audience.people, true,
			     RULE_FIRST, &to, error))
		return FALSE;
	*all_sotto = to.all_sotto;
	recipients_clear(&to);
	return TRUE;
}

static void refreshed(void *user, const GError *error)
{
	struct question *question = user;
	struct living *living = question->living;
	g_autoptr(GPtrArray) devices = NULL;
	g_autoptr(GError) why = NULL;
	bool all_sotto = false;

	if (living->is_ending) {
		error_set_plain(&why, ERROR_LOCKED);
	} else if (audience_is_fatal(error)) {
		why = g_error_copy(error);
	} else if (question->audience.kind == CONTACT_PERSON) {
		devices = living_devices(living, question->audience.people[0], &why);
		/* The carrier's own word is the better sentence. */
		if (!why && error && devices->len == 0)
			why = g_error_copy(error);
	}
	if (!why && audience_judge(living, &question->audience, NULL, &why) &&
	    !look(question, &all_sotto, &why))
		g_debug("whom a file is for can't be looked up");
	question_end(question, all_sotto, why);
}

/* Who isn't known yet is a person. */
static gboolean find(struct question *question, GError **error)
{
	struct living *living = question->living;
	struct contact person = { .address = question->address };
	struct contact *contact = NULL;
	gboolean ok;

	if (!notes_refuse(living, question->address, "files", error))
		return FALSE;
	if (!living->store->ops->contact_get(living->store, question->address, &contact, error))
		return FALSE;
	ok = (!contact || disclosure_check(contact, error)) &&
	     audience_init(living, contact ? contact : &person, &question->audience, error);
	contact_free(contact);
	return ok;
}

void files_ask(struct living *living, const char *address, files_asked done, void *user)
{
	struct question *question = g_new0(struct question, 1);
	g_autoptr(GError) error = NULL;

	question->living = living;
	question->address = g_strdup(address);
	question->done = done;
	question->user = user;
	if (find(question, &error))
		audience_refresh(living, &question->audience, DIRECTORY_WRITE, refreshed,
				 question);
	else
		question_end(question, false, error);
}
