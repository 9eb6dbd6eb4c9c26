/*
 * link: everything that the interface asks of the engine, as jobs that go and come back by value.
 *
 * A screen fills a `struct job` and posts it; the core thread runs it; the same job comes back
 * with its answer to the function that the screen gave. A job belongs to the link from job_post()
 * on, and is freed after DONE: what DONE wants to keep it takes out (g_steal_pointer). Who goes
 * away first cancels: link_cancel() makes sure that DONE isn't called any more.
 *
 * Screens know a link only through its ops, so a test answers with what it likes and no engine,
 * thread or carrier is there.
 */
#ifndef SOTTO_TUI_CLIENT_LINK_H
#define SOTTO_TUI_CLIENT_LINK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/model/account.h"
#include "core/model/contact.h"
#include "core/model/message.h"
#include "core/port/store_rows.h"
#include "tui/client/job_acts.h"

struct desk;
struct secret;
struct settings;

enum job_type {
	JOB_HOLD,	/* take the profile's lock */
	JOB_MAY_CREATE, /* account: what stands in the way of create, here and at its place */
	JOB_CREATE,	/* account, passphrase, level; then as unlock */
	JOB_UNLOCK,	/* passphrase; connects live; WARNING when the carrier didn't start */
	JOB_LOCK,	/* text: the reason */
	JOB_SELF,	/* -> account, identity, counts */
	JOB_CONTACTS,	/* -> rows of struct contact, newest first */
	JOB_BEFORE,  /* address, seq (0: the end), limit -> rows of struct message, oldest first */
	JOB_AFTER,   /* address, seq (0: the beginning), limit -> rows, oldest first */
	JOB_AROUND,  /* address, seq, limit -> rows, oldest first, SEQ among them */
	JOB_SEARCH,  /* text, address or NULL, limit -> rows, newest first */
	JOB_SEND,    /* address, text, alias: id it corrects -> message (NULL: nothing stored) */
	JOB_READ,    /* address, seqs */
	JOB_DRAFT,   /* address, text (NULL or "": none) */
	JOB_ADD, JOB_THERE, /* address, alias or NULL; -> people of the own spool, or NULL */
	JOB_REMOVE,  /* address */
	JOB_TRUST,   /* address, rows: struct device as looked at, to be trusted -> count */
	JOB_DEVICES, /* address -> rows of struct device */
	JOB_SET,     /* alias: a setting's name, text: its value, settings: the engine's */
	JOB_PRIVACY, JOB_MUTE, /* address, act (enum privacy); address, seq (muted_to) */
	JOB_MANNER,  /* address, act (enum manner), seq (enum manner_choice) */
	JOB_TYPING,  /* address, act: something is being written, or isn't any more */
	JOB_REST,    /* act: nobody looks at the screen, or somebody does again */
	JOB_TALK,    /* address, act (enum talk_act) */
	JOB_GROUP,   /* address -> group (NULL: none), rows: sentences (char *) on who can't read
			what is sent there; warning: why nothing can; text: who is there */
	JOB_GROUP_ACT, /* act (enum job_group_act), address (create: the name), people -> address:
			  the conversation's, where there is one */
	JOB_FILE_SEND, /* address, alias: its name, fd -> message */
	JOB_FILE_SAVE, JOB_FILE_SAVED, /* address, alias: the message's id; fd; text: its path */
	JOB_FILE_CANCEL, /* address -> count: what isn't on its way any more */
	JOB_FILE_STATE,	 /* address, alias: the id, text: whose -> text: how it stands, or NULL */
	JOB_FETCH,   /* take what has arrived, retry the outbox */
	JOB_TIMER,   /* address, seq: seconds, 0 off */
	JOB_HELD,    /* address -> count: its messages; limit: of them not sent yet */
	JOB_ERASE,   /* address: its messages; seq: that one alone */
	JOB_REPAIR,  /* address: new sessions */
	JOB_CLOCK,   /* the user says that the time is right */
	JOB_REFRESH, /* address: bring its devices up to date with the carrier */
	JOB_SAFETY,  /* address -> safety */
	JOB_VERIFY,  /* address, text: digits or URI, alias: the method on record -> safety */
	JOB_ACT,     /* address, device, act (enum job_act), text and alias: see job_acts.h */
	JOB_CHANGE,  /* address, or NULL: the own one -> change */
	JOB_REMIND,  /* address, seq: not before that time */
	JOB_OWN, JOB_REVOKE, /* -> rows of struct device, this one first; change. device */
	JOB_RULE,    /* address, act (enum trust_rule) */
	JOB_JOURNAL, /* address or NULL, limit -> rows of struct journal_row, in order; seq: bad */
	JOB_TYPES
};

struct certificate;
struct change;
struct group;
struct job;
/* On the terminal's thread. JOB's error is NULL when it went well. */
typedef void (*job_done)(struct job *job, void *user);

struct job {
	enum job_type type;
	/* asked */
	char *address;
	char *text;		  /* plain memory */
	char *alias;
	int64_t seq;
	unsigned limit;
	uint32_t device;
	int fd; /* a file; -1: none. The job's */
	unsigned act;
	bool is_sealed;		  /* send */
	GArray *seqs;		  /* int64_t */
	char **people;		  /* addresses, or NULL */
	struct account *account;  /* create: asked; self: answered */
	struct secret *passphrase;
	enum kdf_level level;
	struct settings *settings; /* touched on the core thread only */
	/* answered */
	GPtrArray *rows;
	struct message *message;
	struct store_counts counts;
	uint8_t identity[CONTACT_KEY_BYTES];
	unsigned count;
	struct safety *safety; /* core/engine/engine_trust.h */
	struct change *change; /* core/engine/engine_change.h */
	struct group *group;   /* core/model/group.h */
	struct certificate *refused; /* create: what the server showed, if that is why */
	GError *error;
	GError *warning;
	/* who hears of it */
	struct link *link;
	job_done done;
	void *user;
};

struct link_ops {
	/* Run JOB, now or later, then call link_answer(JOB) on the terminal's thread. */
	void (*run)(struct link *link, struct job *job);
	void (*free)(struct link *link);
};

/* The common part; those who make links put it first in their struct. */
struct link {
	const struct link_ops *ops;
	GPtrArray *pending; /* of struct job, not owned */
};

void link_init(struct link *link, const struct link_ops *ops);
/* The caller is ops->free's; jobs that are still out lose their DONE. */
void link_clear(struct link *link);
/* A link to the engine behind DESK, which outlives it. Free with link_free. */
struct link *link_new(struct desk *desk);
void link_free(struct link *link);

struct job *job_new(enum job_type type, const char *address);
void job_free(struct job *job);
void job_post(struct link *link, struct job *job, job_done done, void *user);
/* From ops->run: JOB is answered; calls DONE and frees it. */
void link_answer(struct job *job);
/* Whoever posted with USER doesn't hear any more. */
void link_cancel(struct link *link, const void *user);
bool link_is_busy(const struct link *link); /* jobs are out */

#endif
