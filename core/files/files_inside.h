/*
 * files_inside: one file on its way out, for the files that share that work: files_out seals it and
 * hands it over, files_put puts it onto a server, files_outgoing is its life.
 */
#ifndef SOTTO_CORE_FILES_FILES_INSIDE_H
#define SOTTO_CORE_FILES_FILES_INSIDE_H

#include "core/files/files.h"
#include "core/port/transport_files.h"

struct crypto_gcm;

/* One file on its way out. Its FILE is empty once the message has it. */
struct outgoing {
	struct living *living;
	struct work *work;
	struct file_row row; /* its key's strings are owned */
	struct file file;
	int fd; /* -1 once it has been read */
	int64_t left;
	int64_t expire;
	struct crypto_gcm *gcm;
	GChecksum *hash;
	GByteArray *sealed; /* not in a chunk yet */
	struct message *message;
	files_progress progress;
	delivery_sent done;
	void *user;
	struct transfer *transfer; /* to the server, while it is under way */
	bool keeps_ending;	   /* other clients know by it what the file is */
	bool is_pending; /* somebody else calls back */
	bool is_dead;	 /* and finds nobody */
};

void outgoing_free(struct outgoing *out);
/* Whoever waits for it is called back, and it is freed, at once or when what it waits for comes. */
void outgoing_end(struct outgoing *out, const GError *error);
/* Its message stays, and says that the file failed; the rest of it never comes. */
void outgoing_give_up(struct outgoing *out);
/* A work_drop of an outgoing. */
void outgoing_drop(void *user, const GError *error);
/* End it, and keep nothing: no message speaks of it. */
void outgoing_refuse(struct outgoing *out, const GError *error);
/* DONE of its chunks are where they are to go. */
void outgoing_tell(const struct outgoing *out, unsigned done);
/* Store and seal the message that speaks of it. */
void outgoing_offer(struct outgoing *out);
/* Put what is sealed onto the carrier's server, then offer it. */
void outgoing_put(struct outgoing *out);

#endif
