/*
 * xmpp_slot: what the answers of an upload service say (XEP-0363 1.1). Pure functions.
 *
 * Of the headers that it asks for, Authorization, Cookie and Expires are kept, as the XEP says.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_UPLOAD_XMPP_SLOT_H
#define SOTTO_CORE_TRANSPORT_XMPP_UPLOAD_XMPP_SLOT_H

#include <glib.h>
#include <stdint.h>
#include "core/transport/xmpp/upload/xmpp_http.h"

struct stanza;

enum { UPLOAD_HEADERS_MAX = 3, UPLOAD_HEADER_BYTES = 8192 };

/* What a service gave for one file. */
struct upload_slot {
	char *put, *get; /* https */
	struct http_header headers[UPLOAD_HEADERS_MAX];
	size_t header_count;
};

/* Whether IQ, an answer to disco#info, is an upload service's; *MOST: bytes it takes, 0: any. */
gboolean upload_is_service(const struct stanza *iq, int64_t *most);
/* Read the slot in IQ: ERROR_FORMAT. To be cleared. */
gboolean upload_read_slot(const struct stanza *iq, struct upload_slot *slot,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void upload_slot_clear(struct upload_slot *slot);

#endif
