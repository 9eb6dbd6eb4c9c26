#include "core/transport/spool.h"
