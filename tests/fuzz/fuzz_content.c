/* The inside form: what is read can be written, padded, and reads the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/secret.h"
#include "core/model/message.h"
#include "core/omemo/content.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool same_ids(char **a, char **b)
{
	return a && b ? g_strv_equal((const char *const *)a, (const char *const *)b) : a == b;
}

static void again(const struct content *content)
{
	struct content second;
	size_t bytes = 0;
	char *text = content_encode(content, &bytes, NULL);

	if (!text)
		return; /* escaping made it too large, or it has too many receipts of both kinds */
	must(bytes <= CONTENT_BYTES_MAX && bytes == content_padded_bytes(bytes));
	must(content_decode(text, bytes, content->from, content->to, &second, NULL));
	must(second.time == content->time && second.timer == content->timer);
	must(g_strcmp0(second.body && *second.body ? second.body : NULL,
		       content->body && *content->body ? content->body : NULL) == 0);
	must(g_strcmp0(second.id, content->id) == 0);
	must(second.expire == content->expire && second.sealed == content->sealed);
	must(same_ids(second.delivered, content->delivered));
	must(same_ids(second.displayed, content->displayed));
	content_clear(&second);
	plain_free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct content content;

	if (!content_decode(data, size, "alice", NULL, &content, NULL))
		return 0;
	must(strcmp(content.from, "alice") == 0 && content.to);
	must(!content.body || plain_size(content.body) <= MESSAGE_BODY_MAX);
	must(!content.id || strlen(content.id) <= MESSAGE_ID_MAX);
	must(content.timer >= 0 && content.expire >= 0);
	again(&content);
	content_clear(&content);
	return 0;
}
