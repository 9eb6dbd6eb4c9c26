#include "core/a.h"
#include "core/a_state.h"

int a(void)
{
	return 1;
}
