/* `sotto id`: own address, device id, identity fingerprint. */
#include "tui/cli/cmd/verbs.h"

const struct verb verb_id = {
	.name = "id",
	.arguments = "",
	.summary = "Show the own address, device id and identity fingerprint.",
	.need = NEED_OPEN,
	.is_shared = true,
	.run = init_report,
};
