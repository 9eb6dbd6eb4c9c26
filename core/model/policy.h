/*
 * policy: pure verdicts on what is about to be done. Nothing here reads a store or a clock.
 *
 * A verdict says allow, warn or deny, with a whole sentence for the user unless it is a plain
 * allow. The caller acts on it: a denial's CODE and REASON make the error, a warning is shown.
 */
#ifndef SOTTO_CORE_MODEL_POLICY_H
#define SOTTO_CORE_MODEL_POLICY_H

#include <glib.h>
#include "core/base/error.h"
#include "core/model/contact.h"

enum answer { VERDICT_ALLOW, VERDICT_WARN, VERDICT_DENY };

struct verdict {
	enum answer answer;
	enum error code; /* of a denial */
	char *reason;	 /* a sentence; NULL for ALLOW */
	bool is_nobody;	 /* denied for want of a device that may have it: nothing is undecided */
};

void verdict_clear(struct verdict *verdict);

/*
 * Whether a message may be sealed for DEVICES (struct device, all of ADDRESS's; inactive ones don't
 * count) under RULE (not RULE_DEFAULT). Denied: ERROR_TRUST while a device with a key is undecided,
 * or only trusted where RULE wants verified ones, and when every one was refused by hand;
 * ERROR_NO_DEVICES when there is none. Warned of:
 * devices that get nothing, because they are refused or their keys were never read. VERDICT need
 * not be cleared before.
 */
void policy_judge_send(const char *address, const GPtrArray *devices, enum trust_rule rule,
		       struct verdict *verdict);

#endif
