#include "core/model/passphrase.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/base/stack.h"
#include "core/text/text.h"
#include "core/text/text_nfc.h"

static gboolean is_utf8(const struct secret *passphrase)
{
	return g_utf8_validate_len((const char *)secret_peek(passphrase), secret_size(passphrase),
				   NULL);
}

struct secret *passphrase_normal(const struct secret *passphrase, GError **error)
{
	size_t bytes = secret_size(passphrase), used;
	struct secret *room, *normal;

	if (!is_utf8(passphrase))
		return secret_copy(passphrase, error);
	room = secret_new(bytes * TEXT_NFC_GROWTH, error);
	if (!room)
		return NULL;
	used = text_nfc((const char *)secret_peek(passphrase), bytes, (char *)secret_data(room));
	stack_wipe();
	normal = secret_new(used, error);
	if (normal)
		memcpy(secret_data(normal), secret_peek(room), used);
	secret_free(room);
	return normal;
}

gboolean passphrase_check_new(const struct secret *passphrase, GError **error)
{
	struct secret *normal = passphrase_normal(passphrase, error);
	size_t count;
	bool is_blank;

	if (!normal)
		return FALSE;
	count = is_utf8(normal) ? (size_t)g_utf8_strlen((const char *)secret_peek(normal),
							(gssize)secret_size(normal))
				: secret_size(normal);
	is_blank = text_is_blank((const char *)secret_peek(normal), secret_size(normal));
	stack_wipe();
	secret_free(normal);
	if (is_blank && count) {
		error_set(error, ERROR_USAGE,
			  "A passphrase of blanks alone is the first that anybody tries. Four or "
			  "five random words are good.");
		return FALSE;
	}
	if (count >= PASSPHRASE_LEAST)
		return TRUE;
	error_set(error, ERROR_USAGE,
		  "A passphrase has at least %d characters, so that whoever copies the disk can't "
		  "just try them all. Four or five random words are good.",
		  PASSPHRASE_LEAST);
	return FALSE;
}
