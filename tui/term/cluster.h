/*
 * cluster: text as the kit draws it: one grapheme cluster after the other, made safe.
 *
 * What core/text/text.h calls unsafe is replaced, cluster by cluster, so that offsets into the text
 * hold whatever is in it.
 */
#ifndef SOTTO_TUI_TERM_CLUSTER_H
#define SOTTO_TUI_TERM_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>

enum { CLUSTER_SHOWN_BYTES = 160 };

struct cluster {
	size_t source;	 /* bytes of the text that it stands for */
	size_t bytes;	 /* of what is drawn: the source's, or those in `shown` */
	int cells;	 /* what is drawn takes */
	bool is_foreign; /* `shown` is drawn, which may be many clusters */
	char shown[CLUSTER_SHOWN_BYTES];
};

/* The first cluster of the BYTES at TEXT (UTF-8); FALSE when there is none. */
bool cluster_next(const char *text, size_t bytes, struct cluster *cluster);
/* Where the cluster in front of OFFSET begins; 0 for 0. */
size_t cluster_before(const char *text, size_t offset);
/* What is drawn for CLUSTER at TEXT. */
static inline const char *cluster_shown(const struct cluster *cluster, const char *text)
{
	return cluster->is_foreign ? cluster->shown : text;
}

#endif
