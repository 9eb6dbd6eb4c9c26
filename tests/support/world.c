#include "tests/support/world.h"

#include <string.h>
#include "core/base/clock.h"
#include "core/engine/engine_messages.h"
#include "core/engine/engine_people.h"
#include "core/model/draft.h"
/* cmocka wants these before itself */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void heard(const struct event *event, void *user)
{
	struct person *person = user;

	g_ptr_array_add(person->events, event_copy(event));
}

static struct transport *make_transport(void *user, const struct account *account, GError **error)
{
	struct person *person = user;

	(void)error;
	return fake_carrier_new(person->hub, account->address, account->device);
}

static void make_engine(struct person *person)
{
	struct engine_parts parts = {
		.door = person->door,
		.clock = person->clock,
		.make_transport = make_transport,
		.user = person,
		.listener = heard,
		.listener_user = person,
		.cancel = &person->cancel,
	};

	person->engine = engine_new(&parts);
}

static void person_open(struct person *person)
{
	make_engine(person);
	if (!engine_unlock(person->engine, person->passphrase, &person->error) ||
	    !engine_connect(person->engine, false, &person->error))
		fail_msg("%s", person->error->message);
}

struct person *person_new(struct hub *hub, const char *name)
{
	return person_new_by(hub, name, clock_system());
}

struct person *person_new_by(struct hub *hub, const char *name, const struct clock *clock)
{
	struct person *person = g_new0(struct person, 1);
	struct account account = { .carrier = (char *)"spool", .address = (char *)name,
				   .spool = (char *)"/nowhere" };
	char word[] = "a word for tests";

	person->name = g_strdup(name);
	person->hub = hub;
	person->clock = clock;
	person->door = fake_door_new();
	person->passphrase = secret_take(word, strlen(word), NULL);
	person->events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
	make_engine(person);
	if (!engine_create(person->engine, &account, person->passphrase, KDF_INTERACTIVE,
			   &person->error))
		fail_msg("%s", person->error->message);
	return person;
}

void person_free(struct person *person)
{
	engine_free(person->engine);
	person->door->ops->free(person->door);
	secret_free(person->passphrase);
	g_ptr_array_unref(person->events);
	g_clear_error(&person->error);
	message_free(person->sent);
	g_free(person->name);
	g_free(person);
}

void person_restart(struct person *person)
{
	g_clear_error(&person->error);
	engine_free(person->engine);
	person_open(person);
}

void person_put_back(struct person *person, struct store_door *copy)
{
	g_clear_error(&person->error);
	engine_free(person->engine);
	fake_door_put_back(person->door, copy);
	person_open(person);
}

struct person *person_clone(struct person *person)
{
	struct person *clone = g_new0(struct person, 1);

	clone->name = g_strdup(person->name);
	clone->hub = person->hub;
	clone->clock = person->clock;
	clone->door = fake_door_copy(person->door);
	clone->passphrase = secret_copy(person->passphrase, NULL);
	clone->events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
	person_open(clone);
	return clone;
}

static void sent(void *user, const struct message *message, const GError *error)
{
	struct person *person = user;

	g_clear_error(&person->error);
	message_free(person->sent);
	person->sent = message ? message_copy(message) : NULL;
	person->error = error ? g_error_copy(error) : NULL;
}

int person_send(struct person *person, const char *to, const char *body)
{
	struct draft draft = { .address = to, .body = body };

	engine_send(person->engine, &draft, 1000, sent, person);
	return error_exit_code(person->error);
}

static void fetched(void *user, const GError *error)
{
	sent(user, NULL, error);
}

int person_fetch(struct person *person)
{
	engine_fetch(person->engine, 1000, fetched, person);
	return error_exit_code(person->error);
}

static gboolean count_text(const struct message *message, void *user)
{
	*(unsigned *)user += message->kind == KIND_TEXT;
	return TRUE;
}

unsigned person_count(struct person *person, const char *with)
{
	unsigned count = 0;

	assert_true(engine_before(person->engine, with, 0, 100000, count_text, &count, NULL));
	return count;
}

static gboolean keep(const struct message *message, void *user)
{
	*(struct message **)user = message_copy(message);
	return FALSE;
}

struct message *person_last(struct person *person, const char *with)
{
	struct message *message = NULL;

	assert_true(engine_before(person->engine, with, 0, 1, keep, &message, NULL));
	return message;
}

uint32_t person_device(struct person *person)
{
	return engine_account(person->engine)->device;
}

static gboolean keep_device(const struct device *device, void *user)
{
	struct device **wanted = user;

	if (device->id != wanted[0]->id)
		return TRUE;
	wanted[1] = device_copy(device);
	return FALSE;
}

gboolean person_trust(struct person *person, const char *address, uint32_t device,
		      enum trust_act act)
{
	struct device key = { .id = device }, *wanted[2] = { &key, NULL };
	struct trust_request request = { .address = address, .device = device, .act = act,
					 .method = "hand" };
	char hex[CONTACT_FINGERPRINT_BYTES];
	gboolean ok;

	assert_true(engine_devices(person->engine, address, keep_device, wanted, NULL));
	if (wanted[1] && strcmp(address, person->name) == 0)
		request.typed = contact_fingerprint(wanted[1]->key, hex);
	g_clear_error(&person->error);
	ok = engine_trust(person->engine, &request, &person->error);
	device_free(wanted[1]);
	return ok;
}

static gboolean add_gap(const struct message *message, void *user)
{
	if (message->kind == KIND_UNREADABLE)
		g_string_append_printf(user, "%s*%u ", cause_name(message->cause), message->count);
	return TRUE;
}

void person_check_gaps(struct person *person, const char *with, const char *wanted)
{
	g_autoptr(GString) gaps = g_string_new(NULL);

	assert_true(engine_after(person->engine, with, 0, 1000, add_gap, gaps, NULL));
	assert_string_equal(gaps->str, wanted);
}

int couple_setup(void **state)
{
	struct couple *couple = g_new0(struct couple, 1);

	couple->hub = hub_new();
	couple->alice = person_new(couple->hub, "alice");
	couple->bob = person_new(couple->hub, "bob");
	*state = couple;
	return 0;
}

int couple_teardown(void **state)
{
	struct couple *couple = *state;

	person_free(couple->alice);
	person_free(couple->bob);
	hub_free(couple->hub);
	g_free(couple);
	return 0;
}

int trio_setup(void **state)
{
	struct trio *trio = g_new0(struct trio, 1);

	trio->hub = hub_new();
	trio->alice = person_new(trio->hub, "alice");
	trio->bob = person_new(trio->hub, "bob");
	trio->mallory = person_new(trio->hub, "mallory");
	*state = trio;
	return 0;
}

int trio_teardown(void **state)
{
	struct trio *trio = *state;

	person_free(trio->alice);
	person_free(trio->bob);
	person_free(trio->mallory);
	hub_free(trio->hub);
	g_free(trio);
	return 0;
}
