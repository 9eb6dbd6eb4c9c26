/* Published keys and device lists: what is read is written, and reads the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/omemo/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void try_bundle(const uint8_t *data, size_t size)
{
	struct bundle bundle, again;
	g_autoptr(GBytes) bytes = NULL;

	if (!bundle_decode(data, size, 0, &bundle, NULL))
		return;
	must(bundle.device >= 1 && bundle.device <= INT32_MAX);
	must(bundle.prekey_count >= 1 && bundle.prekey_count <= BUNDLE_PREKEYS_MAX);
	bytes = bundle_encode(&bundle, NULL);
	must(bytes && bundle_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
				    bundle.device, &again, NULL));
	must(again.prekey_count == bundle.prekey_count);
	must(memcmp(again.prekeys, bundle.prekeys, bundle.prekey_count * sizeof(*bundle.prekeys)) ==
	     0);
	must(g_strcmp0(again.label, bundle.label) == 0);
	bundle_clear(&again);
	bundle_clear(&bundle);
}

static void try_list(const uint8_t *data, size_t size)
{
	g_autofree uint32_t *ids = NULL, *again = NULL;
	size_t count = 0, count_again = 0;
	g_autoptr(GBytes) bytes = NULL;

	if (!device_list_decode(data, size, &ids, &count, NULL))
		return;
	must(count <= CONTACT_DEVICES_MAX);
	bytes = device_list_encode(ids, count, NULL);
	must(bytes && device_list_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
					 &again, &count_again, NULL));
	must(count == count_again && (!count || memcmp(ids, again, count * sizeof(*ids)) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_bundle(data, size);
	try_list(data, size);
	return 0;
}
