#include "tui/a.h"
