#include "core/profile/publish.h"

#include <string.h>
#include "core/base/appclock.h"
#include "core/base/error.h"
#include "core/omemo/bundle.h"
#include "core/omemo/form.h"
#include "core/ratchet/ratchet_keys.h"

/* The number of the renewal that is due. */
#define DUE_SETTING "publish-due"
/* The forms that the word names which the carrier has. */
#define FORMS_SETTING "publish-forms"

struct publication {
	struct living *living;
	int64_t number; /* of the renewal that it holds, 0 for none */
	directory_done done; /* NULL: a failure is a notice */
	void *user;
};

static gboolean read_due(struct living *living, int64_t *number, GError **error)
{
	g_autoptr(GBytes) value = NULL;

	*number = 0;
	if (!living->store->ops->setting_get(living->store, DUE_SETTING, &value, error))
		return FALSE;
	if (value && g_bytes_get_size(value) == sizeof(*number))
		memcpy(number, g_bytes_get_data(value, NULL), sizeof(*number));
	return TRUE;
}

static gboolean set_due(struct living *living, int64_t number, GError **error)
{
	g_autoptr(GBytes) value = NULL;

	number = MAX(number + 1, living_now(living));
	value = g_bytes_new(&number, sizeof(number));
	return living->store->ops->setting_put(living->store, DUE_SETTING, value, error);
}

gboolean publish_retire(struct living *living, GError **error)
{
	bool is_changed = false;
	int64_t number;

	return ratchet_retire(living->ratchet, appclock_sure(living->appclock), &is_changed,
			      error) &&
	       read_due(living, &number, error) && set_due(living, number, error);
}

gboolean publish_refresh(struct living *living, bool *is_changed, GError **error)
{
	int64_t number;

	if (!read_due(living, &number, error) ||
	    !ratchet_refresh(living->ratchet, appclock_sure(living->appclock), number == 0,
			     is_changed, error))
		return FALSE;
	return !*is_changed || set_due(living, number, error);
}

/* Whether the carrier has the word for all forms that this sotto reads. */
static bool is_said(struct living *living)
{
	g_autoptr(GBytes) value = NULL;
	g_autofree char *ours = form_words(FORM_OURS);

	return living->store->ops->setting_get(living->store, FORMS_SETTING, &value, NULL) &&
	       value && g_bytes_get_size(value) == strlen(ours) &&
	       memcmp(g_bytes_get_data(value, NULL), ours, strlen(ours)) == 0;
}

static gboolean note_said(struct living *living, GError **error)
{
	char *ours = form_words(FORM_OURS);
	g_autoptr(GBytes) value = g_bytes_new_take(ours, strlen(ours));

	return living->store->ops->setting_put(living->store, FORMS_SETTING, value, error);
}

bool publish_is_due(struct living *living)
{
	int64_t number;

	return (read_due(living, &number, NULL) && number != 0) || !is_said(living);
}

static gboolean confirm(struct living *living, GError **error)
{
	return ratchet_confirm(living->ratchet, appclock_sure(living->appclock), error) &&
	       living->store->ops->setting_put(living->store, DUE_SETTING, NULL, error);
}

/* What was renewed meanwhile stays due. */
static gboolean settle(const struct publication *publication, GError **error)
{
	struct living *living = publication->living;
	int64_t number;
	bool is_newest;

	if (!read_due(living, &number, error))
		return FALSE;
	is_newest = publication->number && number == publication->number;
	if (!is_newest && is_said(living))
		return TRUE;
	if (!living_begin(living, error))
		return FALSE;
	if ((!is_newest || confirm(living, error)) && note_said(living, error))
		return living_commit(living, error);
	living_rollback(living);
	return FALSE;
}

/* The own word, signed. */
static gboolean sign_form(struct living *living, struct bundle *bundle, GError **error)
{
	g_autofree char *ours = form_words(FORM_OURS);
	g_autoptr(GByteArray) text = NULL;

	g_strlcpy(bundle->form.reads, ours, sizeof(bundle->form.reads));
	text = form_word_text(&bundle->form, living->account->address, bundle->device,
			      bundle->identity);
	bundle->has_form = true;
	return ratchet_sign(living->ratchet, text->data, text->len, bundle->form.signature, error);
}

/* All that is published of the own device. */
static gboolean make_bundle(struct living *living, struct bundle *bundle, GError **error)
{
	if (!ratchet_bundle(living->ratchet, bundle, error))
		return FALSE;
	bundle->device = living->account->device;
	bundle->label = g_strdup(living->account->label);
	return sign_form(living, bundle, error);
}

static void publication_end(struct publication *publication, const GError *error)
{
	if (publication->done)
		publication->done(publication->user, error);
	else if (error)
		living_emit_notice(publication->living, "%s", error->message);
	g_free(publication);
}

static void published(void *user, const GError *error)
{
	struct publication *publication = user;
	g_autoptr(GError) local = NULL;

	if (!error && !settle(publication, &local))
		error = local;
	publication_end(publication, error);
}

void publish_then(struct living *living, directory_done done, void *user)
{
	struct publication *publication = g_new0(struct publication, 1);
	struct bundle bundle = { 0 };
	g_autoptr(GError) error = NULL;

	publication->living = living;
	publication->done = done;
	publication->user = user;
	if (read_due(living, &publication->number, &error) &&
	    make_bundle(living, &bundle, &error)) {
		living->transport->ops->publish(living->transport, &bundle, published, publication);
	} else {
		publication_end(publication, error);
	}
	bundle_clear(&bundle);
}

void publish_now(struct living *living)
{
	publish_then(living, NULL, NULL);
}
