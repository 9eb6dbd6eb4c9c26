#include <sqlcipher/sqlite3.h>
#include "core/a.h"
