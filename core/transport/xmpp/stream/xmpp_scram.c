#include "core/transport/xmpp/stream/xmpp_scram.h"

#include <stdbool.h>
#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/base/stack.h"

enum { NONCE_BYTES = 18, SALT_MIN = 1 };

struct scram {
	enum crypto_hash hash;
	char *bare; /* client-first-message-bare */
	char *nonce;
	char *password;			     /* plain memory */
	uint8_t expected[CRYPTO_DIGEST_MAX]; /* the server's signature */
	bool is_answered;
};

/*
 * SASLprep (RFC 4013) as far as it changes anything: other spaces become plain ones, NFKC; control
 * characters are refused.
 */
static char *prepare(const char *password, size_t bytes, GError **error)
{
	g_autofree char *normal = NULL;
	char *out;
	size_t at = 0;

	normal = g_utf8_normalize(password, (gssize)bytes, G_NORMALIZE_NFKC);
	if (!normal || strlen(password) != bytes) {
		error_set(error, ERROR_FORMAT, "The account's password isn't valid UTF-8.");
		return NULL;
	}
	out = plain_new(strlen(normal));
	for (const char *p = normal; *p; p = g_utf8_next_char(p)) {
		gunichar character = g_utf8_get_char(p);

		if (g_unichar_iscntrl(character)) {
			error_set(error, ERROR_FORMAT,
				  "The account's password holds control characters.");
			wipe(normal, strlen(normal));
			plain_free(out);
			return NULL;
		}
		at += (size_t)g_unichar_to_utf8(
			g_unichar_type(character) == G_UNICODE_SPACE_SEPARATOR ? ' ' : character,
			out + at);
	}
	wipe(normal, strlen(normal));
	return out;
}

/* RFC 5802 section 5.1: "=" and "," in names. */
static char *escape(const char *user)
{
	GString *out = g_string_new(NULL);

	for (; *user; user++) {
		if (*user == '=')
			g_string_append(out, "=3D");
		else if (*user == ',')
			g_string_append(out, "=2C");
		else
			g_string_append_c(out, *user);
	}
	return g_string_free(out, FALSE);
}

struct scram *scram_new(enum crypto_hash hash, const char *user, const struct secret *password,
			const char *nonce, GError **error)
{
	g_autofree char *name = escape(user);
	char *text = plain_ndup((const char *)secret_peek(password), secret_size(password));
	char *prepared = prepare(text, secret_size(password), error);
	struct scram *scram;

	plain_free(text);
	if (!prepared)
		return NULL;
	scram = g_new0(struct scram, 1);
	scram->hash = hash;
	scram->password = prepared;
	if (nonce) {
		scram->nonce = g_strdup(nonce);
	} else {
		uint8_t random[NONCE_BYTES];

		crypto_random(random, sizeof(random));
		scram->nonce = g_base64_encode(random, sizeof(random));
	}
	scram->bare = g_strdup_printf("n=%s,r=%s", name, scram->nonce);
	return scram;
}

void scram_free(struct scram *scram)
{
	if (!scram)
		return;
	g_free(scram->bare);
	g_free(scram->nonce);
	plain_free(scram->password);
	wipe(scram, sizeof(*scram));
	g_free(scram);
}

char *scram_first(const struct scram *scram)
{
	return g_strconcat("n,,", scram->bare, NULL);
}

static gboolean refuse(GError **error, const char *what)
{
	error_set(error, ERROR_FORMAT, "The server's login can't be followed: %s.", what);
	return FALSE;
}

/* What server-first-message (RFC 5802 section 7) gives. */
struct first {
	const char *nonce; /* within the split parts */
	guchar *salt;
	gsize salt_bytes;
	guint64 rounds;
};

static gboolean read_first(const struct scram *scram, char **parts, struct first *first,
			   GError **error)
{
	size_t own = strlen(scram->nonce);

	if (g_strv_length(parts) < 3 || !g_str_has_prefix(parts[0], "r=") ||
	    !g_str_has_prefix(parts[1], "s=") || !g_str_has_prefix(parts[2], "i="))
		return refuse(error, "it asks for something unknown");
	first->nonce = parts[0] + 2;
	if (strncmp(first->nonce, scram->nonce, own) != 0 || strlen(first->nonce) <= own)
		return refuse(error, "its nonce isn't an answer to ours");
	first->salt = g_base64_decode(parts[1] + 2, &first->salt_bytes);
	if (first->salt_bytes < SALT_MIN)
		return refuse(error, "it has no salt");
	if (!g_ascii_string_to_unsigned(parts[2] + 2, 10, 1, SCRAM_ROUNDS_MAX, &first->rounds,
					NULL) ||
	    first->rounds < SCRAM_ROUNDS_MIN) {
		error_set(error, ERROR_LIMIT,
			  "The server's login asks for %s rounds of hashing; sotto accepts %d to "
			  "%d.",
			  parts[2] + 2, SCRAM_ROUNDS_MIN, SCRAM_ROUNDS_MAX);
		return FALSE;
	}
	return TRUE;
}

/* RFC 5802 section 3: the proof for AUTH, and what the server will have to sign it with. */
static char *prove(struct scram *scram, const struct first *first, const char *auth)
{
	size_t bytes = crypto_digest_bytes(scram->hash);
	uint8_t salted[CRYPTO_DIGEST_MAX], key[CRYPTO_DIGEST_MAX], stored[CRYPTO_DIGEST_MAX];
	uint8_t proof[CRYPTO_DIGEST_MAX];

	crypto_pbkdf2(scram->hash, scram->password, strlen(scram->password), first->salt,
		      first->salt_bytes, (uint32_t)first->rounds, salted);
	crypto_mac(scram->hash, salted, bytes, "Server Key", 10, key);
	crypto_mac(scram->hash, key, bytes, auth, strlen(auth), scram->expected);
	crypto_mac(scram->hash, salted, bytes, "Client Key", 10, key);
	crypto_digest(scram->hash, key, bytes, stored);
	crypto_mac(scram->hash, stored, bytes, auth, strlen(auth), proof);
	for (size_t i = 0; i < bytes; i++)
		proof[i] ^= key[i];
	wipe(salted, sizeof(salted));
	wipe(key, sizeof(key));
	wipe(stored, sizeof(stored));
	stack_wipe();
	scram->is_answered = true;
	return g_base64_encode(proof, bytes);
}

char *scram_answer(struct scram *scram, const char *server_first, GError **error)
{
	g_auto(GStrv) parts = NULL;
	g_autofree char *without = NULL, *auth = NULL, *proof = NULL;
	struct first first = { 0 };
	char *answer = NULL;

	if (strlen(server_first) > SCRAM_TEXT_MAX) {
		refuse(error, "its first message is too long");
		return NULL;
	}
	parts = g_strsplit(server_first, ",", -1);
	if (read_first(scram, parts, &first, error)) {
		/* "biws" is "n,," in base64: no channel binding. */
		without = g_strconcat("c=biws,r=", first.nonce, NULL);
		auth = g_strconcat(scram->bare, ",", server_first, ",", without, NULL);
		proof = prove(scram, &first, auth);
		answer = g_strconcat(without, ",p=", proof, NULL);
	}
	g_free(first.salt);
	return answer;
}

gboolean scram_check(const struct scram *scram, const char *server_final, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(server_final, ",", 2);
	gsize bytes = 0;
	g_autofree guchar *signature = NULL;

	if (scram->is_answered && parts[0] && g_str_has_prefix(parts[0], "v="))
		signature = g_base64_decode(parts[0] + 2, &bytes);
	if (signature && bytes == crypto_digest_bytes(scram->hash) &&
	    crypto_equal(signature, scram->expected, bytes))
		return TRUE;
	error_set(error, ERROR_TRUST,
		  "The server didn't show that it knows the account's password: it isn't the right "
		  "one, or somebody stands in between. Nothing was sent.");
	return FALSE;
}
