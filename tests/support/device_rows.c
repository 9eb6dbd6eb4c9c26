#include "tests/support/device_rows.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/engine/engine_people.h"
#include "core/engine/engine_trust.h"

static void keep_bundle(void *user, const struct bundle *bundle, const GError *error)
{
	assert_null(error);
	bundle_copy(user, bundle);
}

void rows_take_bundle(struct hub *hub, struct person *from, struct bundle *bundle)
{
	struct transport *carrier = fake_carrier_new(hub, "anybody", 1);

	carrier->ops->fetch(carrier, from->name, person_device(from), keep_bundle, bundle);
	carrier->ops->free(carrier);
}

void rows_publish_as(struct hub *hub, struct person *from, const char *address, uint32_t id)
{
	struct bundle bundle = { 0 };

	rows_take_bundle(hub, from, &bundle);
	bundle.device = id;
	hub_publish(hub, address, &bundle);
	bundle_clear(&bundle);
}

static gboolean keep_row(const struct device *device, void *user)
{
	g_ptr_array_add(user, device_copy(device));
	return TRUE;
}

GPtrArray *rows_all(struct person *person, const char *address)
{
	GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)device_free);

	assert_true(engine_devices(person->engine, address, keep_row, rows, NULL));
	return rows;
}

struct device *rows_in(const GPtrArray *rows, uint32_t id)
{
	for (guint i = 0; i < rows->len; i++) {
		struct device *row = rows->pdata[i];

		if (row->id == id)
			return row;
	}
	return NULL;
}

struct device *rows_find(struct person *person, const char *address, uint32_t id)
{
	g_autoptr(GPtrArray) rows = rows_all(person, address);
	struct device *row = device_copy(rows_in(rows, id));

	assert_non_null(row);
	return row;
}

enum trust rows_trust(struct person *person, const char *address, uint32_t id)
{
	struct device *row = rows_find(person, address, id);
	enum trust trust = row->trust;

	device_free(row);
	return trust;
}

struct counting {
	enum journal_what what;
	uint32_t device;
	unsigned count;
};

static gboolean count_row(const struct journal_row *row, void *user)
{
	struct counting *counting = user;

	counting->count += row->device == counting->device &&
			   strcmp(row->what, journal_name(counting->what)) == 0;
	return TRUE;
}

unsigned rows_recorded(struct person *person, enum journal_what what, uint32_t device)
{
	struct counting counting = { .what = what, .device = device };

	assert_true(engine_journal(person->engine, 0, count_row, &counting, NULL));
	return counting.count;
}
