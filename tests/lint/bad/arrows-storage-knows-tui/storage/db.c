#  include "tui/kit/grid.h"
