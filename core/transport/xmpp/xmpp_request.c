#include "core/omemo/bundle.h"
#include "core/transport/xmpp/xmpp_inside.h"

void xmpp_request_free(struct request *request)
{
	bundle_clear(&request->bundle);
	g_clear_pointer(&request->bytes, g_bytes_unref);
	g_free(request->address);
	g_free(request);
}

void xmpp_refuse(struct request *request, const GError *error)
{
	if (request->listed)
		request->listed(request->user, NULL, 0, 0, error);
	else if (request->fetched)
		request->fetched(request->user, NULL, error);
	else if (request->kept)
		request->kept(request->user, NULL, false, error);
	else
		request->done(request->user, error);
	xmpp_request_free(request);
}
