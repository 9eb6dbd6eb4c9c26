#include "core/ratchet/fingerprint.h"

#include <signal/curve.h>
#include <signal/fingerprint.h>
#include <string.h>
#include "core/base/error.h"
#include "core/ratchet/ratchet_crypto.h"

enum { ITERATIONS = 5200, URI_MAX = 8 * 1024, SCANNABLE_VERSION = 0 };

#define URI_SCHEME "xmpp:"
#define URI_DEVICE "omemo-sid-"

/* -- the number ------------------------------------------------------------------------------- */

static ec_public_key_list *make_list(const struct fingerprint_side *side, signal_context *context)
{
	ec_public_key_list *list = ec_public_key_list_alloc();

	for (size_t i = 0; list && i < side->key_count; i++) {
		ec_public_key *key = NULL;
		int code = curve_decode_point(&key, side->keys[i], CONTACT_KEY_BYTES, context);

		if (code == SG_SUCCESS)
			code = ec_public_key_list_push_back(list, key);
		SIGNAL_UNREF(key);
		if (code < SG_SUCCESS) {
			ec_public_key_list_free(list);
			return NULL;
		}
	}
	return list;
}

static gboolean calculate(signal_context *context, const struct fingerprint_side *own,
			  const struct fingerprint_side *other,
			  char out[static FINGERPRINT_DIGITS + 1])
{
	ec_public_key_list *own_list = make_list(own, context);
	ec_public_key_list *other_list = make_list(other, context);
	fingerprint_generator *generator = NULL;
	fingerprint *result = NULL;
	const char *digits = NULL;

	if (own_list && other_list &&
	    fingerprint_generator_create(&generator, ITERATIONS, SCANNABLE_VERSION, context) ==
		    SG_SUCCESS &&
	    fingerprint_generator_create_for_list(generator, own->address, own_list, other->address,
						  other_list, &result) == SG_SUCCESS)
		digits = displayable_fingerprint_text(fingerprint_get_displayable(result));
	if (digits && strlen(digits) == FINGERPRINT_DIGITS)
		memcpy(out, digits, FINGERPRINT_DIGITS + 1);
	else
		digits = NULL;
	SIGNAL_UNREF(result);
	fingerprint_generator_free(generator);
	if (own_list)
		ec_public_key_list_free(own_list);
	if (other_list)
		ec_public_key_list_free(other_list);
	return digits != NULL;
}

gboolean fingerprint_number(const struct fingerprint_side *own,
			    const struct fingerprint_side *other,
			    char out[static FINGERPRINT_DIGITS + 1], GError **error)
{
	signal_context *context;
	gboolean is_done;

	if (!own->key_count || !other->key_count) {
		error_set(error, ERROR_NO_DEVICES,
			  "%s has no device whose key could be compared yet.",
			  own->key_count ? other->address : own->address);
		return FALSE;
	}
	context = ratchet_crypto_new(error);
	if (!context)
		return FALSE;
	is_done = calculate(context, own, other, out);
	if (!is_done)
		error_set(error, ERROR_CRYPTO, "A key of %s or of %s is broken.", own->address,
			  other->address);
	signal_context_destroy(context);
	return is_done;
}

gboolean fingerprint_parse_code(const char *text, char out[static FINGERPRINT_DIGITS + 1])
{
	size_t count = 0;

	for (; *text; text++) {
		if (g_ascii_isspace(*text) || *text == '-')
			continue;
		if (!g_ascii_isdigit(*text) || count == FINGERPRINT_DIGITS)
			return FALSE;
		out[count++] = *text;
	}
	if (count != FINGERPRINT_DIGITS)
		return FALSE;
	out[count] = '\0';
	return TRUE;
}

/* -- the URI ---------------------------------------------------------------------------------- */

char *fingerprint_uri(const char *address, const struct fingerprint_entry *entries, size_t count)
{
	g_autofree char *escaped = g_uri_escape_string(address, "@", FALSE);
	GString *uri = g_string_new(URI_SCHEME);

	g_string_append(uri, escaped);
	for (size_t i = 0; i < count; i++)
		g_string_append_printf(uri, "%c" URI_DEVICE "%u=%s", i ? ';' : '?',
				       entries[i].device, entries[i].hex);
	return g_string_free(uri, FALSE);
}

static gboolean fail_uri(GError **error, const char *why)
{
	error_set(error, ERROR_USAGE,
		  "That isn't a verification URI: %s. It reads "
		  "xmpp:ADDRESS?omemo-sid-ID=FINGERPRINT;...",
		  why);
	return FALSE;
}

/* 64 hex digits, either case, into lower case. */
static gboolean parse_hex(const char *text, char out[static CONTACT_FINGERPRINT_BYTES])
{
	size_t count = 0;

	for (; g_ascii_isxdigit(text[count]) && count < CONTACT_FINGERPRINT_BYTES - 1; count++)
		out[count] = g_ascii_tolower(text[count]);
	out[count] = '\0';
	return count == CONTACT_FINGERPRINT_BYTES - 1 && text[count] == '\0';
}

/* One omemo-sid-ID=HEX; *IS_OURS false for a parameter of another kind, which others may add. */
static gboolean parse_entry(const char *text, bool *is_ours, struct fingerprint_entry *entry,
			    GError **error)
{
	g_autofree char *id = NULL;
	const char *equals = strchr(text, '=');
	guint64 device = 0;

	*is_ours = g_str_has_prefix(text, URI_DEVICE);
	if (!*is_ours)
		return TRUE;
	if (!equals)
		return fail_uri(error, "a device has no fingerprint");
	text += strlen(URI_DEVICE);
	id = g_strndup(text, (gsize)(equals - text));
	if (!g_ascii_string_to_unsigned(id, 10, 1, G_MAXINT32, &device, NULL))
		return fail_uri(error, "a device's id isn't a number from 1 to 2147483647");
	if (!parse_hex(equals + 1, entry->hex))
		return fail_uri(error, "a fingerprint hasn't 64 hex digits");
	entry->device = (uint32_t)device;
	return TRUE;
}

static gboolean add_entry(GArray *found, const struct fingerprint_entry *entry, GError **error)
{
	for (unsigned i = 0; i < found->len; i++) {
		if (g_array_index(found, struct fingerprint_entry, i).device == entry->device)
			return fail_uri(error, "a device is in it twice");
	}
	if (found->len == CONTACT_DEVICES_MAX)
		return fail_uri(error, "it has too many devices");
	g_array_append_vals(found, entry, 1);
	return TRUE;
}

static gboolean parse_query(const char *query, GArray *found, GError **error)
{
	g_auto(GStrv) parts = g_strsplit_set(query, ";&", -1);

	for (size_t i = 0; parts[i]; i++) {
		struct fingerprint_entry entry = { 0 };
		bool is_ours;

		if (!parse_entry(parts[i], &is_ours, &entry, error) ||
		    (is_ours && !add_entry(found, &entry, error)))
			return FALSE;
	}
	if (!found->len)
		return fail_uri(error, "it names no device");
	return TRUE;
}

gboolean fingerprint_parse_uri(const char *uri, char **address, struct fingerprint_entry **entries,
			       size_t *count, GError **error)
{
	const size_t scheme = strlen(URI_SCHEME);
	g_autofree char *plain = NULL;
	const char *query;
	GArray *found;

	if (strnlen(uri, URI_MAX + 1) > URI_MAX)
		return fail_uri(error, "it is too long");
	if (g_ascii_strncasecmp(uri, URI_SCHEME, scheme) != 0)
		return fail_uri(error, "it doesn't begin with xmpp:");
	query = strchr(uri, '?');
	if (!query)
		return fail_uri(error, "it names no device");
	plain = g_uri_unescape_segment(uri + scheme, query, NULL);
	if (!plain || !*plain || !g_utf8_validate(plain, -1, NULL) ||
	    strlen(plain) > CONTACT_ADDRESS_MAX)
		return fail_uri(error, "its address is malformed");
	found = g_array_new(FALSE, FALSE, sizeof(struct fingerprint_entry));
	if (!parse_query(query + 1, found, error)) {
		g_array_unref(found);
		return FALSE;
	}
	*address = g_steal_pointer(&plain);
	*count = found->len;
	*entries = (struct fingerprint_entry *)(void *)g_array_free(found, FALSE);
	return TRUE;
}
