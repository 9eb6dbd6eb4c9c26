#include "core/omemo/bundle.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/omemo/namespaces.h"
#include "core/text/text.h"
#include "core/xml/stanza.h"


enum { KEY_TYPE = 0x05 /* Curve25519, libsignal's DJB_TYPE */ };

void bundle_clear(struct bundle *bundle)
{
	g_free(bundle->label);
	g_free(bundle->prekeys);
	memset(bundle, 0, sizeof(*bundle));
}

void bundle_copy(struct bundle *copy, const struct bundle *bundle)
{
	*copy = *bundle;
	copy->label = g_strdup(bundle->label);
	copy->prekeys = g_memdup2(bundle->prekeys, bundle->prekey_count * sizeof(*bundle->prekeys));
}

/* -- to XML ----------------------------------------------------------------------------------- */

static GBytes *finish(struct stanza *root, GError **error)
{
	size_t bytes = 0;
	char *text = stanza_encode(root, &bytes, error);
	GBytes *encoded = text ? g_bytes_new(text, bytes) : NULL;

	plain_free(text);
	stanza_free(root);
	return encoded;
}

static struct stanza *add_key(struct stanza *parent, const char *name, const void *key,
			      size_t bytes)
{
	struct stanza *element = stanza_add(parent, name, NULL);

	stanza_add_base64(element, key, bytes);
	return element;
}

GBytes *bundle_encode(const struct bundle *bundle, GError **error)
{
	struct stanza *root = stanza_new("bundle", NS_OMEMO);
	struct stanza *prekeys;

	if (bundle->device)
		stanza_set_number(root, "device", bundle->device);
	stanza_set(root, "label", bundle->label);
	stanza_set_number(
		add_key(root, "signedPreKeyPublic", bundle->signed_key, CONTACT_KEY_BYTES),
		"signedPreKeyId", bundle->signed_id);
	add_key(root, "signedPreKeySignature", bundle->signature, BUNDLE_SIGNATURE_BYTES);
	add_key(root, "identityKey", bundle->identity, CONTACT_KEY_BYTES);
	prekeys = stanza_add(root, "prekeys", NULL);
	for (size_t i = 0; i < bundle->prekey_count; i++)
		stanza_set_number(
			add_key(prekeys, "preKeyPublic", bundle->prekeys[i].key, CONTACT_KEY_BYTES),
			"preKeyId", bundle->prekeys[i].id);
	if (bundle->has_form)
		form_word_add(root, &bundle->form);
	return finish(root, error);
}

/* -- from XML --------------------------------------------------------------------------------- */

static gboolean fail(GError **error, const char *why)
{
	error_set(error, ERROR_FORMAT, "The keys that a device published can't be read: %s.", why);
	return FALSE;
}

/* Exactly BYTES bytes of base64 in ELEMENT, which may be missing. */
static gboolean read_exactly(const struct stanza *element, void *out, size_t bytes)
{
	g_autoptr(GBytes) data = element ? stanza_base64(element, bytes, NULL) : NULL;

	if (!data || g_bytes_get_size(data) != bytes)
		return FALSE;
	memcpy(out, g_bytes_get_data(data, NULL), bytes);
	return TRUE;
}

static gboolean read_key(const struct stanza *element, uint8_t key[static CONTACT_KEY_BYTES])
{
	return read_exactly(element, key, CONTACT_KEY_BYTES) && key[0] == KEY_TYPE;
}

static gboolean read_id(const struct stanza *element, const char *attribute, uint32_t *id)
{
	int64_t number = 0;

	if (!stanza_get_number(element, attribute, 0, UINT32_MAX, &number))
		return FALSE;
	*id = (uint32_t)number;
	return TRUE;
}

static gboolean read_prekeys(const struct stanza *root, struct bundle *bundle, GError **error)
{
	const struct stanza *list = stanza_child(root, "prekeys", NS_OMEMO);
	const struct stanza *first = list ? stanza_first(list) : NULL;
	size_t count = 0;

	for (const struct stanza *at = first; at; at = stanza_next(at))
		count += stanza_is(at, "preKeyPublic", NS_OMEMO);
	if (count == 0)
		return fail(error, "there is no one-time prekey");
	if (count > BUNDLE_PREKEYS_MAX) {
		error_set(error, ERROR_LIMIT, "A device published more than %d one-time prekeys.",
			  BUNDLE_PREKEYS_MAX);
		return FALSE;
	}
	bundle->prekeys = g_new0(struct bundle_prekey, count);
	for (const struct stanza *at = first; at; at = stanza_next(at)) {
		struct bundle_prekey *prekey = &bundle->prekeys[bundle->prekey_count];

		if (!stanza_is(at, "preKeyPublic", NS_OMEMO))
			continue;
		if (!read_id(at, "preKeyId", &prekey->id) || !read_key(at, prekey->key))
			return fail(error, "a one-time prekey is malformed");
		bundle->prekey_count++;
	}
	return TRUE;
}

static gboolean read_signed(const struct stanza *root, struct bundle *bundle, GError **error)
{
	const struct stanza *signed_key = stanza_child(root, "signedPreKeyPublic", NS_OMEMO);

	if (!read_key(stanza_child(root, "identityKey", NS_OMEMO), bundle->identity))
		return fail(error, "the identity key is missing or malformed");
	if (!signed_key || !read_id(signed_key, "signedPreKeyId", &bundle->signed_id) ||
	    !read_key(signed_key, bundle->signed_key))
		return fail(error, "the signed prekey is missing or malformed");
	if (!read_exactly(stanza_child(root, "signedPreKeySignature", NS_OMEMO), bundle->signature,
			  BUNDLE_SIGNATURE_BYTES))
		return fail(error, "the signature is missing or malformed");
	return TRUE;
}

static gboolean read_device(const struct stanza *root, uint32_t device, struct bundle *bundle,
			    GError **error)
{
	const char *label = stanza_get(root, "label");
	int64_t id = device;

	if (stanza_get(root, "device") && !stanza_get_number(root, "device", 1, INT32_MAX, &id))
		return fail(error, "the device's id is malformed");
	if (id < 1 || id > INT32_MAX)
		return fail(error, "they don't say of which device they are");
	if (device && id != device)
		return fail(error, "they are those of another device");
	bundle->device = (uint32_t)id;
	if (label && strlen(label) <= BUNDLE_LABEL_MAX && !text_is_blank(label, strlen(label)))
		bundle->label = g_strdup(label);
	return TRUE;
}

static void read_form(const struct stanza *root, struct bundle *bundle)
{
	const struct stanza *form = stanza_child(root, FORM_WORD_NAME, FORM_WORD_SPACE);

	bundle->has_form = form && form_word_read(form, &bundle->form);
}

gboolean bundle_decode(const void *data, size_t bytes, uint32_t device, struct bundle *bundle,
		       GError **error)
{
	struct stanza *root = stanza_decode(data, bytes, error);
	gboolean ok = FALSE;

	memset(bundle, 0, sizeof(*bundle));
	if (!root)
		return FALSE;
	if (!stanza_is(root, "bundle", NS_OMEMO))
		fail(error, "it isn't a bundle");
	else
		ok = read_device(root, device, bundle, error) && read_signed(root, bundle, error) &&
		     read_prekeys(root, bundle, error);
	if (ok)
		read_form(root, bundle);
	if (!ok)
		bundle_clear(bundle);
	stanza_free(root);
	return ok;
}

/* -- the device list -------------------------------------------------------------------------- */

static bool holds(const uint32_t *ids, size_t count, uint32_t id)
{
	while (count > 0)
		if (ids[--count] == id)
			return true;
	return false;
}

GBytes *device_list_encode(const uint32_t *ids, size_t count, GError **error)
{
	struct stanza *root;

	for (size_t i = 0; i < count; i++) {
		if (i == CONTACT_DEVICES_MAX || ids[i] < 1 || ids[i] > INT32_MAX ||
		    holds(ids, i, ids[i])) {
			error_set(error, ERROR_FORMAT,
				  "The device list is wrong: an id is out of range, stands twice, "
				  "or there are more than %d.",
				  CONTACT_DEVICES_MAX);
			return NULL;
		}
	}
	root = stanza_new("list", NS_OMEMO);
	for (size_t i = 0; i < count; i++)
		stanza_set_number(stanza_add(root, "device", NULL), "id", ids[i]);
	return finish(root, error);
}

static gboolean read_list(const struct stanza *root, uint32_t *ids, size_t *count, GError **error)
{
	bool is_odd = false;

	if (!stanza_is(root, "list", NS_OMEMO)) {
		error_set(error, ERROR_FORMAT, "What was published isn't a device list.");
		return FALSE;
	}
	for (const struct stanza *at = stanza_first(root); at; at = stanza_next(at)) {
		int64_t id;

		if (!stanza_is(at, "device", NS_OMEMO))
			continue;
		if (!stanza_get_number(at, "id", 1, INT32_MAX, &id)) {
			is_odd = true;
			continue;
		}
		if (holds(ids, *count, (uint32_t)id))
			continue;
		if (*count == CONTACT_DEVICES_MAX) {
			error_set(error, ERROR_LIMIT, "A device list names more than %d devices.",
				  CONTACT_DEVICES_MAX);
			return FALSE;
		}
		ids[(*count)++] = (uint32_t)id;
	}
	if (is_odd && *count == 0) {
		error_set(error, ERROR_FORMAT, "A device list names no device that can be one.");
		return FALSE;
	}
	return TRUE;
}

gboolean device_list_decode(const void *data, size_t bytes, uint32_t **ids, size_t *count,
			    GError **error)
{
	uint32_t found[CONTACT_DEVICES_MAX];
	struct stanza *root = stanza_decode(data, bytes, error);
	gboolean ok;

	*ids = NULL;
	*count = 0;
	if (!root)
		return FALSE;
	ok = read_list(root, found, count, error);
	if (ok)
		*ids = g_memdup2(found, *count * sizeof(*found));
	else
		*count = 0;
	stanza_free(root);
	return ok;
}
