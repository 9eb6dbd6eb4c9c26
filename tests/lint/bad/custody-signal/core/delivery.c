#include <signal/session_cipher.h>
