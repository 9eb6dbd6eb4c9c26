/*
 * sotto: the front door. Parses the command line from a table, builds the parts and hands them to
 * each other: the only file that knows the store, the carriers and the front ends.
 */
#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/limits.h"
#include "core/base/outlet.h"
#include "core/base/secret.h"
#include "core/base/stack.h"
#include "core/base/xdg.h"
#include "core/engine/desk.h"
#include "core/engine/engine.h"
#include "core/model/logins.h"
#include "core/model/settings.h"
#include "core/ratchet/ratchet.h"
#include "core/transport/carriers.h"
#include "core/transport/spool/spool.h"
#include "core/transport/xmpp/xmpp.h"
#include "storage/vault.h"
#include "tui/app/app.h"
#include "tui/app/first_run.h"
#include "tui/cli/arguments.h"
#include "tui/cli/cmd/verbs.h"
#include "tui/cli/control.h"
#include "tui/cli/control_level.h"
#include "tui/cli/demo.h"
#include "tui/cli/front.h"
#include "tui/cli/globals.h"
#include "tui/cli/help.h"
#include "tui/cli/hide.h"
#include "tui/cli/printer.h"
#include "tui/cli/run.h"
#include "tui/confine/ask.h"
#include "tui/confine/broker.h"
#include "tui/confine/guard.h"
#include "tui/confine/helper.h"
#include "tui/confine/helper_login.h"
#include "tui/confine/hook.h"
#include "tui/confine/log.h"
#include "tui/confine/places.h"
#include "tui/confine/secrets.h"
#include "tui/confine/start_record.h"
#include "tui/manual/generate.h"
#include "tui/observe/lookout.h"
#include "tui/term/term.h"
#include "tui/term/term_type.h"

enum { LOOK_MS = 1500 /* how long is waited for who watches, at most */ };

struct front {
	struct log *log;
	struct globals globals;
	char *home;		 /* absolute */
	char *config;		 /* the settings file */
	char *themes;		 /* the user's folder of them, or NULL */
	const char *theme_folders[3];
	struct settings *settings;
	struct store_door *door;
	char **versions;
	struct verb_front verb;
	struct guards guards;
	const char *greeting; /* of the demo; or NULL */
	bool is_interface;
	struct lookout *lookout;
	struct first_answers first; /* the first run */
	struct secrets *secrets;
	struct login_helper *looker;
	struct logins *logins;
};

static gboolean find_home(struct front *front, GError **error)
{
	if (!globals_places(&front->globals, &front->home, &front->config, error))
		return FALSE;
	front->verb.profile = front->home;
	return TRUE;
}

static int complain(const GError *error)
{
	ask_complain(error->message);
	return error_exit_code(error);
}

/* -- questions --------------------------------------------------------------------------------- */

static bool front_confirm(void *user, const char *question, const char *word)
{
	(void)user;
	return ask_word(question, word);
}

/* -- the parts -------------------------------------------------------------------------------- */

/* Before there is anything secret. MADE: where a profile is to be made, or NULL. */
static gboolean front_help(void *user, const struct account *made, GError **error)
{
	struct front *front = user;
	const struct places places = { .door = front->door, .config = front->config };
	struct helper_made new = { 0 };
	bool is_new = made && !front->door->ops->exists(front->door);
	const struct helper_errands errands = {
		.folder = front->home,
		.may_connect = !front->is_interface,
		.let_in = spool_set,
		.made = is_new ? &new : NULL,
	};

	if (!is_new || places_make(&places, made, spool_make_root, &new, error))
		front->verb.helper = helper_start(&errands, error);
	places_made_clear(&new);
	if (front->verb.helper)
		front->looker = login_helper_start(&login_source_host, front->logins, error);
	return front->looker != NULL;
}

static int let_in(void *user, int fd, uid_t reader)
{
	const struct front *front = user;

	return helper_let_in(front->verb.helper, fd, reader);
}

static struct transport *make_transport(void *user, const struct account *account, GError **error)
{
	struct front *front = user;
	struct transport *transport;

	if (strcmp(account->carrier, "spool") == 0) {
		transport = spool_new(account->spool, account->address, account->device,
				      clock_system());
		if (front->verb.helper)
			spool_let_set(transport, let_in, front);
		spool_let_look(transport, front->logins);
		return transport;
	}
	if (strcmp(account->carrier, "xmpp") == 0)
		return xmpp_new(account);
	error_set(error, ERROR_UNAVAILABLE, "This sotto has no carrier called %s.",
		  account->carrier);
	return NULL;
}

static gboolean claim(void *user, const struct account *account, const struct patience *patience,
		      struct certificate **refused, GError **error)
{
	const struct front *front = user;

	return carriers_claim(account, front->logins, front->home, patience, refused, error);
}

static gboolean check(void *user, const struct account *account, const struct patience *patience,
		      struct engine_found *found, struct certificate **refused, GError **error)
{
	return carriers_check(account, ((const struct front *)user)->logins, patience, found,
			      refused, error);
}

static gboolean unclaim(void *user, const struct account *account, GError **error)
{
	return places_unclaim(((const struct front *)user)->home, account, SPOOL_DIR, spool_unclaim,
			      error);
}

static struct engine_parts make_parts(struct front *front, GMainContext *context)
{
	return (struct engine_parts){
		.door = front->door,
		.clock = clock_system(),
		.settings = front->settings,
		.logins = front->logins,
		.context = context,
		.make_transport = make_transport,
		.claim = claim,
		.unclaim = unclaim,
		.check = check,
		.people = carriers_people,
		.about = carriers_about,
		.look = carriers_look,
		.owner = carriers_owner,
		.user = front,
	};
}

static char **all_versions(void)
{
	g_auto(GStrv) crypto = crypto_versions();
	g_auto(GStrv) storage = vault_versions();
	g_autoptr(GStrvBuilder) all = g_strv_builder_new();

	g_strv_builder_addv(all, (const char **)crypto);
	g_strv_builder_add(all, ratchet_version());
	g_strv_builder_addv(all, (const char **)storage);
	return g_strv_builder_end(all);
}

static void build(struct front *front);
static void front_clear(struct front *front);

/* -- giving up what isn't needed -------------------------------------------------------------- */

static struct watch *front_watch(void *user)
{
	return lookout_get(((struct front *)user)->lookout);
}

/* Before a verb asks for the passphrase: `status` tells what is seen, the setting may refuse. */
static gboolean front_look(struct front *front, GError **error)
{
	unsigned refuse = settings_choice(front->settings, "watch_refuse");
	bool is_asked = g_strcmp0(front->globals.words[0], "status") == 0;

	/* What others may have done here depends on it too; without a terminal there is nothing
	 * to be recorded. */
	if (!is_asked && !refuse && !isatty(STDIN_FILENO) && !isatty(STDOUT_FILENO) &&
	    !isatty(STDERR_FILENO))
		return TRUE;
	return lookout_look(front->lookout, is_asked || refuse, is_asked ? 0 : refuse, error);
}

/* What can't be done any more afterwards: load a library, set a mode, look into other processes. */
static gboolean front_prepare(void *user, const struct account *place, bool is_new, GError **error)
{
	struct front *front = user;
	bool is_spool = place && place->spool && place->address;

	if (is_spool && !is_new &&
	    !spool_settle(place->spool, place->address, place->device, NULL))
		g_debug("the spool's folders aren't as they should be");
	if (place && !place->spool)
		xmpp_prepare();
	return front->is_interface || front_look(front, error);
}

static gboolean front_confine(void *user, const struct account *made, const char *folder,
			      GError **error)
{
	struct front *front = user;
	const struct places places = { .door = front->door, .config = front->config,
				       .themes = THEME_DIR, .made = made, .folder = folder,
				       .prepare = front_prepare, .user = front };
	gboolean ok = places_confine(&places, &front->guards, error);

	guard_look(&front->guards);
	return ok;
}

/* -- the interface ---------------------------------------------------------------------------- */

/* The control socket lives on the core thread, from the first unlocking to the end. */
struct interface {
	struct front *front;
	struct desk *desk;
	struct engine *engine;
	struct control *control;
};

/* As the setting says; once there is one it also tells others that the profile is locked. */
static void heed_control(struct interface *interface)
{
	if (control_level(&interface->front->verb) == CONTROL_OFF)
		control_close(g_steal_pointer(&interface->control));
	else if (!interface->control && engine_is_open(interface->engine))
		interface->control = control_new(interface->front->home, interface->engine,
						 verb_table, &interface->front->verb, NULL);
}

static void heard(const struct event *event, void *user)
{
	if (event->type == EVENT_UNLOCKED)
		heed_control(user);
}

static void heed_work(struct engine *engine, struct desk_job *job, void *data)
{
	(void)engine;
	heed_control(data);
	desk_finish(job);
}

static void interface_changed(void *user, const char *name)
{
	struct interface *interface = user;

	if (strcmp(name, "control") == 0)
		desk_post(interface->desk, heed_work, NULL, interface);
}

static void listen_work(struct engine *engine, struct desk_job *job, void *data)
{
	struct interface *interface = data;

	interface->engine = engine;
	engine_listen(engine, heard, interface);
	desk_finish(job);
}

static void unlisten_work(struct engine *engine, struct desk_job *job, void *data)
{
	struct interface *interface = data;

	engine_unlisten(engine, heard, interface);
	g_clear_pointer(&interface->control, control_free);
	desk_finish(job);
}

static void started(void *user, struct desk *desk)
{
	((struct interface *)user)->desk = desk;
	desk_post(desk, listen_work, NULL, user);
}

static void stopping(void *user, struct desk *desk)
{
	desk_post(desk, unlisten_work, NULL, user);
}

static void interface_watched(void *user, const struct watch *watch)
{
	lookout_set(((struct interface *)user)->front->lookout, watch);
}

static int run_interface(struct front *front, struct broker *broker)
{
	struct engine_parts engine = make_parts(front, NULL);
	struct interface interface = { .front = front };
	g_autofree char *seen = NULL;
	struct watch *watch = NULL;
	g_autoptr(GError) error = NULL;
	struct app_parts parts = {
		.first = front->first.place ? &front->first : NULL,
		.engine = &engine,
		.theme_folders = front->theme_folders,
		.config_file = front->config,
		.is_plain = front->globals.is_plain,
		.greeting = front->greeting,
		.broker = broker,
		.watched = interface_watched,
		.secrets = front->secrets,
		.started = started,
		.changed = interface_changed,
		.stopping = stopping,
		.user = &interface,
	};
	int exit_code = 0;

	engine.is_interface = true;
	front->guards.states[GUARD_BROKER] = GUARD_ON;
	front->guards.states[GUARD_STACK] = stack_can_be_locked() ? GUARD_ON : GUARD_OFF;
	parts.outlet = outlet_new(STDOUT_FILENO, TERM_WAITING_MAX);
	seen = broker_look_now(broker, LOOK_MS);
	watch = seen ? watch_decode(seen) : NULL;
	parts.watch = watch;
	if (!front_confine(front, front->first.place, NULL, &error) || !app_run(&parts, &error))
		exit_code = complain(error);
	watch_free(watch);
	outlet_free(parts.outlet);
	return exit_code;
}

/* Run BODY in a child, with this process as its broker; nothing secret is here yet. */
static int behind_broker(struct front *front, int (*body)(struct front *, struct broker *))
{
	const char *hook = settings_text(front->settings, "notify_hook");
	struct broker *broker = NULL;
	g_autoptr(GError) error = NULL;
	int exit_code = 0;

	/* Before anything is asked, and a secret typed. */
	if (isatty(STDOUT_FILENO) && !front->globals.is_plain &&
	    !settings_bool(front->settings, "plain") && !term_type_check(NULL, &error))
		return complain(error);
	/* In both processes: they are on the same terminal. */
	log_hold(front->log);
	if (!broker_start(hook_confirmed(front->home, hook), &broker, &exit_code, &error))
		exit_code = complain(error);
	if (broker)
		exit_code = body(front, broker);
	if (broker && exit_code)
		ask_drain();
	broker_free(broker);
	log_release(front->log);
	return exit_code;
}

static int run_profile(struct front *front, struct broker *broker)
{
	const struct first_parts first = { .name = g_get_user_name(),
					   .spool = SPOOL_DIR,
					   .settings = settings_table(front->settings),
					   .check = check,
					   .user = front };
	g_autoptr(GError) error = NULL;
	bool is_new;

	front->is_interface = true;
	/* What the user types is all that is read before the process is confined. With its key
	 * file missing a profile isn't taken for none. */
	is_new = !front->door->ops->exists(front->door) &&
		 front->door->ops->is_free(front->door, &error);
	/* No secret before there are broker and helper, which never hold one. */
	if (error || (is_new && !first_run_ask(&first, &front->first, &error)) ||
	    !front_help(front, front->first.place, &error) ||
	    !secrets_read(front->secrets, &error))
		return complain(error);
	return run_interface(front, broker);
}

/* A world of its own in place of the user's profile; gone afterwards. */
static int run_demo(struct front *front, struct broker *broker)
{
	char word[] = DEMO_PASSPHRASE;
	g_autoptr(GError) error = NULL;
	struct front inner = { .globals = { .is_plain = front->globals.is_plain } };
	struct secret *passphrase = NULL;
	struct demo *demo;
	gboolean is_made = FALSE;
	int exit_code;

	demo = demo_open("/proc/self/exe", &error);
	if (!demo)
		return complain(error);
	inner.globals.home = g_strdup(demo_home(demo));
	passphrase = secret_take(word, strlen(word), &error);
	inner.secrets = secrets_new();
	if (passphrase)
		secrets_give(inner.secrets, SECRETS_PASSPHRASE, passphrase);
	if (passphrase && find_home(&inner, &error)) {
		build(&inner);
		inner.is_interface = true;
		is_made = front_help(&inner, NULL, &error);
	}
	inner.greeting = demo_greeting(inner.globals.is_plain);
	exit_code = is_made ? run_interface(&inner, broker) : complain(error);
	front_clear(&inner);
	demo_close(demo);
	return exit_code;
}

static int front_demo(void *user)
{
	return behind_broker(user, run_demo);
}

/* -- the whole -------------------------------------------------------------------------------- */

static void build(struct front *front)
{
	g_autoptr(GError) local = NULL;
	g_autofree char *config = xdg_config_home(NULL);

	front->versions = all_versions();
	front->lookout = lookout_new();
	front->door = vault_door_new(front->home, clock_system());
	front->settings = settings_new(settings_engine_rows());
	front->logins = logins_new();
	front->verb.secrets = front->secrets;
	front->verb.confirm = front_confirm;
	front->verb.demo = front_demo;
	front->verb.help = front_help;
	front->verb.confine = front_confine;
	front->verb.watch = front_watch;
	front->verb.guards = &front->guards;
	front->verb.settings = front->settings;
	front->verb.default_spool = SPOOL_DIR;
	front->verb.config_file = front->config;
	front->themes = config ? g_build_filename(config, "sotto", "themes", NULL) : NULL;
	front->theme_folders[0] = front->themes ? front->themes : THEME_DIR;
	front->theme_folders[1] = THEME_DIR;
	front->verb.theme_folders = front->theme_folders;
	front->verb.versions = front->versions;
	front->verb.user = front;
	/* A mistake in the file leaves that row at its default; it is said, and is no reason to
	 * stop. */
	if (!settings_load(front->settings, front->config, &local))
		ask_complain(local->message);
}

static void front_clear(struct front *front)
{
	first_answers_clear(&front->first);
	if (front->door)
		front->door->ops->free(front->door);
	g_clear_pointer(&front->settings, settings_free);
	g_clear_pointer(&front->lookout, lookout_free);
	secrets_free(front->secrets);
	g_clear_pointer(&front->verb.helper, helper_free);
	logins_free(front->logins);
	login_helper_free(front->looker);
	g_strfreev(front->versions);
	g_free(front->home);
	g_free(front->config);
	g_free(front->themes);
	globals_clear(&front->globals);
}

static int print_version(void)
{
	g_auto(GStrv) versions = all_versions();
	g_autofree char *lines = g_strjoinv("\n", versions);

	printf("sotto %s\n%s\n", PACKAGE_VERSION, lines);
	return 0;
}

/* What needs no profile, and no place for one. */
static bool say(const struct globals *globals, int *exit_code)
{
	char **words = globals->words;

	*exit_code = 0;
	if (globals->wants_version)
		*exit_code = print_version();
	else if (!help_asked(words, globals->wants_help, verb_table, global_options) &&
		 !generate_asked(words, verb_table, global_options, PACKAGE_VERSION, exit_code))
		return false;
	return true;
}

static int dispatch(struct front *front)
{
	const struct run_options options = { front->globals.is_json, front->globals.wait };
	g_autoptr(GError) error = NULL;
	char **words = front->globals.words;
	struct engine_parts parts;
	bool was_there;
	int exit_code;

	if (!words[0] && front->globals.wait >= 0) {
		error_set(&error, ERROR_USAGE, "--wait is an option of verbs, and there is none.");
		return complain(error);
	}
	if (!words[0])
		return behind_broker(front, run_profile);
	parts = make_parts(front, NULL);
	was_there = front->door->ops->exists(front->door);
	exit_code = run_words(verb_table, words, &options, front->home, &front->verb, &parts);
	/* Wiped, whatever stayed elsewhere. */
	if (was_there && !front->door->ops->exists(front->door))
		start_record_forget(front->home);
	return exit_code;
}

static int run(struct front *front)
{
	g_autoptr(GError) error = NULL;

	front->secrets = secrets_new();
	if (!find_home(front, &error) ||
	    (front->globals.passphrase_fd >= 0 &&
	     !secrets_name(front->secrets, SECRETS_PASSPHRASE, front->globals.passphrase_fd,
			   &error)))
		return complain(error);
	build(front);
	return dispatch(front);
}

int main(int argc, char **argv)
{
	char **words = hide_words(argc, argv, verb_table, global_options);
	struct front front = { 0 };
	g_autoptr(GError) error = NULL;
	int exit_code;
	gboolean ok;

	front.log = log_start();
	setlocale(LC_ALL, "");
	/* Words are UTF-8 whatever the host's setting; without this curses couldn't draw them. */
	if (!g_get_charset(NULL))
		setlocale(LC_CTYPE, "C.UTF-8");
	ok = limits_check(&error) && guard_process(&error) && secret_start(&error) &&
	     globals_parse(&front.globals, (const char *const *)words, &error);
	arguments_free(words);
	if (!ok)
		exit_code = complain(error);
	else if (!say(&front.globals, &exit_code))
		exit_code = run(&front);
	exit_code = printer_end(exit_code);
	front_clear(&front);
	return exit_code;
}
