/* files, outwards: onto a server, over XMPP. See files.h. */
#include "core/files/files_inside.h"

#include <string.h>
#include "core/base/error.h"

static GBytes *next_chunk(void *user, GError **error)
{
	struct outgoing *out = user;
	GBytes *chunk = NULL;

	if (!out->living->store->ops->files->chunk_get(out->living->store, &out->row.key,
						       out->row.done, &chunk, error))
		return NULL;
	if (!chunk)
		error_set(error, ERROR_DAMAGED, "A part of a file that was to be sent is missing.");
	else
		outgoing_tell(out, out->row.done++);
	return chunk;
}

static void put_done(void *user, const char *url, const GError *error)
{
	struct outgoing *out = user;
	g_autoptr(GError) why = NULL;

	out->transfer = NULL;
	if (!error) {
		out->file.url = g_strdup(url);
		outgoing_offer(out);
		return;
	}
	/* Nothing of it is queued. */
	error_set(&why, error_is(error, ERROR_UNREACHABLE) ? ERROR_FAILED : error->code,
		  "%s Nothing was sent; try it again.", error->message);
	outgoing_refuse(out, why);
}

/* ".jpg" of the file's name: up to 8 letters and digits, or nothing. */
static char *ending_of(const struct outgoing *out)
{
	const char *dot = strrchr(out->file.name, '.');
	size_t bytes = dot ? strlen(dot + 1) : 0;

	if (!out->keeps_ending || !bytes || bytes > 8)
		return g_strdup("");
	for (const char *p = dot + 1; *p; p++)
		if (!g_ascii_isalnum(*p))
			return g_strdup("");
	return g_ascii_strdown(dot, -1);
}

void outgoing_put(struct outgoing *out)
{
	struct transport *transport = out->living->transport;
	g_autofree char *ending = ending_of(out);

	out->row.done = 0;
	out->transfer = transport->ops->files->put(transport, ending,
						   file_sealed_bytes(out->file.bytes), next_chunk,
						   put_done, out);
}
