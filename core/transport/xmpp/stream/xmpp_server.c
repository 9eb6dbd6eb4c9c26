#include "core/transport/xmpp/stream/xmpp_server.h"

#include <string.h>
#include "core/base/error.h"

#define DIRECT "tls:"

static bool is_host(const char *host)
{
	size_t bytes = strlen(host);

	return bytes > 0 && bytes <= 255 && host[0] != '-' &&
	       strspn(host, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
			    ".-:%_") == bytes;
}

/* Cut TEXT into host and port; PORT is "" without one. */
static bool cut(char *text, const char **host, const char **port)
{
	char *end;

	*port = "";
	*host = text;
	if (*text == '[') {
		end = strchr(text, ']');
		if (!end || (end[1] && end[1] != ':'))
			return false;
		*host = text + 1;
		*port = end[1] ? end + 2 : "";
		*end = '\0';
		return !end[1] || **port;
	}
	end = strchr(text, ':');
	/* More than one colon: a bare IPv6 address. */
	if (!end || strchr(end + 1, ':'))
		return true;
	*end = '\0';
	*port = end + 1;
	return **port;
}

gboolean server_parse(const char *text, struct server *server, GError **error)
{
	g_autofree char *copy = NULL;
	const char *host, *port;
	guint64 number = 0;
	bool is_direct;

	memset(server, 0, sizeof(*server));
	if (!text)
		return TRUE;
	is_direct = g_str_has_prefix(text, DIRECT);
	copy = g_strdup(is_direct ? text + strlen(DIRECT) : text);
	if (!cut(copy, &host, &port) || !is_host(host) ||
	    (*port && !g_ascii_string_to_unsigned(port, 10, 1, G_MAXUINT16, &number, NULL))) {
		error_set(error, ERROR_USAGE,
			  "%s isn't a server; it is HOST or HOST:PORT, with tls: in front for TLS "
			  "from the first byte.",
			  text);
		return FALSE;
	}
	server->host = g_strdup(host);
	server->port = (uint16_t)number;
	server->is_direct = is_direct || number == 5223 || number == 443;
	return TRUE;
}

void server_clear(struct server *server)
{
	g_free(server->host);
	memset(server, 0, sizeof(*server));
}
