/*
 * xmpp_body: a GInputStream over what a function gives piece by piece, on the thread that reads it.
 *
 * GIO reads a stream that knows nothing better on a thread of its own; the pieces of a file come
 * out of the store, which is this thread's alone.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_UPLOAD_XMPP_BODY_H
#define SOTTO_CORE_TRANSPORT_XMPP_UPLOAD_XMPP_BODY_H

#include <gio/gio.h>
#include "core/port/transport_files.h"

/* BYTES in all. NEXT is called with USER until they are read. */
GInputStream *body_new(int64_t bytes, transfer_next next, void *user);
/* NEXT and USER are no more: what still reads BODY gets an error. */
void body_end(GInputStream *body);

#endif
