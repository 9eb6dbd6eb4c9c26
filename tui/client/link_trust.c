#include "tui/client/link_inside.h"

#include <string.h>
#include "core/engine/engine_change.h"
#include "core/engine/engine_trust.h"
#include "core/base/error.h"
#include "core/engine/engine_people.h"
#include "tui/client/journal_run.h"

enum { REFRESH_WAIT_MS = 10000 };

void link_trust_clear(struct job *job)
{
	if (job->safety) {
		safety_clear(job->safety);
		g_free(job->safety);
	}
	change_free(job->change);
}

void link_trust_refresh(struct engine *engine, struct job *job, engine_done done, void *user)
{
	engine_refresh(engine, job->address, REFRESH_WAIT_MS, done, user);
}

static gboolean run_safety(struct engine *engine, struct job *job)
{
	job->safety = g_new0(struct safety, 1);
	return engine_safety(engine, job->address, job->safety, &job->error);
}

static gboolean run_verify(struct engine *engine, struct job *job)
{
	const char *method = job->alias ? job->alias : "screen";
	gboolean ok;

	if (g_str_has_prefix(job->text, "xmpp:"))
		ok = engine_verify_uri(engine, job->address, job->text, method, NULL,
				       &job->error);
	else
		ok = engine_verify_code(engine, job->address, job->text, method, &job->error);
	return ok && run_safety(engine, job);
}

static gboolean run_act(struct engine *engine, struct job *job)
{
	static const enum trust_act acts[] = {
		[JOB_ACT_TRUST] = ACT_TRUST,
		[JOB_ACT_VERIFY] = ACT_VERIFY,
		[JOB_ACT_DISTRUST] = ACT_DISTRUST,
		[JOB_ACT_COMPROMISED] = ACT_COMPROMISED,
	};

	/* It is about the key that was on the screen, not about one that came since. */
	struct trust_request request = { .address = job->address, .device = job->device,
					 .method = "screen", .key = job->text,
					 .typed = job->alias };

	if (job->act == JOB_ACT_OFF)
		return engine_deactivate(engine, job->address, job->device, &job->error);
	request.act = acts[job->act];
	return engine_trust(engine, &request, &job->error);
}

/* The first that can't be stops it: the rest waits to be looked at again. */
gboolean link_trust_known(struct engine *engine, struct job *job)
{
	struct trust_request request = { .address = job->address, .act = ACT_TRUST,
					 .method = "screen" };

	for (guint i = 0; job->rows && i < job->rows->len; i++) {
		const struct device *device = job->rows->pdata[i];
		char hex[CONTACT_FINGERPRINT_BYTES];

		request.device = device->id;
		request.key = contact_fingerprint(device->key, hex);
		if (!engine_trust(engine, &request, &job->error))
			return FALSE;
		job->count++;
	}
	return TRUE;
}

static gboolean run_change(struct engine *engine, struct job *job)
{
	const struct account *account = engine_account(engine);
	const char *address = job->address ? job->address : account ? account->address : "";

	job->change = engine_change(engine, address, &job->error);
	return job->change != NULL;
}

static gboolean run_remind(struct engine *engine, struct job *job)
{
	return engine_remind(engine, job->address, job->seq, &job->error);
}

static gboolean keep_device(const struct device *device, void *user)
{
	g_ptr_array_add(user, device_copy(device));
	return TRUE;
}

static gboolean run_own(struct engine *engine, struct job *job)
{
	job->rows = g_ptr_array_new_with_free_func((GDestroyNotify)device_free);
	return engine_own_devices(engine, keep_device, job->rows, &job->error) &&
	       run_change(engine, job);
}

static gboolean run_revoke(struct engine *engine, struct job *job)
{
	return engine_revoke(engine, job->device, &job->error);
}

static gboolean run_rule(struct engine *engine, struct job *job)
{
	return engine_rule(engine, job->address, (enum trust_rule)job->act, &job->error);
}

static gboolean keep_row(const struct journal_row *row, void *user)
{
	struct job *job = user;
	struct journal_row *copy;

	if (job->address && g_strcmp0(job->address, row->address) != 0)
		return TRUE;
	copy = g_memdup2(row, sizeof(*row));
	copy->what = g_strdup(row->what);
	copy->address = g_strdup(row->address);
	copy->detail = g_strdup(row->detail);
	g_ptr_array_add(job->rows, copy);
	return TRUE;
}

static void free_row(void *row)
{
	journal_row_clear(row);
	g_free(row);
}

static gboolean run_journal(struct engine *engine, struct job *job)
{
	struct journal_run *run = journal_run_new(keep_row, job);
	gboolean ok;

	job->rows = g_ptr_array_new_with_free_func(free_row);
	ok = engine_journal(engine, 0, journal_run_add, run, &job->error);
	journal_run_end(run);
	if (!ok)
		return FALSE;
	if (job->limit && job->rows->len > job->limit)
		g_ptr_array_remove_range(job->rows, 0, job->rows->len - job->limit);
	return engine_journal_verify(engine, &job->seq, &job->error);
}

gboolean link_trust_run(struct engine *engine, struct job *job)
{
	static gboolean (*const runs[])(struct engine * engine, struct job * job) = {
		run_safety, run_verify, run_act,  run_change,  run_remind,
		run_own,    run_revoke, run_rule, run_journal,
	};

	return runs[job->type - JOB_SAFETY](engine, job);
}
