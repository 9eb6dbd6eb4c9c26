/*
 * link_inside: the jobs of a link that are about keys (link_trust.c), about groups (link_groups.c),
 * about files (link_files.c) and about how we are towards people (link_talk.c); for link.c alone,
 * on the core thread.
 */
#ifndef SOTTO_TUI_CLIENT_LINK_INSIDE_H
#define SOTTO_TUI_CLIENT_LINK_INSIDE_H

#include "core/engine/engine.h"
#include "core/engine/engine_messages.h"
#include "tui/client/link.h"

/* Run JOB, from JOB_SAFETY on; FALSE with its error set. */
gboolean link_trust_run(struct engine *engine, struct job *job);
void link_trust_refresh(struct engine *engine, struct job *job, engine_done done, void *user);
/* JOB_TRUST; FALSE with its error set. */
gboolean link_trust_known(struct engine *engine, struct job *job);
/* Free what these jobs answered. */
void link_trust_clear(struct job *job);

/* JOB_MANNER, JOB_TYPING, JOB_REST; FALSE with its error set. */
gboolean link_talk_run(struct engine *engine, struct job *job);
/* JOB_TALK */
void link_talk_act(struct engine *engine, struct job *job, engine_done done, void *user);

/* JOB_GROUP; FALSE with its error set. */
gboolean link_group_run(struct engine *engine, struct job *job);
void link_group_act(struct engine *engine, struct job *job, engine_done done, void *user);

/* Of files (link_files.c). */
void link_file_send(struct engine *engine, struct job *job, engine_sent sent, void *user);
gboolean link_file_saved(struct engine *engine, struct job *job);
gboolean link_file_cancel(struct engine *engine, struct job *job);
gboolean link_file_state(struct engine *engine, struct job *job);

#endif
