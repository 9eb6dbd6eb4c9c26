#include "core/transport/spool/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/omemo/bundle.h"
#include "core/base/clock.h"
#include "core/model/contact.h"
#include "core/base/error.h"
#include "core/xml/stanza.h"
#include "core/port/transport_marks.h"
#include "core/transport/spool/spool_acl.h"
#include "core/transport/spool/spool_exposures.h"
#include "core/transport/spool/spool_inbox.h"
#include "core/transport/spool/spool_login.h"
#include "core/transport/spool/spool_mark.h"
#include "core/transport/spool/spool_place.h"
#include "core/transport/spool/spool_post.h"
#include "core/transport/spool/spool_remove.h"
#include "core/transport/spool/spool_rounds.h"

enum {
	SPOOL_ID_TEXT = 16,
	SPOOL_DEVICES_LOOKS = 10000, /* entries of somebody's devices/ */
};

struct spool {
	struct transport base;
	char *root;
	char *name;
	uint32_t device;
	const struct clock *clock;
	struct transport_listener listener;
	void *user;
	struct inbox *inbox;
	struct rounds *rounds;
	enum transport_state state;
	struct post_run run;
	struct acl_setter setter;
	char *vouched; /* who was looked up last in this slice, and whom the folder belongs to */
	uid_t vouched_owner;
	struct logins *logins; /* may be NULL */
	int mark_lock; /* held while the mark is, or -1 */
};

static struct spool *self(struct transport *transport)
{
	return (struct spool *)transport;
}

static void set_state(struct spool *spool, enum transport_state state, const char *why)
{
	if (spool->state == state)
		return;
	spool->state = state;
	if (spool->listener.state)
		spool->listener.state(spool->user, state, why);
}

/* -- the own folders --------------------------------------------------------------------------- */

gboolean spool_settle(const char *root, const char *name, uint32_t device, GError **error)
{
	char path[PLACE_PATH_BYTES];
	gboolean ok = FALSE;
	int place = place_open(root, name, NULL, error);

	if (place < 0)
		return FALSE;
	ok = place_make(place, "devices", 0755, error) && place_make(place, "inbox", 0711, error) &&
	     place_make(place, "marks", 0700, error);
	if (ok && device)
		ok = place_make(place, place_inbox(device, NULL, path), 0711, error) &&
		     place_make(place, place_inbox(device, "tmp", path), 01733, error) &&
		     place_make(place, place_inbox(device, "new", path), 01733, error);
	close(place);
	return ok;
}

/* The own inbox's LEAF, readable; made again when somebody removed it. */
static int open_leaf(struct spool *spool, const char *leaf, GError **error)
{
	char path[PLACE_PATH_BYTES];
	int place = place_open(spool->root, spool->name, NULL, error), folder;

	if (place < 0)
		return -1;
	folder = place_folder(place, place_inbox(spool->device, leaf, path), O_RDONLY, error);
	close(place);
	return folder;
}

/* Somebody else's folder. */
static int open_other(const struct spool *spool, const char *name, uid_t *owner, GError **error)
{
	return place_open_asking(spool->root, name, spool->logins, owner, error);
}

/* -- what the rounds ask ----------------------------------------------------------------------- */

static int open_inbox(void *user, GError **error)
{
	return open_leaf(user, "new", error);
}

static char *inbox_path(void *user)
{
	const struct spool *spool = user;
	char path[PLACE_PATH_BYTES];

	return g_build_filename(spool->root, spool->name, place_inbox(spool->device, "new", path),
				NULL);
}

static void inbox_state(void *user, enum transport_state state, const char *why)
{
	set_state(user, state, why);
}

static void inbox_turned(void *user)
{
	struct spool *spool = user;

	g_clear_pointer(&spool->vouched, g_free);
}

static void clear_tmp(struct spool *spool)
{
	int folder = open_leaf(spool, "tmp", NULL);

	if (folder < 0)
		return;
	inbox_clear_tmp(folder, clock_wall(spool->clock));
	close(folder);
}

/* -- the port: life ---------------------------------------------------------------------------- */

static void spool_free(struct transport *transport)
{
	struct spool *spool = self(transport);
	/* Nobody comes back soon behind a verb; an interface only locks. */
	unsigned wait_ms = rounds_is_live(spool->rounds) ? REMOVE_WAIT_MS : REMOVE_WAIT_LONG_MS;

	rounds_free(spool->rounds);
	inbox_free(spool->inbox, wait_ms);
	g_free(spool->vouched);
	g_free(spool->root);
	g_free(spool->name);
	g_free(spool);
}

/* A spool that can't be reached is no reason not to start: what was stored can be read, and what is
 * sealed waits. */
static gboolean spool_start(struct transport *transport, const struct transport_listener *listener,
			    void *user, GMainContext *context, bool is_live, GError **error)
{
	struct spool *spool = self(transport);
	g_autoptr(GError) why = NULL;

	(void)error;
	spool->listener = *listener;
	spool->user = user;
	rounds_start(spool->rounds, &spool->listener, user, context, is_live);
	if (!spool_settle(spool->root, spool->name, spool->device, &why)) {
		spool->state = TRANSPORT_CONNECTING;
		set_state(spool, TRANSPORT_OFFLINE, why->message);
		return TRUE;
	}
	clear_tmp(spool);
	/* Watch first, then look: nothing can slip in between. */
	rounds_watch(spool->rounds);
	set_state(spool, TRANSPORT_ONLINE, NULL);
	return TRUE;
}

static void spool_go_live(struct transport *transport)
{
	rounds_go_live(self(transport)->rounds);
}

static void spool_stop(struct transport *transport)
{
	rounds_stop(self(transport)->rounds);
	self(transport)->state = TRANSPORT_OFFLINE;
	if (self(transport)->mark_lock >= 0)
		close(self(transport)->mark_lock);
	self(transport)->mark_lock = -1;
}

static enum transport_state spool_state(struct transport *transport)
{
	return self(transport)->state;
}

static void spool_fetch_now(struct transport *transport, transport_done done, void *user)
{
	struct spool *spool = self(transport);
	g_autoptr(GError) error = NULL;

	if (!spool_settle(spool->root, spool->name, spool->device, &error)) {
		done(user, error);
		return;
	}
	rounds_watch(spool->rounds);
	rounds_ask(spool->rounds, done, user);
}

static void spool_ack(struct transport *transport, const uint64_t *tokens, size_t count)
{
	struct spool *spool = self(transport);
	int folder = open_leaf(spool, "new", NULL);

	if (folder < 0)
		return;
	inbox_ack(spool->inbox, folder, tokens, count);
	close(folder);
}

static void spool_leave(struct transport *transport, const uint64_t *tokens, size_t count)
{
	inbox_leave(self(transport)->inbox, tokens, count);
}

static bool spool_vouches(struct transport *transport, const struct parcel *parcel,
			  const char *address)
{
	struct spool *spool = self(transport);
	uid_t owner = 0;
	int place;

	if (spool->vouched && strcmp(spool->vouched, address) == 0)
		return spool->vouched_owner == parcel->uid;
	place = open_other(spool, address, &owner, NULL);
	if (place < 0)
		return false;
	close(place);
	if (rounds_is_on(spool->rounds)) {
		g_free(spool->vouched);
		spool->vouched = g_strdup(address);
		spool->vouched_owner = owner;
	}
	return owner == parcel->uid;
}

static gboolean spool_may_begin(struct transport *transport, const char *address, uint32_t owner,
				GError **error)
{
	struct spool *spool = self(transport);
	int root = open(spool->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	gboolean ok;

	if (root < 0) {
		error_set(error, ERROR_UNREACHABLE, "The spool %s can't be reached: %s.",
			  spool->root, g_strerror(errno));
		return FALSE;
	}
	ok = login_judge(spool->logins, root, address, owner, error) == LOGIN_ALLOWED;
	close(root);
	return ok;
}

/* -- the port: keys ---------------------------------------------------------------------------- */

static gboolean publish(struct spool *spool, const struct bundle *bundle, GError **error)
{
	g_autoptr(GBytes) bytes = bundle_encode(bundle, error);
	char name[SPOOL_ID_TEXT];
	gboolean ok = FALSE;
	int place = -1, devices = -1;

	if (!bytes || !spool_settle(spool->root, spool->name, spool->device, error))
		return FALSE;
	snprintf(name, sizeof(name), "%u.xml", bundle->device);
	place = place_open(spool->root, spool->name, NULL, error);
	if (place >= 0)
		devices = place_folder(place, "devices", O_RDONLY, error);
	if (devices >= 0) {
		ok = post_replace(devices, name, bytes, error);
		close(devices);
	}
	if (place >= 0)
		close(place);
	return ok;
}

static void spool_publish(struct transport *transport, const struct bundle *bundle,
			  transport_done done, void *user)
{
	g_autoptr(GError) error = NULL;

	if (!publish(self(transport), bundle, &error))
		g_prefix_error(&error, "The own keys couldn't be published. ");
	done(user, error);
}

static void spool_withdraw(struct transport *transport, uint32_t device, transport_done done,
			   void *user)
{
	g_autoptr(GError) error = NULL;

	(void)spool_unclaim(self(transport)->root, self(transport)->name, device, &error);
	done(user, error);
}

/* "7.xml" gives 7; anything else 0. */
static uint32_t device_of(const char *name)
{
	char again[SPOOL_ID_TEXT];
	guint64 id = g_ascii_strtoull(name, NULL, 10);

	if (id < 1 || id > G_MAXINT32)
		return 0;
	snprintf(again, sizeof(again), "%u.xml", (unsigned)id);
	return strcmp(name, again) == 0 ? (uint32_t)id : 0;
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void read_ids(int devices, uid_t owner, GArray *ids)
{
	DIR *dir = fdopendir(devices);
	struct dirent *entry;

	if (!dir) {
		close(devices);
		return;
	}
	/* It is somebody else's folder: whatever it is filled with costs no more than this. */
	for (unsigned i = 0; i < SPOOL_DEVICES_LOOKS && ids->len < CONTACT_DEVICES_MAX &&
			     (entry = readdir(dir)); i++) {
		uint32_t id = device_of(entry->d_name);
		struct stat st;

		if (id && fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode) && st.st_uid == owner)
			g_array_append_val(ids, id);
	}
	closedir(dir);
	g_array_sort(ids, compare_ids);
}

static void spool_list(struct transport *transport, const char *address, transport_listed listed,
		       void *user)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_autoptr(GError) error = NULL;
	uid_t owner = 0;
	int devices = -1, place = open_other(self(transport), address, &owner, &error);

	if (place >= 0) {
		devices = place_folder(place, "devices", O_RDONLY, &error);
		close(place);
	}
	if (devices >= 0)
		read_ids(devices, owner, ids);
	listed(user, (const uint32_t *)(const void *)ids->data, ids->len, owner, error);
}

static gboolean fetch(struct spool *spool, const char *address, uint32_t device,
		      struct bundle *bundle, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	char name[SPOOL_ID_TEXT];
	struct place_mark mark = { 0 };
	uid_t owner = 0;
	int devices = -1, place = open_other(spool, address, &owner, error);

	if (place < 0)
		return FALSE;
	devices = place_folder(place, "devices", O_PATH, error);
	close(place);
	if (devices < 0)
		return FALSE;
	snprintf(name, sizeof(name), "%u.xml", device);
	bytes = place_read(devices, name, STANZA_BYTES_MAX, &mark, error);
	close(devices);
	if (!bytes)
		return FALSE;
	if (mark.owner != owner) {
		error_set(error, ERROR_FORMAT, "%s's keys were written by somebody else.", address);
		return FALSE;
	}
	return bundle_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), device, bundle,
			     error);
}

static void spool_fetch(struct transport *transport, const char *address, uint32_t device,
			transport_fetched fetched, void *user)
{
	struct bundle bundle = { 0 };
	g_autoptr(GError) error = NULL;
	gboolean ok = fetch(self(transport), address, device, &bundle, &error);

	fetched(user, ok ? &bundle : NULL, error);
	bundle_clear(&bundle);
}

/* -- the port: sending ------------------------------------------------------------------------- */

static gboolean deliver(struct spool *spool, const char *address, uint32_t device, GBytes *bytes,
			GError **error)
{
	char path[PLACE_PATH_BYTES];
	int tmp = -1, new = -1, place;
	gboolean ok = FALSE;
	uid_t owner = 0;

	place = open_other(spool, address, &owner, error);
	if (place < 0)
		return FALSE;
	tmp = place_folder(place, place_inbox(device, "tmp", path), O_PATH, error);
	if (tmp >= 0)
		new = place_folder(place, place_inbox(device, "new", path), O_PATH, error);
	if (new >= 0) {
		ok = post_drop(tmp, new, bytes, owner, clock_wall(spool->clock), &spool->run,
			       error);
		close(new);
	}
	if (tmp >= 0)
		close(tmp);
	close(place);
	return ok;
}

static void spool_send(struct transport *transport, const char *address, uint32_t device,
		       GBytes *bytes, transport_done done, void *user)
{
	g_autoptr(GError) error = NULL;

	if (!deliver(self(transport), address, device, bytes, &error) &&
	    error_is(error, ERROR_NO_DEVICES)) {
		g_clear_error(&error);
		error_set(&error, ERROR_NO_DEVICES, "The inbox of %s's device %u is gone.", address,
			  device);
	}
	done(user, error);
}

/* -- the port: the mark ---------------------------------------------------------------------- */

static void mark_get(struct transport *transport, transport_kept kept, void *user)
{
	struct spool *spool = self(transport);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = NULL;
	bool is_elsewhere = false;

	bytes = spool_mark_get(spool->root, spool->name, spool->device, &spool->mark_lock,
			       &is_elsewhere, &error);
	kept(user, bytes, is_elsewhere, error);
}

static void mark_put(struct transport *transport, uint32_t device, GBytes *bytes,
		     transport_done done, void *user)
{
	g_autoptr(GError) error = NULL;

	if (!spool_mark_put(self(transport)->root, self(transport)->name, device, bytes, &error))
		g_prefix_error(&error, "The mark on the spool couldn't be written. ");
	done(user, error);
}

static const struct transport_marks spool_marks = {
	.block = SPOOL_MARK_BLOCK,
	.get = mark_get,
	.put = mark_put,
};

/* -- the port itself ------------------------------------------------------------------------- */

static const struct transport_ops spool_ops = {
	.name = "spool",
	.per_device = true,
	.exposures = spool_exposures,
	.exposure_count = SPOOL_EXPOSURES,
	.marks = &spool_marks,
	.free = spool_free,
	.start = spool_start,
	.go_live = spool_go_live,
	.stop = spool_stop,
	.state = spool_state,
	.publish = spool_publish,
	.withdraw = spool_withdraw,
	.list = spool_list,
	.fetch = spool_fetch,
	.send = spool_send,
	.fetch_now = spool_fetch_now,
	.ack = spool_ack,
	.leave = spool_leave,
	.vouches = spool_vouches,
	.may_begin = spool_may_begin,
};

void spool_let_set(struct transport *transport, int (*set)(void *user, int fd, uid_t reader),
		   void *user)
{
	struct spool *spool = self(transport);

	spool->setter = (struct acl_setter){ set, user };
	spool->run.setter = &spool->setter;
}

void spool_let_look(struct transport *transport, struct logins *logins)
{
	self(transport)->logins = logins;
}

int spool_set(int fd, uid_t reader)
{
	return acl_set(fd, reader);
}

struct transport *spool_new(const char *root, const char *name, uint32_t device,
			    const struct clock *clock)
{
	struct spool *spool = g_new0(struct spool, 1);
	struct rounds_parts parts = { .clock = clock, .open = open_inbox, .path = inbox_path,
				      .state = inbox_state, .turned = inbox_turned };

	spool->base.ops = &spool_ops;
	spool->root = g_strdup(root);
	spool->name = g_strdup(name);
	spool->device = device;
	spool->clock = clock;
	spool->inbox = inbox_new(geteuid());
	spool->mark_lock = -1;
	parts.inbox = spool->inbox;
	parts.user = spool;
	spool->rounds = rounds_new(&parts);
	return &spool->base;
}
