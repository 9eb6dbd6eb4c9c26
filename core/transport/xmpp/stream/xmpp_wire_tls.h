/*
 * xmpp_wire_tls: whether the certificate of a connection that is encrypted, and over which nothing
 * was said yet, is believed. For xmpp_wire_thread.c alone.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_WIRE_TLS_H
#define SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_WIRE_TLS_H

#include <glib.h>
#include <strophe.h>
#include "core/model/certificate.h"

enum { NAMES_MAX = 16 };

/*
 * With a PIN the certificate must be that one, and whatever else is wrong with it doesn't matter;
 * without one COMPLAINT, what OpenSSL has against it, must be NULL. FALSE with ERROR_TRUST and, if
 * it could be read, what was *SHOWN.
 */
gboolean wire_believes(xmpp_conn_t *connection, const char *domain, const char *pin,
		       const char *complaint, struct certificate **shown, GError **error);

#endif
