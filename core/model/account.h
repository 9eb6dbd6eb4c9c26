/*
 * account: who we are. One profile is one account on one carrier.
 */
#ifndef SOTTO_CORE_MODEL_ACCOUNT_H
#define SOTTO_CORE_MODEL_ACCOUNT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct secret;

struct account {
	char *carrier;	     /* "spool" or "xmpp" */
	char *address;	     /* the own bare address */
	uint32_t device;     /* the own device id, 1 ... 2^31-1 */
	char *label;	     /* what this device calls itself, NULL for nothing */
	char *spool;	     /* spool: its folder, absolute */
	bool is_default_spool; /* spool: names are login names */
	char *server;	     /* xmpp: [tls:]HOST[:PORT] or NULL */
	char *ca_file;	     /* xmpp: or NULL */
	char *pin;	     /* xmpp: of the server's certificate (certificate.h), or NULL */
	struct secret *password; /* xmpp: the server's; in the encrypted store only */
	int64_t made_at;     /* wall ms */
};

void account_clear(struct account *account);
struct account *account_copy(const struct account *account);
void account_free(struct account *account);

/* A random device id that isn't one of the COUNT ids in TAKEN. */
uint32_t account_new_device(const uint32_t *taken, size_t count);

/* All of it but the password, as the store keeps it, and back; ERROR_DAMAGED when BYTES are NULL or
 * no account. */
GBytes *account_encode(const struct account *account);
struct account *account_decode(GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The place: what the profile's folder says in the clear, so that `status` can count waiting files
 * and `wipe` can tidy up without a passphrase. Carrier, spool, name and device on the spool (the
 * spool shows them to every local user anyway); over XMPP the carrier's name, and its file of
 * authorities, so that the process can be confined before it has a key.
 */
GBytes *account_encode_place(const struct account *account);
/* NULL when NOTE is NULL or says nothing sensible. Over XMPP ca_file is "" for none, and NULL where
 * a version wrote the note that didn't say. */
struct account *account_decode_place(GBytes *note);

#endif
