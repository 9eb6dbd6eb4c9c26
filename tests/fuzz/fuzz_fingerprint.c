/* Verification URIs and typed codes: what is taken must come back the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/ratchet/fingerprint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void again(const char *address, const struct fingerprint_entry *entries, size_t count)
{
	g_autofree char *uri = fingerprint_uri(address, entries, count);
	g_autofree char *address_again = NULL;
	g_autofree struct fingerprint_entry *entries_again = NULL;
	size_t count_again = 0;

	if (!fingerprint_parse_uri(uri, &address_again, &entries_again, &count_again, NULL)) {
		/* Only escaping can make it longer than what is read. */
		must(strlen(uri) > 8 * 1024);
		return;
	}
	must(strcmp(address, address_again) == 0);
	must(count == count_again);
	must(memcmp(entries, entries_again, count * sizeof(*entries)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autofree char *address = NULL;
	g_autofree struct fingerprint_entry *entries = NULL;
	char code[FINGERPRINT_DIGITS + 1];
	size_t count = 0;

	if (fingerprint_parse_code(text, code))
		must(strspn(code, "0123456789") == FINGERPRINT_DIGITS);
	if (fingerprint_parse_uri(text, &address, &entries, &count, NULL)) {
		must(count > 0 && count <= CONTACT_DEVICES_MAX);
		again(address, entries, count);
	}
	return 0;
}
