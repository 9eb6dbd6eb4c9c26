#include "tests/support/fake_store.h"
