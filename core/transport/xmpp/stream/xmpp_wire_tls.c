/* xmpp_wire, the certificate: what libstrophe tells of it. */
#include <string.h>
#include <strophe.h>
#include "core/base/error.h"
#include "core/transport/xmpp/stream/xmpp_wire_tls.h"

static char *join_names(const xmpp_tlscert_t *shown)
{
	GString *names = g_string_new(NULL);
	const char *name;

	for (size_t i = 0; i < NAMES_MAX && (name = xmpp_tlscert_get_dnsname(shown, i)); i++)
		g_string_append_printf(names, "%s%s", names->len ? " " : "", name);
	return g_string_free(names, FALSE);
}

/* NULL when there is none, or its digest is none. */
static struct certificate *read_certificate(xmpp_conn_t *connection, const char *why)
{
	xmpp_tlscert_t *shown = xmpp_conn_get_peer_cert(connection);
	struct certificate *certificate;
	const char *digest;

	if (!shown)
		return NULL;
	certificate = g_new0(struct certificate, 1);
	digest = xmpp_tlscert_get_string(shown, XMPP_CERT_FINGERPRINT_SHA256);
	certificate->fingerprint = digest ? certificate_parse_pin(digest, NULL) : NULL;
	certificate->subject = g_strdup(xmpp_tlscert_get_string(shown, XMPP_CERT_SUBJECT));
	certificate->issuer = g_strdup(xmpp_tlscert_get_string(shown, XMPP_CERT_ISSUER));
	certificate->since = g_strdup(xmpp_tlscert_get_string(shown, XMPP_CERT_NOTBEFORE));
	certificate->until = g_strdup(xmpp_tlscert_get_string(shown, XMPP_CERT_NOTAFTER));
	certificate->names = join_names(shown);
	certificate->why = g_strdup(why);
	xmpp_tlscert_free(shown);
	if (certificate->fingerprint)
		return certificate;
	certificate_free(certificate);
	return NULL;
}

static void refuse_other(const char *domain, const char *pin, const struct certificate *shown,
			 GError **error)
{
	g_autofree char *known = certificate_show_pin(pin);
	g_autofree char *other = shown ? certificate_show_pin(shown->fingerprint) : NULL;

	error_set(error, ERROR_TRUST,
		  "%s shows another certificate than the one that is pinned, so nothing was sent. "
		  "Pinned: %s. Shown: %s. Ask whoever runs the server; `sotto pin` takes the new "
		  "one.",
		  domain, known, other ? other : "none");
}

static void refuse(const char *domain, const char *complaint, const struct certificate *shown,
		   GError **error)
{
	g_autofree char *pin = shown ? certificate_show_pin(shown->fingerprint) : NULL;

	error_set(error, ERROR_TRUST,
		  "The certificate of %s can't be trusted (%s), so nothing was sent. If the server "
		  "has a CA of its own, name it with --ca-file; or, if whoever runs it confirms "
		  "this fingerprint, with --pin: %s.",
		  domain, complaint, pin ? pin : "unknown");
}

gboolean wire_believes(xmpp_conn_t *connection, const char *domain, const char *pin,
		       const char *complaint, struct certificate **shown, GError **error)
{
	*shown = NULL;
	if (!pin && !complaint)
		return TRUE;
	*shown = read_certificate(connection, pin ? "it isn't the one that is pinned" : complaint);
	if (pin && *shown && strcmp((*shown)->fingerprint, pin) == 0) {
		g_clear_pointer(shown, certificate_free);
		return TRUE;
	}
	if (pin)
		refuse_other(domain, pin, *shown, error);
	else
		refuse(domain, complaint, *shown, error);
	return FALSE;
}
