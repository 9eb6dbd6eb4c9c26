#include <ncurses.h>
#include "core/a.h"
