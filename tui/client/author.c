#include "tui/client/author.h"

#include <string.h>

enum { AUTHOR_ROLES = ROLE_AUTHOR_6 - ROLE_AUTHOR_1 + 1, DIGEST_BYTES = 20 };

/* The first two bytes of the SHA-1, the lower one first. */
static unsigned hue(const char *text)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
	guint8 digest[DIGEST_BYTES];
	gsize bytes = sizeof(digest);

	g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text));
	g_checksum_get_digest(sum, digest, &bytes);
	return digest[0] | (unsigned)digest[1] << 8;
}

double author_angle(const char *text)
{
	return hue(text) * 360.0 / 65536;
}

enum role author_role(const char *address)
{
	return (enum role)(ROLE_AUTHOR_1 + hue(address) * AUTHOR_ROLES / 65536);
}
