/* What is said of a file, as an element or as an aesgcm URL: what is read is written and read again
 * the same, and a safe name is safe. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/secret.h"
#include "core/model/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_name(const char *name)
{
	char *safe = file_safe_name(name);

	must(*safe && strlen(safe) <= FILE_NAME_MAX && *safe != '.' && !strchr(safe, '/'));
	must(g_utf8_validate(safe, -1, NULL) && strcmp(safe, "..") != 0);
	for (const char *p = safe; *p; p++)
		must((unsigned char)*p >= ' ' && *p != 0x7f);
	g_free(safe);
}

static void again(const struct file *file)
{
	struct file second;
	char *text = file_encode(file, NULL);

	if (!text)
		return;
	must(file_decode(text, &second, NULL));
	must(strcmp(second.name, file->name) == 0 && second.bytes == file->bytes);
	must(g_strcmp0(second.url, file->url) == 0 && second.iv_bytes == file->iv_bytes);
	must(memcmp(second.key, file->key, FILE_KEY_BYTES) == 0);
	file_clear(&second);
	plain_free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = g_strndup((const char *)data, size);
	struct file file;

	check_name(text);
	if (file_from_url(text, &file)) {
		must(g_str_has_prefix(file.url, "https://") && !strchr(file.url, '#'));
		check_name(file.name);
		again(&file);
		file_clear(&file);
	}
	if (file_decode(text, &file, NULL)) {
		check_name(file.name);
		again(&file);
		file_clear(&file);
	}
	g_free(text);
	return 0;
}
