/*
 * transport_files: the port for carriers that keep files beside messages, on a server; one that
 * doesn't (the spool) leaves `files` NULL in core/port/transport.h, and files go in parts.
 *
 * What is put there is sealed (core/model/file.h); the carrier never has a key. Same thread, same
 * rules as core/port/transport.h; a transfer is answered exactly once, by its end, cancel() or
 * stop().
 */
#ifndef SOTTO_CORE_PORT_TRANSPORT_FILES_H
#define SOTTO_CORE_PORT_TRANSPORT_FILES_H

#include <glib.h>
#include <stdint.h>

struct transport;
struct transfer;

/* The next of the bytes that are to go; NULL with the error. Never empty. */
typedef GBytes *(*transfer_next)(void *user, GError **error);
/* BYTES came, behind those before; FALSE with the error ends the transfer. */
typedef gboolean (*transfer_took)(void *user, const void *data, size_t bytes, GError **error);
/* URL (put only): where it lies now, https. ERROR: NULL when all of it went. */
typedef void (*transfer_done)(void *user, const char *url, const GError *error);

struct transport_files {
	/*
	 * Put BYTES under a name that ends in ENDING (".jpg", or ""). ERROR_UNAVAILABLE when the
	 * server has no place for files, ERROR_LIMIT when they are too many for it.
	 */
	struct transfer *(*put)(struct transport *transport, const char *ending, int64_t bytes,
				transfer_next next, transfer_done done, void *user);
	/*
	 * Get what lies at URL, from byte FROM on, MOST bytes in all: ERROR_LIMIT when there are
	 * more.
	 */
	struct transfer *(*get)(struct transport *transport, const char *url, int64_t from,
				int64_t most, transfer_took took, transfer_done done, void *user);
	/* No more of it; DONE isn't called any more. */
	void (*cancel)(struct transport *transport, struct transfer *transfer);
};

#endif
