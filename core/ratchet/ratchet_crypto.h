/*
 * ratchet_crypto: libsignal's crypto provider, fulfilled by core/base/crypto.h.
 *
 * Private to core/ratchet*.c and core/ratchet/fingerprint.c (and their tests): nobody else sees
 * libsignal's types. A context made here belongs to one thread, so it has no lock; it logs nothing.
 */
#ifndef SOTTO_CORE_RATCHET_RATCHET_CRYPTO_H
#define SOTTO_CORE_RATCHET_RATCHET_CRYPTO_H

#include <glib.h>
#include <signal/signal_protocol.h>

/* A context with the provider set; free with signal_context_destroy. ERROR_CRYPTO. */
signal_context *ratchet_crypto_new(GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A copy of DATA as libsignal wants it handed over; aborts when out of memory, as GLib does. */
signal_buffer *ratchet_crypto_buffer(const void *data, size_t bytes);

#endif
