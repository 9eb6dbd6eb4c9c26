#include "tui/cli/json.h"

#include <json-glib/json-glib.h>
#include <string.h>
#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/model/file.h"
#include "core/text/text.h"

struct json {
	JsonBuilder *builder;
};

struct json *json_new(void)
{
	struct json *json = g_new0(struct json, 1);

	json->builder = json_builder_new();
	json_builder_begin_object(json->builder);
	return json;
}

/* Elements of an array have none. */
static void set_name(struct json *json, const char *name)
{
	if (name)
		json_builder_set_member_name(json->builder, name);
}

void json_string(struct json *json, const char *name, const char *value)
{
	set_name(json, name);
	if (value)
		json_builder_add_string_value(json->builder, value);
	else
		json_builder_add_null_value(json->builder);
}

void json_number(struct json *json, const char *name, int64_t value)
{
	set_name(json, name);
	json_builder_add_int_value(json->builder, value);
}

void json_bool(struct json *json, const char *name, bool value)
{
	set_name(json, name);
	json_builder_add_boolean_value(json->builder, value);
}

void json_null(struct json *json, const char *name)
{
	json_string(json, name, NULL);
}

void json_time(struct json *json, const char *name, int64_t wall)
{
	char text[CLOCK_TEXT_BYTES];

	json_string(json, name, wall ? clock_format(wall, text) : NULL);
}

void json_open_array(struct json *json, const char *name)
{
	set_name(json, name);
	json_builder_begin_array(json->builder);
}

void json_open_object(struct json *json, const char *name)
{
	set_name(json, name);
	json_builder_begin_object(json->builder);
}

void json_close_object(struct json *json)
{
	json_builder_end_object(json->builder);
}

void json_close_array(struct json *json)
{
	json_builder_end_array(json->builder);
}

static void append_escaped(GString *out, gunichar c)
{
	if (c < 0x10000) {
		g_string_append_printf(out, "\\u%04x", c);
		return;
	}
	c -= 0x10000;
	g_string_append_printf(out, "\\u%04x\\u%04x", 0xd800 + (c >> 10), 0xdc00 + (c & 0x3ff));
}

/* Outside ASCII there is nothing but string contents, so code points can be replaced where they
 * stand. */
static char *escape(const char *text)
{
	g_autoptr(GString) out = g_string_sized_new(strlen(text) + 16);
	char *line;

	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c >= 0x20 && c < 0x7f)
			g_string_append_c(out, (char)c);
		else if (text_json_needs_escape(c))
			append_escaped(out, c);
		else
			g_string_append_unichar(out, c);
	}
	line = plain_ndup(out->str, out->len);
	wipe(out->str, out->len);
	return line;
}

char *json_end(struct json *json)
{
	JsonGenerator *generator = json_generator_new();
	JsonNode *root;
	char *text, *line;

	json_builder_end_object(json->builder);
	root = json_builder_get_root(json->builder);
	json_generator_set_root(generator, root);
	text = json_generator_to_data(generator, NULL);
	line = escape(text);
	wipe(text, strlen(text));
	g_free(text);
	json_node_unref(root);
	g_object_unref(generator);
	g_object_unref(json->builder);
	g_free(json);
	return line;
}

/* What a message brings: a file, or null. */
static void json_file(struct json *json, const struct message *message)
{
	struct file file;
	char *safe;

	if (!message->file || !file_decode(message->file, &file, NULL)) {
		json_null(json, "file");
		return;
	}
	safe = file_safe_name(file.name);
	json_builder_set_member_name(json->builder, "file");
	json_builder_begin_object(json->builder);
	json_string(json, "name", file.name);
	json_string(json, "safe_name", safe);
	if (file.bytes >= 0)
		json_number(json, "bytes", file.bytes);
	else
		json_null(json, "bytes");
	json_builder_end_object(json->builder);
	g_free(safe);
	file_clear(&file);
}

void json_message(struct json *json, const struct message *message)
{
	json_string(json, "id", message->id);
	json_string(json, "conversation", message->conversation);
	json_string(json, "from", message->from);
	json_number(json, "device", message->device);
	json_string(json, "direction", message->direction == DIRECTION_IN ? "in" : "out");
	json_time(json, "sent_at", message->sent_at);
	json_time(json, "received_at", message->received_at);
	json_time(json, "read_at", message->read_at);
	json_time(json, "expires_at", message->expires_at);
	if (message->expire_seconds)
		json_number(json, "expire_seconds", message->expire_seconds);
	else
		json_null(json, "expire_seconds");
	json_string(json, "state", state_name(message->state));
	json_string(json, "trust", trust_name(message->trust));
	json_string(json, "body", message->body);
	json_bool(json, "sealed", message->sealed);
	json_bool(json, "view_once", message->view_once);
	json_bool(json, "edited", message->edited_at != 0);
	json_string(json, "kind", message->kind == KIND_TEXT	     ? "text"
				  : message->kind == KIND_UNREADABLE ? "unreadable"
				  : message->kind == KIND_GONE	     ? "gone"
								     : "notice");
	if (message->kind == KIND_UNREADABLE) {
		json_string(json, "cause", cause_name(message->cause));
		json_number(json, "count", MAX(message->count, 1));
	}
	json_file(json, message);
	if (message->stripped)
		json_bool(json, "stripped", true);
}

void json_owner(struct json *json, const struct owner *owner)
{
	if (owner->is_known)
		json_number(json, "owner_uid", owner->uid);
	else
		json_null(json, "owner_uid");
	json_string(json, "owner_login", owner->login);
}

void json_device(struct json *json, const struct device *device, bool is_own)
{
	char fingerprint[CONTACT_FINGERPRINT_BYTES];

	json_number(json, "device", device->id);
	json_string(json, "fingerprint",
		    device->has_key ? contact_fingerprint(device->key, fingerprint) : NULL);
	json_string(json, "trust", trust_name(device->trust));
	json_time(json, "first_seen", device->first_seen);
	json_time(json, "last_seen", device->last_seen);
	json_bool(json, "own", is_own);
	json_bool(json, "active", device->is_active);
	json_string(json, "label", device->label);
}
