#include "tui/b.h"
