#include "tui/cli/show.h"

#include <string.h>
#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/engine/engine_groups.h"
#include "core/model/group.h"
#include "core/text/text.h"
#include "tui/cli/json.h"

bool message_is_withheld(const struct message *message)
{
	return message->sealed || message->view_once;
}

/* It is counted then, and told at the end. */
static bool call_withholds(struct call *call, const struct message *message)
{
	bool is_withheld = call->is_for_other && message_is_withheld(message);

	call->withheld += is_withheld;
	return is_withheld;
}

static void show_json(struct call *call, struct json *json)
{
	char *line = json_end(json);

	call->printer->line(call->printer, line);
	plain_free(line);
}

/* Local date and time to the minute. */
static char *local_time(int64_t wall)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(wall / 1000);
	g_autoptr(GDateTime) local = utc ? g_date_time_to_local(utc) : NULL;

	return local ? g_date_time_format(local, "%Y-%m-%d %H:%M") : g_strdup("-");
}

static void show_body(struct call *call, const struct message *message, const char *head)
{
	const char *body = message->body ? message->body : "";
	char *safe = text_make_safe(body, strlen(body), TEXT_NEWLINE_KEEP);
	GString *line = g_string_new(head);

	if (!message->body)
		g_string_append(line, "(gone)");
	/* Lines of one message stand under its first one. */
	for (const char *p = safe; *p; p++) {
		g_string_append_c(line, *p);
		if (*p == '\n')
			g_string_append(line, "    ");
	}
	call->printer->line(call->printer, line->str);
	wipe(line->str, line->len);
	g_string_free(line, TRUE);
	plain_free(safe);
}

static gboolean add_recipient(const char *member, enum state state, void *user)
{
	struct json *json = user;

	json_open_object(json, NULL);
	json_string(json, "address", member);
	json_string(json, "state", state_name(state));
	json_close_object(json);
	return TRUE;
}

/* How far a message of ours has come with each member of the group. */
static void add_recipients(struct call *call, struct json *json, const struct message *message)
{
	g_autoptr(GError) why = NULL;

	if (message->direction != DIRECTION_OUT || message->kind != KIND_TEXT ||
	    !group_is_address(message->conversation))
		return;
	json_open_array(json, "recipients");
	if (!engine_marks(call->engine, message->conversation, message->id, add_recipient, json,
			  &why))
		g_debug("no marks: %s", why->message);
	json_close_array(json);
}

/* Of the author's device, when the message came. */
static const char *doubt_of(enum trust trust)
{
	return trust == TRUST_UNDECIDED ? " (undecided)" : " (not trusted)";
}

bool show_message(struct call *call, const struct message *message)
{
	g_autofree char *time = NULL, *head = NULL, *id = NULL;
	struct json *json;
	bool has_place;

	if (call_withholds(call, message))
		return false;
	if (call->is_json) {
		json = json_new();
		json_message(json, message);
		add_recipients(call, json, message);
		show_json(call, json);
		return true;
	}
	time = local_time(message->sent_at);
	/* Of several people it has to be said where they wrote. */
	has_place = message->direction == DIRECTION_IN &&
		    strcmp(message->from, message->conversation) != 0;
	if (call_option_of(call, "ids"))
		id = g_strdup_printf("%s  ", message->id);
	head = g_strdup_printf("%s%s  %s%s%s%s%s%s: ", id ? id : "", time,
			       has_place ? message->conversation : "", has_place ? " " : "",
			       message->from,
			       message->direction == DIRECTION_IN &&
					       message->trust != TRUST_VERIFIED &&
					       message->trust != TRUST_TRUSTED
				       ? doubt_of(message->trust)
				       : "",
			       message->direction == DIRECTION_OUT ? " >" : "",
			       message->edited_at ? " (edited)" : "");
	show_body(call, message, head);
	return true;
}

/* What is to be said of somebody first. */
static const char *standing_of(const struct contact *contact)
{
	const struct manners *manners = &contact->manners;

	if (manners->is_blocked)
		return "  (blocked)";
	if (manners->asks)
		return "  (asks to see you)";
	if (contact->is_listed)
		return "";
	return manners->sees_us || manners->we_see ? "  (on the server's list)" : "  (stranger)";
}

/* Who is told when the other one is there. */
static const char *sight_of(const struct contact *contact)
{
	const struct manners *manners = &contact->manners;

	if (manners->sees_us)
		return manners->we_see ? "  (you see each other)" : "  (sees you)";
	return manners->we_see ? "  (you see them)" : manners->is_asked ? "  (asked)" : "";
}

void show_contact(struct call *call, const struct contact *contact,
		  const struct contact *looks_like)
{
	bool is_muted = contact_is_muted(contact, clock_wall(clock_system()));
	const char *name = contact_name(contact);
	g_autofree char *unread = NULL, *owner = NULL;
	struct json *json;
	char *alias;

	if (call->is_json) {
		json = json_new();
		json_string(json, "address", contact->address);
		json_string(json, "name", contact->alias);
		json_bool(json, "notes", contact->kind == CONTACT_NOTES);
		json_number(json, "unread", contact->unread);
		json_time(json, "last_at", contact->last_at);
		json_time(json, "added_at", contact->added_at);
		json_bool(json, "stranger", !contact->is_listed);
		json_string(json, "rule", rule_name(contact->rule));
		json_string(json, "looks_like", looks_like ? looks_like->address : NULL);
		for (int i = 0; i < MANNER_COUNT; i++)
			json_string(json, manner_name((enum manner)i),
				    choice_name(contact->manners.choices[i]));
		json_bool(json, "blocked", contact->manners.is_blocked);
		json_number(json, "dropped", contact->manners.dropped);
		json_string(json, "subscription", manners_subscription(&contact->manners));
		json_bool(json, "asks", contact->manners.asks);
		json_bool(json, "asked", contact->manners.is_asked);
		json_owner(json, &contact->folder);
		json_bool(json, "muted", is_muted);
		json_time(json, "muted_until",
			  is_muted && contact->muted_to != CONTACT_MUTED ? contact->muted_to : 0);
		show_json(call, json);
		return;
	}
	owner = owner_words(&contact->folder);
	alias = name != contact->address ? text_make_safe(name, strlen(name), TEXT_NEWLINE_SPACE)
					 : NULL;
	if (contact->unread)
		unread = g_strdup_printf("  %u unread", contact->unread);
	print(call->printer, "%s%s%s%s%s%s%s%s%s%s%s", contact->address, alias ? "  " : "",
	      alias ? alias : "", standing_of(contact), sight_of(contact),
	      looks_like ? "  looks like " : "", looks_like ? looks_like->address : "",
	      owner ? "  owner: " : "", owner ? owner : "", is_muted ? "  muted" : "",
	      unread ? unread : "");
	plain_free(alias);
}

void show_device(struct call *call, const struct device *device, bool is_own)
{
	char fingerprint[CONTACT_FINGERPRINT_BYTES], first_seen[CLOCK_TEXT_BYTES];
	struct json *json;

	if (call->is_json) {
		json = json_new();
		json_device(json, device, is_own);
		show_json(call, json);
		return;
	}
	print(call->printer, "%u  %s  %s%s%s", device->id,
	      device->has_key ? contact_fingerprint(device->key, fingerprint)
			      : "(has published no key)",
	      trust_name(device->trust), device->is_active ? "" : "  inactive",
	      is_own ? "  own" : "");
	if (is_own && device->label)
		print(call->printer, "    %s", device->label);
	else if (is_own)
		print(call->printer, "    first seen %.10s",
		      clock_format(device->first_seen, first_seen));
}
