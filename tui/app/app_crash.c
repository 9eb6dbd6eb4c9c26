#include <signal.h>
#include "tui/app/app_inside.h"
#include "tui/term/term_rescue.h"

/* What the handler needs can't be handed to it. */
static struct term_rescue crash_rescue;

static void on_crash(int number)
{
	term_rescue_run(&crash_rescue);
	/* SA_RESETHAND: this time it ends the process. */
	raise(number);
}

static void rescue_at(int number)
{
	struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_RESETHAND | SA_NODEFER};

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

void app_guard_crashes(int out)
{
	static const int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

	if (!term_rescue_init(&crash_rescue, out))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		rescue_at(numbers[i]);
}

void app_guard_interrupt(void)
{
	if (crash_rescue.length)
		rescue_at(SIGINT);
}
