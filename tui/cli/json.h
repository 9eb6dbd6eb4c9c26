/*
 * json: the objects that --json prints, one a line (RFC 8259), over json-glib.
 *
 * Every control, bidirectional and invisible code point is written as \uXXXX, so that a line is
 * safe on a terminal too. Field names are the contract of the command line: some may be added, none
 * goes away.
 */
#ifndef SOTTO_TUI_CLI_JSON_H
#define SOTTO_TUI_CLI_JSON_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/model/contact.h"
#include "core/model/message.h"

struct json;

/* A new object; members follow, then json_end(). */
struct json *json_new(void);
/* VALUE may be NULL: null; NAME NULL inside an array. */
void json_string(struct json *json, const char *name, const char *value);
void json_number(struct json *json, const char *name, int64_t value);
void json_bool(struct json *json, const char *name, bool value);
void json_null(struct json *json, const char *name);
/* Wall ms as RFC 3339 UTC; 0: null. */
void json_time(struct json *json, const char *name, int64_t wall);
void json_open_array(struct json *json, const char *name);
void json_open_object(struct json *json, const char *name); /* NAME NULL inside an array */
void json_close_object(struct json *json);
void json_close_array(struct json *json);
/* The line, without newline, in plain memory; frees JSON. */
char *json_end(struct json *json);

/* The members of a message, of a device, into the open object. */
void json_message(struct json *json, const struct message *message);
/* Of whom a folder on the spool is: "owner_uid" and "owner_login", null where none is known. */
void json_owner(struct json *json, const struct owner *owner);
void json_device(struct json *json, const struct device *device, bool is_own);

#endif
