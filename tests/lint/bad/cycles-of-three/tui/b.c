#include "tui/kit/c.h"
