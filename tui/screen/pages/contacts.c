#include "tui/screen/pages/contacts.h"
#include <string.h>
#include "core/base/secret.h"
#include "core/model/settings.h"
#include "tui/client/when.h"
#include "tui/kit/bar.h"
#include "tui/kit/draw.h"
#include "tui/kit/list.h"
#include "tui/kit/veil.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum { ROW_ROWS = 2, TIME_COLS = 6, PREVIEW_COLS = 16, NARROW_COLS = 24 };

struct contacts {
	struct screen screen;
	struct list list;
	char *selected; /* the selection follows the person, not the place */
	bool is_lit;	/* the selection shows: it has the keys, or is the conversation beside */
};

static struct contacts *contacts_of(struct screen *screen)
{
	return (struct contacts *)(void *)screen;
}

static void keep_selected(struct contacts *self)
{
	const struct contact *contact = roster_at(self->screen.host->roster, self->list.selected);

	g_free(self->selected);
	self->selected = contact ? g_strdup(contact->address) : NULL;
}

static void follow_roster(struct contacts *self)
{
	const struct roster *roster = self->screen.host->roster;

	list_set_count(&self->list, roster_count(roster));
	for (size_t i = 0; self->selected && i < roster_count(roster); i++) {
		if (strcmp(roster_at(roster, i)->address, self->selected) == 0) {
			list_select(&self->list, i);
			return;
		}
	}
	keep_selected(self);
}

void contacts_select(struct screen *screen, const char *address)
{
	struct contacts *self = contacts_of(screen);

	g_free(self->selected);
	self->selected = g_strdup(address);
	follow_roster(self);
}

const char *contacts_neighbour(struct screen *screen, int by)
{
	struct contacts *self = contacts_of(screen);
	const struct contact *contact;

	/* It was opened when the list didn't have it yet. */
	if (screen->host->current)
		contacts_select(screen, screen->host->current);
	else
		follow_roster(self);
	contact = roster_at(screen->host->roster, self->list.selected + (size_t)by);
	return contact ? contact->address : NULL;
}

/* -- drawing -------------------------------------------------------------------------------- */

/* What is to be known of CONTACT before its name is believed, the worst first: "looks like Anna,
 * stranger"; NULL for nothing, else g_free. */
static char *state_of(const struct host *host, const struct contact *contact, int *role)
{
	g_autofree char *doubt = host_doubt(host, contact->address);
	/* Who is called as they please isn't whom the host knows by that name. */
	g_autofree char *owner = owner_differs(&contact->folder, contact->address) ?
					 owner_words(&contact->folder) :
					 NULL;
	const char *word = contact->manners.is_blocked ? "blocked" :
			   contact->manners.asks       ? "asks to see you" :
			   !contact->is_listed	       ? "stranger" :
							 NULL;
	const char *words[4] = {NULL};
	size_t count = 0;

	if (doubt)
		words[count++] = doubt;
	if (owner)
		words[count++] = owner;
	if (word)
		words[count++] = word;
	*role = count == 1 && contact->manners.asks && !contact->manners.is_blocked ? ROLE_ACCENT :
										      ROLE_WARN;
	return count ? g_strjoinv(", ", (char **)(uintptr_t)words) : NULL;
}

/* The name up to END, and STATE (may be NULL) behind it; the name gives way. */
static void draw_name(const struct contact *contact, struct view view, int end, const char *state,
		      int state_role, bool is_selected)
{
	const char *name = contact_name(contact);
	int role = is_selected ? ROLE_SELECTED : contact->unread ? ROLE_UNREAD : ROLE_TEXT;
	int col = draw_fit(view, 0, 2, end - 2, name, role, contact->unread ? ATTR_BOLD : 0);

	if (state)
		draw_fit(view, 0, col + 1, end - col - 1, state,
			 is_selected ? ROLE_SELECTED : state_role, 0);
}

/* Whether there is something to preview, and it isn't for everybody's eyes. */
static bool is_veiled(const struct host *host, const struct contact *contact, bool is_draft)
{
	if (host_privacy(host, contact->address) > PRIVACY_OPEN)
		return is_draft || contact->last_at;
	return is_draft && settings_bool(host->settings, "compose_veil");
}

static void draw_preview(const struct host *host, const struct contact *contact, struct view view,
			 int role)
{
	bool is_draft = contact->draft && *contact->draft;
	char *line = screen_one_line(is_draft ? contact->draft : contact->preview);
	int col = is_draft ? draw_text(view, 0, 2, "draft ", role, ATTR_BOLD) : 2;

	if (is_veiled(host, contact, is_draft))
		veil_draw(view, 0, col, MIN(PREVIEW_COLS, view.cols - col - 1), ROLE_VEIL, 0);
	else
		draw_fit(view, 0, col, view.cols - col, line, role, 0);
	plain_free(line);
}

/* How many are unread, or nothing, left of END; the column where that begins. */
static int draw_unread(const struct contact *contact, struct view view, int row, int end,
		       bool is_selected)
{
	g_autofree char *unread = NULL;

	if (!contact->unread)
		return end;
	unread = g_strdup_printf("%u", contact->unread);
	return draw_right(view, row, end, 5, unread, is_selected ? ROLE_SELECTED : ROLE_UNREAD,
			  ATTR_BOLD) - 1;
}

void contacts_draw_row(const struct host *host, const struct contact *contact, struct view view,
		       bool is_selected)
{
	int dim = is_selected ? ROLE_SELECTED_DIM : ROLE_DIM;
	bool is_narrow = view.cols < NARROW_COLS;
	char when[WHEN_BYTES] = "";
	int end = view.cols - 1;
	int state_role;
	g_autofree char *state = state_of(host, contact, &state_role);

	if (contact->last_at)
		when_short(contact->last_at, host_now(host), when);
	if (g_strcmp0(host->current, contact->address) == 0)
		draw_text(view, 0, 0, "▸", is_selected ? ROLE_SELECTED : ROLE_ACCENT, ATTR_BOLD);
	if (!is_narrow) {
		draw_right(view, 0, end, TIME_COLS, when, dim, 0);
		draw_name(contact, view, end - TIME_COLS - 1, state, state_role, is_selected);
		end = draw_unread(contact, view, 1, end, is_selected);
		draw_preview(host, contact, view_sub(view, 1, 0, 1, end), dim);
		return;
	}
	/* Beside a conversation: what is to be known of the name takes the place of the preview. */
	draw_name(contact, view, draw_unread(contact, view, 0, end, is_selected), NULL, 0,
		  is_selected);
	if (state) {
		draw_fit(view, 1, 2, end - 2, state, is_selected ? ROLE_SELECTED : state_role, 0);
		return;
	}
	end = draw_right(view, 1, end, TIME_COLS, when, dim, 0) - 1;
	draw_preview(host, contact, view_sub(view, 1, 0, 1, end), dim);
}

static void draw_row(void *user, size_t index, struct view view, bool is_selected)
{
	struct contacts *self = user;
	const struct contact *contact = roster_at(self->screen.host->roster, index);

	if (contact)
		contacts_draw_row(self->screen.host, contact, view, is_selected && self->is_lit);
}

static void draw_welcome(const struct host *host, struct view view)
{
	g_autofree char *keys = host_key(host, "contacts", "contact-new");
	bool is_account = host->self && strchr(host->self, '@');
	g_autofree char *hint =
		g_strdup_printf("%s adds somebody: %s.", keys,
				is_account ? "NAME@SERVER"
					   : "their name or login");

	if (!roster_is_known(host->roster))
		return;
	draw_center(view, view.rows / 2 - 1, "Nobody here yet.", ROLE_DIM, 0);
	draw_center(view, view.rows / 2, hint, ROLE_DIM, 0);
}

static void contacts_draw(struct screen *screen, struct view view, bool has_focus)
{
	struct contacts *self = contacts_of(screen);
	struct view title = view_cut_top(&view, 1);
	unsigned unread = roster_unread(screen->host->roster, host_now(screen->host), NULL);
	g_autofree char *count = unread ? g_strdup_printf("%u unread", unread) : NULL;

	follow_roster(self);
	self->is_lit = has_focus ||
		       (self->selected && g_strcmp0(screen->host->current, self->selected) == 0);
	bar_draw(
		title, ROLE_TITLE,
		(const struct bar_piece[]){
			{.text = "Contacts", .role = ROLE_TITLE, .attrs = ATTR_BOLD, .priority = 2},
			{.text = count, .role = ROLE_TITLE_DIM, .priority = 1, .is_right = true},
		},
		2);
	view_cut_top(&view, view.rows > 16 ? 1 : 0);
	if (!roster_count(screen->host->roster))
		draw_welcome(screen->host, view);
	else
		list_draw(&self->list, view, ROLE_TEXT, self->is_lit ? ROLE_SELECTED : ROLE_TEXT,
			  draw_row, self);
}

/* -- the screen ----------------------------------------------------------------------------- */

static struct screen *contacts_open(struct host *host, const void *argument)
{
	struct contacts *self = g_new0(struct contacts, 1);

	(void)argument;
	screen_init(&self->screen, &contacts_ops, host);
	list_init(&self->list, ROW_ROWS);
	return &self->screen;
}

static void contacts_close(struct screen *screen)
{
	struct contacts *self = contacts_of(screen);

	g_free(self->selected);
	g_free(self);
}

static bool contacts_key(struct screen *screen, const struct key *key)
{
	struct contacts *self = contacts_of(screen);
	bool is_moved = (key->code == KC_WHEEL_UP && list_move(&self->list, -1)) ||
			(key->code == KC_WHEEL_DOWN && list_move(&self->list, 1));

	keep_selected(self);
	return is_moved;
}

static const char *const *contacts_hints(struct screen *screen)
{
	static const char *const hints[] = {"contact-open", "open", "contact-new", "add", "palette",
					    "go to",	    "help", "help",	   NULL};

	(void)screen;
	return hints;
}

static gboolean run_open(void *user, ARGS, GError **error)
{
	struct contacts *self = user;

	(void)args;
	(void)error;
	follow_roster(self);
	if (self->selected) {
		g_autofree char *address = g_strdup(self->selected);

		self->screen.host->ops->converse(self->screen.host, address, 0, NULL);
	}
	return TRUE;
}

static gboolean move(struct contacts *self, int by, int pages)
{
	follow_roster(self);
	if (pages)
		list_page(&self->list, pages);
	else
		list_move(&self->list, by);
	keep_selected(self);
	return TRUE;
}

static gboolean run_up(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return move(user, -1, 0);
}

static gboolean run_down(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return move(user, 1, 0);
}

static gboolean run_page_up(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return move(user, 0, -1);
}

static gboolean run_page_down(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return move(user, 0, 1);
}

static gboolean run_add(void *user, ARGS, GError **error)
{
	struct contacts *self = user;

	(void)args;
	(void)error;
	self->screen.host->ops->prompt(self->screen.host, "contact-add ");
	return TRUE;
}

static const struct command contacts_commands[] = {
	{"contact-open", NULL, "", "Enter", "Right", "open the conversation", run_open},
	{"contact-up", NULL, "", "Up", "k", "to the contact above", run_up},
	{"contact-down", NULL, "", "Down", "j", "to the contact below", run_down},
	{"contact-page-up", NULL, "", "PageUp", NULL, "a page of contacts up", run_page_up},
	{"contact-page-down", NULL, "", "PageDown", NULL, "a page of contacts down", run_page_down},
	{"contact-new", NULL, "", "a", NULL, "ask whom to add", run_add},
	{0},
};

const struct screen_table contacts_tables[] = {
	{"contacts", "In the contact list", contacts_commands},
	{0},
};

const struct screen_ops contacts_ops = {
	.name = "contacts",
	.tables = contacts_tables,
	.open = contacts_open,
	.close = contacts_close,
	.draw = contacts_draw,
	.key = contacts_key,
	.hints = contacts_hints,
};
