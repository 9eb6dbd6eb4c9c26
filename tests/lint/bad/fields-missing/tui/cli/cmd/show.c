#include "tui/verb/json.h"

void show(struct json *json)
{
	json_string(json, "forgotten", "x");
}
