/*
 * xmpp_http: getting and putting over HTTPS, with libsoup.
 *
 * https:// only, no redirect is followed, no proxy, cookie, cache or name of this program; the
 * certificate has to be good for the system's authorities or for those of the account's file, or be
 * the one that is pinned.
 * Everything is asynchronous on the context given; an exchange ends once, or is cancelled. One
 * that nothing comes of for HTTP_PATIENCE seconds has failed.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_UPLOAD_XMPP_HTTP_H
#define SOTTO_CORE_TRANSPORT_XMPP_UPLOAD_XMPP_HTTP_H

#include <glib.h>
#include <stdint.h>
#include "core/port/transport_files.h"

enum { HTTP_PATIENCE = 30 };

struct http;
struct exchange;

/* A header line that a server asked for. */
struct http_header {
	char *name;
	char *value;
};

typedef void (*http_done)(void *user, const GError *error);

/* CA_FILE and PIN (core/model/certificate.h) may be NULL. */
struct http *http_new(GMainContext *context, const char *ca_file, const char *pin);
/* Cancels what is under way. */
void http_free(struct http *http);

/* NULL, and DONE is never called, for what isn't https (ERROR_FORMAT) or when the file of
 * authorities can't be read (ERROR_IO). */
/* PUT BYTES from NEXT at URL, with the COUNT HEADERS. */
struct exchange *http_put(struct http *http, const char *url, const struct http_header *headers,
			  size_t count, int64_t bytes, transfer_next next, http_done done,
			  void *user, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* GET URL from byte FROM on; MOST bytes in all. */
struct exchange *http_get(struct http *http, const char *url, int64_t from, int64_t most,
			  transfer_took took, http_done done, void *user,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* DONE isn't called any more. */
void http_cancel(struct exchange *exchange);

#endif
