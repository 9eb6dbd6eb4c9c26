/*
 * device_rows: what a person of the test's world knows of somebody's devices, and keys put where
 * they don't belong.
 */
#ifndef SOTTO_TESTS_DEVICE_ROWS_H
#define SOTTO_TESTS_DEVICE_ROWS_H

#include "core/omemo/bundle.h"
#include "core/profile/journal.h"
#include "tests/support/world.h"

/* What FROM has published; bundle_clear(). */
void rows_take_bundle(struct hub *hub, struct person *from, struct bundle *bundle);
/* The same stands under ADDRESS and device ID from now on. */
void rows_publish_as(struct hub *hub, struct person *from, const char *address, uint32_t id);
/* PERSON's row of device ID of ADDRESS, which must be there; device_free(). */
struct device *rows_find(struct person *person, const char *address, uint32_t id);
/* All of ADDRESS's rows; struct device, owned by the array. The one of device ID in it, or NULL. */
GPtrArray *rows_all(struct person *person, const char *address);
struct device *rows_in(const GPtrArray *rows, uint32_t id);
enum trust rows_trust(struct person *person, const char *address, uint32_t id);
/* How many rows WHAT the journal has about DEVICE. */
unsigned rows_recorded(struct person *person, enum journal_what what, uint32_t device);

#endif
