/*
 * transport_marks: the part of the carrier port that keeps one small thing of a device's outside
 * its profile (core/omemo/seal_mark.h), where nobody else can read or write it. As
 * core/port/transport.h in every respect.
 */
#ifndef SOTTO_CORE_PORT_TRANSPORT_MARKS_H
#define SOTTO_CORE_PORT_TRANSPORT_MARKS_H

#include <glib.h>
#include <stdbool.h>
#include "core/port/transport.h"

enum { TRANSPORT_MARK_MAX = 1024 };

/*
 * What is kept, or NULL: nothing is. IS_ELSEWHERE: another process that is running holds it. ERROR
 * UNAVAILABLE: this carrier can't keep anything.
 */
typedef void (*transport_kept)(void *user, GBytes *bytes, bool is_elsewhere, const GError *error);

struct transport_marks {
	unsigned block; /* seals that one mark stands for */
	/* From the first question to stop() it is held, where the carrier can tell that. */
	void (*get)(struct transport *transport, transport_kept kept, void *user);
	/* Keep BYTES for DEVICE (the own one, or one that was), at most TRANSPORT_MARK_MAX of them,
	 * durably, in place of what is kept. */
	void (*put)(struct transport *transport, uint32_t device, GBytes *bytes,
		    transport_done done, void *user);
};

#endif
