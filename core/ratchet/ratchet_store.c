#include "core/ratchet/ratchet_store.h"

#include <string.h>
#include "core/base/appclock.h"
#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/base/stack.h"
#include "core/port/store.h"
#include "core/port/store_lost.h"
#include "core/ratchet/ratchet_crypto.h"

/* Below everything that libsignal itself returns. */
enum { STORE_FAILED = SG_ERR_MINIMUM - 1 };

GBytes *ratchet_store_bytes(const void *data, size_t bytes)
{
	uint8_t *copy = plain_new(bytes);

	if (bytes)
		memcpy(copy, data, bytes);
	return g_bytes_new_with_free_func(copy, bytes, plain_free, copy);
}

/* A getter's bytes are ours: keep a copy that is wiped, and wipe theirs. */
static GBytes *take_bytes(GBytes *given)
{
	gsize bytes = 0;
	void *data = g_bytes_unref_to_data(given, &bytes);
	GBytes *taken = ratchet_store_bytes(data, bytes);

	if (bytes)
		wipe(data, bytes);
	g_free(data);
	return taken;
}

/* -- settings --------------------------------------------------------------------------------- */

gboolean ratchet_store_number(struct store *store, const char *name, int64_t *value, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	uint64_t number = 0;

	*value = 0;
	if (!store->ops->setting_get(store, name, &bytes, error))
		return FALSE;
	if (!bytes)
		return TRUE;
	if (g_bytes_get_size(bytes) != sizeof(number)) {
		error_set(error, ERROR_DAMAGED,
			  "The profile is damaged (setting %s); restore it from a backup.", name);
		return FALSE;
	}
	memcpy(&number, g_bytes_get_data(bytes, NULL), sizeof(number));
	*value = (int64_t)GUINT64_FROM_BE(number);
	return TRUE;
}

gboolean ratchet_store_put_number(struct store *store, const char *name, int64_t value,
				  GError **error)
{
	uint64_t number = GUINT64_TO_BE((uint64_t)value);
	g_autoptr(GBytes) bytes = g_bytes_new(&number, sizeof(number));

	return store->ops->setting_put(store, name, bytes, error);
}

/* -- sessions --------------------------------------------------------------------------------- */

static unsigned session_hash(const void *key)
{
	const struct cached_session *session = key;

	return g_str_hash(session->address) ^ (session->device * 2654435761u);
}

static gboolean session_equal(const void *a, const void *b)
{
	const struct cached_session *one = a;
	const struct cached_session *two = b;

	return one->device == two->device && strcmp(one->address, two->address) == 0;
}

static void session_free(void *data)
{
	struct cached_session *session = data;

	g_free(session->owned);
	g_clear_pointer(&session->record, g_bytes_unref);
	g_free(session);
}

static struct cached_session *peek(struct ratchet *self, const char *address, uint32_t device)
{
	const struct cached_session probe = { .address = address, .device = device };

	return g_hash_table_lookup(self->sessions, &probe);
}

struct cached_session *ratchet_store_session(struct ratchet *self, const char *address,
					     uint32_t device, GError **error)
{
	struct cached_session *session = peek(self, address, device);
	GBytes *record = NULL;

	if (session)
		return session;
	if (!self->store->ops->session_get(self->store, address, device, &record, error))
		return NULL;
	session = g_new0(struct cached_session, 1);
	session->owned = g_strdup(address);
	session->address = session->owned;
	session->device = device;
	session->record = record ? take_bytes(record) : NULL;
	g_hash_table_add(self->sessions, session);
	return session;
}

void ratchet_store_set(struct cached_session *session, GBytes *record, bool is_dirty)
{
	if (record)
		g_bytes_ref(record);
	g_clear_pointer(&session->record, g_bytes_unref);
	session->record = record;
	session->is_dirty = is_dirty;
}

bool ratchet_store_has_session(struct ratchet *self, const char *address, uint32_t device)
{
	struct cached_session *session = peek(self, address, device);
	GBytes *record = NULL;

	if (session)
		return session->record != NULL;
	if (!self->store->ops->session_get(self->store, address, device, &record, NULL) || !record)
		return false;
	g_bytes_unref(take_bytes(record));
	return true;
}

gboolean ratchet_store_drop(struct ratchet *self, const char *address, uint32_t device,
			    GError **error)
{
	const struct cached_session probe = { .address = address, .device = device };

	if (!self->store->ops->session_del(self->store, address, device, error) ||
	    !self->store->ops->lost->retired_put(self->store, address, device, NULL, error))
		return FALSE;
	g_hash_table_remove(self->sessions, &probe);
	return TRUE;
}

gboolean ratchet_store_flush(struct ratchet *self, GError **error)
{
	GHashTableIter iter;
	void *key;

	g_hash_table_iter_init(&iter, self->sessions);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		struct cached_session *session = key;

		if (session->is_dirty &&
		    !self->store->ops->session_put(self->store, session->address, session->device,
						   session->record, error))
			return FALSE;
	}
	/* Nothing is kept: who else writes to the store before the next transaction isn't known. */
	g_hash_table_remove_all(self->sessions);
	return TRUE;
}

void ratchet_store_forget(struct ratchet *self)
{
	g_hash_table_remove_all(self->sessions);
	self->has_spent = false;
	g_clear_error(&self->failure);
}

static int load_session(signal_buffer **record, signal_buffer **user_record,
			const signal_protocol_address *address, void *user)
{
	struct ratchet *self = user;
	struct cached_session *session = ratchet_store_session(
		self, address->name, (uint32_t)address->device_id, &self->failure);
	gsize bytes = 0;
	const void *data;

	*user_record = NULL;
	if (!session)
		return STORE_FAILED;
	if (!session->record)
		return 0;
	data = g_bytes_get_data(session->record, &bytes);
	*record = ratchet_crypto_buffer(data, bytes);
	return 1;
}

static int contains_session(const signal_protocol_address *address, void *user)
{
	struct ratchet *self = user;
	struct cached_session *session = ratchet_store_session(
		self, address->name, (uint32_t)address->device_id, &self->failure);

	if (!session)
		return STORE_FAILED;
	return session->record != NULL;
}

static int store_session(const signal_protocol_address *address, uint8_t *record, size_t bytes,
			 uint8_t *user_record, size_t user_bytes, void *user)
{
	struct ratchet *self = user;
	struct cached_session *session = ratchet_store_session(
		self, address->name, (uint32_t)address->device_id, &self->failure);
	g_autoptr(GBytes) fresh = NULL;

	(void)user_record;
	(void)user_bytes;
	if (!session)
		return STORE_FAILED;
	fresh = ratchet_store_bytes(record, bytes);
	ratchet_store_set(session, fresh, true);
	return SG_SUCCESS;
}

/* -- own keys --------------------------------------------------------------------------------- */

static int load_key(struct ratchet *self, enum key_kind kind, uint32_t id, signal_buffer **record)
{
	struct key_row *row = NULL;
	gsize bytes = 0;
	const void *data;

	if (!self->store->ops->key_get(self->store, kind, id, &row, &self->failure))
		return STORE_FAILED;
	if (!row)
		return SG_ERR_INVALID_KEY_ID;
	data = g_bytes_get_data(row->record, &bytes);
	*record = ratchet_crypto_buffer(data, bytes);
	key_row_free(row);
	return SG_SUCCESS;
}

static int load_prekey(signal_buffer **record, uint32_t id, void *user)
{
	return load_key(user, KEY_PREKEY, id, record);
}

static int load_signed(signal_buffer **record, uint32_t id, void *user)
{
	return load_key(user, KEY_SIGNED, id, record);
}

static int remove_prekey(uint32_t id, void *user)
{
	struct ratchet *self = user;

	self->has_spent = true;
	self->spent = id;
	return SG_SUCCESS;
}

gboolean ratchet_store_spend(struct ratchet *self, GError **error)
{
	const struct store_ops *ops = self->store->ops;
	struct key_row *row = NULL;
	gboolean is_done = FALSE;

	if (!self->has_spent)
		return TRUE;
	self->has_spent = false;
	if (!ops->key_get(self->store, KEY_PREKEY, self->spent, &row, error))
		return FALSE;
	if (!row || row->used_at) {
		is_done = TRUE;
		goto out;
	}
	/* From here on its batch is the last publication that it was in. */
	if (!ratchet_store_number(self->store, RATCHET_SETTING_BATCH, &row->batch, error))
		goto out;
	row->used_at = MAX(appclock_sure(self->appclock), 1);
	is_done = ops->key_put(self->store, row, error);
out:
	key_row_free(row);
	return is_done;
}

static int get_identity(signal_buffer **public_data, signal_buffer **private_data, void *user)
{
	struct ratchet *self = user;

	*public_data = ratchet_crypto_buffer(self->public_key, sizeof(self->public_key));
	*private_data = ratchet_crypto_buffer(secret_peek(self->private_key),
					      secret_size(self->private_key));
	return SG_SUCCESS;
}

static int get_registration(void *user, uint32_t *registration)
{
	struct ratchet *self = user;

	*registration = self->registration;
	return SG_SUCCESS;
}

/* -- identities of others --------------------------------------------------------------------- */

gboolean ratchet_store_match(struct ratchet *self, const char *address, uint32_t device,
			     const uint8_t key[static CONTACT_KEY_BYTES],
			     enum identity_match *match, GError **error)
{
	struct device *row = NULL;

	if (!self->store->ops->device_get(self->store, address, device, &row, error))
		return FALSE;
	if (!row)
		*match = IDENTITY_NO_ROW;
	else if (!row->has_key)
		*match = IDENTITY_NO_KEY;
	else
		*match = memcmp(row->key, key, CONTACT_KEY_BYTES) == 0 ? IDENTITY_SAME
								       : IDENTITY_OTHER;
	device_free(row);
	return TRUE;
}

static int is_trusted(const signal_protocol_address *address, uint8_t *key, size_t bytes,
		      void *user)
{
	struct ratchet *self = user;
	enum identity_match match;

	if (bytes != CONTACT_KEY_BYTES)
		return SG_ERR_INVALID_KEY;
	if (!ratchet_store_match(self, address->name, (uint32_t)address->device_id, key, &match,
				 &self->failure))
		return STORE_FAILED;
	return match != IDENTITY_OTHER;
}

/* The caller keeps devices: it alone knows what a new key means. */
static int save_identity(const signal_protocol_address *address, uint8_t *key, size_t bytes,
			 void *user)
{
	(void)address;
	(void)key;
	(void)bytes;
	(void)user;
	return SG_SUCCESS;
}

/* -- life ------------------------------------------------------------------------------------- */

/* Whether the two halves belong together. */
static bool is_pair(signal_context *context, const uint8_t public_key[static CONTACT_KEY_BYTES],
		    const uint8_t private_key[static RATCHET_PRIVATE_BYTES])
{
	ec_public_key *stored = NULL;
	ec_public_key *derived = NULL;
	ec_private_key *secret = NULL;
	bool is_same =
		curve_decode_point(&stored, public_key, CONTACT_KEY_BYTES, context) == SG_SUCCESS &&
		curve_decode_private_point(&secret, private_key, RATCHET_PRIVATE_BYTES, context) ==
			SG_SUCCESS &&
		curve_generate_public_key(&derived, secret) == SG_SUCCESS &&
		ec_public_key_compare(stored, derived) == 0;

	SIGNAL_UNREF(stored);
	SIGNAL_UNREF(derived);
	SIGNAL_UNREF(secret);
	return is_same;
}

static gboolean load_identity(struct ratchet *self, GError **error)
{
	GBytes *given = NULL;
	g_autoptr(GBytes) bytes = NULL;
	uint8_t private_key[RATCHET_PRIVATE_BYTES];
	const uint8_t *data;
	int64_t registration = 0;

	if (!self->store->ops->setting_get(self->store, RATCHET_SETTING_IDENTITY, &given, error))
		return FALSE;
	bytes = given ? take_bytes(given) : NULL;
	data = bytes ? g_bytes_get_data(bytes, NULL) : NULL;
	if (!data || g_bytes_get_size(bytes) != CONTACT_KEY_BYTES + RATCHET_PRIVATE_BYTES ||
	    !is_pair(self->context, data, data + CONTACT_KEY_BYTES)) {
		error_set(
			error, ERROR_DAMAGED,
			"The profile is damaged: its identity key is missing or broken; restore it "
			"from a backup.");
		return FALSE;
	}
	if (!ratchet_store_number(self->store, RATCHET_SETTING_REGISTRATION, &registration, error))
		return FALSE;
	self->registration = (uint32_t)registration;
	memcpy(self->public_key, data, CONTACT_KEY_BYTES);
	memcpy(private_key, data + CONTACT_KEY_BYTES, RATCHET_PRIVATE_BYTES);
	self->private_key = secret_take(private_key, sizeof(private_key), error);
	return self->private_key != NULL;
}

/* libsignal's sessions call these callbacks and no others. */
static int set_callbacks(struct ratchet *self)
{
	const signal_protocol_session_store sessions = {
		.load_session_func = load_session,
		.store_session_func = store_session,
		.contains_session_func = contains_session,
		.user_data = self,
	};
	const signal_protocol_pre_key_store prekeys = {
		.load_pre_key = load_prekey,
		.remove_pre_key = remove_prekey,
		.user_data = self,
	};
	const signal_protocol_signed_pre_key_store signed_prekeys = {
		.load_signed_pre_key = load_signed,
		.user_data = self,
	};
	const signal_protocol_identity_key_store identities = {
		.get_identity_key_pair = get_identity,
		.get_local_registration_id = get_registration,
		.save_identity = save_identity,
		.is_trusted_identity = is_trusted,
		.user_data = self,
	};
	int code = signal_protocol_store_context_create(&self->callbacks, self->context);

	if (code == SG_SUCCESS)
		code = signal_protocol_store_context_set_session_store(self->callbacks, &sessions);
	if (code == SG_SUCCESS)
		code = signal_protocol_store_context_set_pre_key_store(self->callbacks, &prekeys);
	if (code == SG_SUCCESS)
		code = signal_protocol_store_context_set_signed_pre_key_store(self->callbacks,
									      &signed_prekeys);
	if (code == SG_SUCCESS)
		code = signal_protocol_store_context_set_identity_key_store(self->callbacks,
									    &identities);
	return code;
}

gboolean ratchet_store_init(struct ratchet *self, struct store *store, struct appclock *appclock,
			    GError **error)
{
	gboolean is_done;

	memset(self, 0, sizeof(*self));
	self->store = store;
	self->appclock = appclock;
	self->sessions = g_hash_table_new_full(session_hash, session_equal, session_free, NULL);
	self->context = ratchet_crypto_new(error);
	if (!self->context)
		return FALSE;
	if (set_callbacks(self) != SG_SUCCESS) {
		error_set(error, ERROR_CRYPTO, "The message encryption could not be started.");
		return FALSE;
	}
	is_done = load_identity(self, error);
	stack_wipe();
	return is_done;
}

void ratchet_store_clear(struct ratchet *self)
{
	if (self->callbacks)
		signal_protocol_store_context_destroy(self->callbacks);
	if (self->context)
		signal_context_destroy(self->context);
	secret_free(self->private_key);
	g_clear_pointer(&self->sessions, g_hash_table_unref);
	g_clear_error(&self->failure);
	memset(self, 0, sizeof(*self));
}
