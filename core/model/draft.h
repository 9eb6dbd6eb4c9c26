/*
 * draft: a message that is to be sent, as the front end says it.
 */
#ifndef SOTTO_CORE_MODEL_DRAFT_H
#define SOTTO_CORE_MODEL_DRAFT_H

#include <stdbool.h>
#include <stdint.h>

/* What is to be sent; all borrowed. */
struct draft {
	const char *address;
	const char *body;
	int64_t expire;	/* seconds for this message alone, 0: as the conversation */
	const char *corrects; /* id of the own message that it takes the place of, or NULL */
	bool sealed;
	bool view_once;
	/* A file: its element (core/model/file.h), and the id under which its sealed bytes are
	 * kept. */
	const char *file;
	const char *id;
};

#endif
