#include "tui/screen/confirm.h"
#include "tui/screen/pages/devices.h"
#include <string.h>
#include "core/base/secret.h"
#include "core/engine/engine_change.h"
#include "core/engine/engine_people.h"
#include "tui/kit/bar.h"
#include "tui/kit/draw.h"
#include "tui/kit/list.h"
#include "tui/screen/keys.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

struct devices {
	struct screen screen;
	struct list list;
	GPtrArray *rows;   /* struct device, this one first; NULL until known */
	unsigned waiting;  /* of them: to be confirmed */
	const char *armed; /* a command that has to be given twice, and was given once */
	uint32_t armed_device;
};

static void ask(struct devices *self);

static void on_rows(struct job *job, void *user)
{
	struct devices *self = user;

	host_fail(self->screen.host, job->error);
	if (job->error || !job->rows)
		return;
	if (self->rows)
		g_ptr_array_unref(self->rows);
	self->rows = g_steal_pointer(&job->rows);
	self->waiting = job->change ? job->change->devices->len : 0;
	list_set_count(&self->list, self->rows->len);
	self->screen.host->ops->draw(self->screen.host);
}

static void on_refreshed(struct job *job, void *user)
{
	struct devices *self = user;

	host_fail(self->screen.host, job->error);
	ask(self);
}

static void on_acted(struct job *job, void *user)
{
	on_refreshed(job, user);
}

static void ask(struct devices *self)
{
	job_post(self->screen.host->link, job_new(JOB_OWN, NULL), on_rows, self);
}

static struct screen *devices_open(struct host *host, const void *argument)
{
	struct devices *self = g_new0(struct devices, 1);

	(void)argument;
	screen_init(&self->screen, &devices_ops, host);
	list_init(&self->list, 3);
	ask(self);
	if (host->self)
		job_post(host->link, job_new(JOB_REFRESH, host->self), on_refreshed, self);
	return &self->screen;
}

static void devices_close(struct screen *screen)
{
	struct devices *self = (struct devices *)(void *)screen;

	link_cancel(screen->host->link, self);
	if (self->rows)
		g_ptr_array_unref(self->rows);
	g_free(self);
}

static bool devices_event(struct screen *screen, const struct event *event)
{
	if ((event->type == EVENT_TRUST || event->type == EVENT_CONTACT) &&
	    g_strcmp0(event->address, screen->host->self) == 0)
		ask((struct devices *)(void *)screen);
	return false;
}

static void draw_question(const struct devices *self, struct view *view)
{
	g_autofree char *text =
		g_strdup_printf("! %u of these %s to be confirmed. Is it yours? Then press a and "
				"type the first digits of the fingerprint on its own screen. If "
				"you didn't set it up, somebody has "
				"your account: press x, "
				"then D to take it off the list. It gets nothing until you say so.",
				self->waiting, self->waiting == 1 ? "waits" : "wait");
	int rows;

	if (!self->waiting)
		return;
	rows = MIN(draw_lines(text, MAX(1, view->cols - 2), NULL, NULL), view->rows / 2);
	draw_wrapped(view_inset(view_cut_top(view, rows), 0, 1), 0, text, ROLE_WARN, 0);
	view_cut_top(view, 1);
}

static void devices_draw(struct screen *screen, struct view view, bool has_focus)
{
	struct devices *self = (struct devices *)(void *)screen;

	bar_draw(view_cut_top(&view, 1), ROLE_TITLE,
		 (const struct bar_piece[]){
			 { .text = "Your devices",
			   .role = ROLE_TITLE,
			   .attrs = ATTR_BOLD,
			   .priority = 2 },
			 { .text = "the first is this one",
			   .role = ROLE_TITLE_DIM,
			   .priority = 1,
			   .is_right = true },
		 },
		 2);
	if (!self->rows)
		return;
	draw_question(self, &view);
	self->list.item_rows = keys_device_rows(view.cols);
	list_draw(&self->list, view, ROLE_TEXT, has_focus ? ROLE_SELECTED : ROLE_TEXT,
		  keys_draw_device, self->rows);
}

/* -- commands --------------------------------------------------------------------------------- */

/* The one selected, when it isn't this one. */
static const struct device *other(struct devices *self)
{
	if (self->rows && self->list.selected > 0 && self->list.selected < self->rows->len)
		return self->rows->pdata[self->list.selected];
	host_say(self->screen.host, "That is this device; `sotto wipe` ends it.");
	return NULL;
}

/* TRUE the second time in a row that COMMAND is given for the same device. */
static bool confirm(struct devices *self, const char *command, uint32_t device,
		    const char *question)
{
	bool is_second =
		self->armed && strcmp(self->armed, command) == 0 && self->armed_device == device;

	self->armed = is_second ? NULL : command;
	self->armed_device = device;
	if (!is_second)
		host_say(self->screen.host, "%s", question);
	return is_second;
}

static gboolean act(struct devices *self, const char *command, enum job_act what,
		    const char *question)
{
	const struct device *device = other(self);
	char fingerprint[CONTACT_FINGERPRINT_BYTES];
	struct job *job;

	if (!device || !confirm(self, command, device->id, question))
		return TRUE;
	job = job_new(JOB_ACT, device->address);
	job->device = device->id;
	job->act = what;
	job->text = plain_dup(contact_fingerprint(device->key, fingerprint));
	job_post(self->screen.host->link, job, on_acted, self);
	return TRUE;
}

/* Nobody types what stands on this screen: the digits have to come from the other one. */
static gboolean run_confirm(void *user, ARGS, GError **error)
{
	struct devices *self = user;
	const struct device *device = other(self);
	char fingerprint[CONTACT_FINGERPRINT_BYTES];
	struct job *job;

	(void)error;
	if (!device)
		return TRUE;
	if (!args[0]) {
		host_say(self->screen.host,
			 "It reads along then. The first %d digits of its fingerprint, as its own "
			 "screen shows them:", TRUST_TYPED_LEAST);
		self->screen.host->ops->prompt(self->screen.host, "own-confirm ");
		return TRUE;
	}
	job = job_new(JOB_ACT, device->address);
	job->device = device->id;
	job->act = JOB_ACT_TRUST;
	job->text = device->has_key ? plain_dup(contact_fingerprint(device->key, fingerprint))
				    : NULL;
	job->alias = g_strdup(args[0]);
	job_post(self->screen.host->link, job, on_acted, self);
	return TRUE;
}

static gboolean run_refuse(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return act(user, "own-refuse", JOB_ACT_DISTRUST,
		   "This device never gets anything from here. Press x again to refuse it.");
}

static gboolean run_revoke(void *user, ARGS, GError **error)
{
	struct devices *self = user;
	const struct device *device = other(self);
	g_autofree char *name = NULL;
	struct job *job;

	(void)args;
	(void)error;
	if (!device)
		return TRUE;
	name = g_strdup_printf("device %u", device->id);
	job = job_new(JOB_REVOKE, NULL);
	job->device = device->id;
	confirm_ask(self->screen.host, &(const struct confirm_request){
		.loss = LOSS_DEVICE,
		.name = name,
		.job = job,
		.done = on_acted,
		.user = self,
	});
	return TRUE;
}

static gboolean run_up(void *user, ARGS, GError **error)
{
	struct devices *self = user;

	(void)args;
	(void)error;
	self->armed = NULL;
	list_move(&self->list, -1);
	return TRUE;
}

static gboolean run_down(void *user, ARGS, GError **error)
{
	struct devices *self = user;

	(void)args;
	(void)error;
	self->armed = NULL;
	list_move(&self->list, 1);
	return TRUE;
}

static const struct command devices_commands[] = {
	{ "own-confirm", NULL, "[FIRST8]", "a", NULL,
	  "this device is mine, by the first digits of its fingerprint", run_confirm },
	{ "own-refuse", NULL, "", "x", NULL, "refuse this device", run_refuse },
	{ "own-revoke", NULL, "", "D", NULL, "take this device off the list", run_revoke },
	{ "own-up", NULL, "", "Up", "k", "to the device above", run_up },
	{ "own-down", NULL, "", "Down", "j", "to the device below", run_down },
	{ "own-leave", NULL, "", "Escape", "q", "leave the devices", screen_run_leave },
	{ 0 },
};

const struct screen_table devices_tables[] = {
	{ "devices", "Among your devices", devices_commands },
	{ 0 },
};

static const char *const *devices_hints(struct screen *screen)
{
	static const char *const hints[] = { "own-confirm", "it is mine", "own-refuse",
					     "refuse",	    "own-revoke", "revoke",
					     "own-leave",   "leave",	  NULL };

	(void)screen;
	return hints;
}

const struct screen_ops devices_ops = {
	.name = "devices",
	.tables = devices_tables,
	.open = devices_open,
	.close = devices_close,
	.draw = devices_draw,
	.event = devices_event,
	.hints = devices_hints,
};
