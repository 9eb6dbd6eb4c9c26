/* Two filters from the tables in sandbox_calls.c, by libseccomp. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include "tui/confine/sandbox.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "core/base/error.h"
#include "tui/confine/sandbox_calls.h"
#ifdef HAVE_SECCOMP
#include <seccomp.h>

/*
 * A filter has one answer for what no rule fits. So there are two: the first looks at arguments,
 * and its answer is EPERM; the second knows names alone, and its answer is ENOSYS. Of two filters
 * that both refuse the one that was loaded last decides which error it is; a filter that ends the
 * process always does.
 */

/* A call that this processor or this libseccomp hasn't: it needs no rule. */
static int add_rule(scmp_filter_ctx filter, uint32_t action, const char *name, unsigned count,
		    const struct scmp_arg_cmp *tests)
{
	int number = seccomp_syscall_resolve_name(name);

	return number < 0 ? 0 : seccomp_rule_add_array(filter, action, number, count, tests);
}

static int add_names(scmp_filter_ctx filter, uint32_t action, const char *const *names)
{
	int code = 0;

	for (; *names && code == 0; names++)
		code = add_rule(filter, action, *names, 0, NULL);
	return code;
}

static int add_rows(scmp_filter_ctx filter, uint32_t action, const struct sandbox_rule *row,
		    enum sandbox_role role)
{
	struct scmp_arg_cmp tests[SANDBOX_TESTS_MAX];
	int code = 0;

	for (; row->name && code == 0; row++) {
		if ((row->roles & (unsigned)role) == 0)
			continue;
		for (unsigned i = 0; i < row->count; i++) {
			const struct sandbox_test *test = &row->tests[i];

			tests[i] = (struct scmp_arg_cmp){
				test->argument, SCMP_CMP_MASKED_EQ, test->mask,
				test->is_self ? (uint64_t)getpid() : test->value,
			};
		}
		code = add_rule(filter, action, row->name, row->count, tests);
	}
	return code;
}

static int add_arguments(scmp_filter_ctx filter, enum sandbox_role role)
{
	int code = add_names(filter, SCMP_ACT_KILL_PROCESS, SANDBOX_DEADLY);

	if (code == 0)
		code = add_rows(filter, SCMP_ACT_KILL_PROCESS, SANDBOX_DEADLY_RULES, role);
	if (code == 0)
		code = add_names(filter, SCMP_ACT_ALLOW, SANDBOX_FREE);
	if (code == 0)
		code = add_rows(filter, SCMP_ACT_ALLOW, SANDBOX_CHECKED, role);
	/* To load the second one, which doesn't know it. */
	if (code == 0)
		code = add_rule(filter, SCMP_ACT_ALLOW, "seccomp", 0, NULL);
	return code;
}

static int add_numbers(scmp_filter_ctx filter)
{
	int code = add_names(filter, SCMP_ACT_ALLOW, SANDBOX_FREE);

	if (code == 0)
		code = add_names(filter, SCMP_ACT_ALLOW, SANDBOX_DEADLY);
	for (const struct sandbox_rule *row = SANDBOX_CHECKED; row->name && code == 0; row++)
		if (row == SANDBOX_CHECKED || strcmp(row[-1].name, row->name) != 0)
			code = add_rule(filter, SCMP_ACT_ALLOW, row->name, 0, NULL);
	return code;
}

/* A filter whose answer is ERRNUM; calls of another ABI end the process. */
static scmp_filter_ctx make_filter(int errnum)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO((uint32_t)errnum));

	if (!filter ||
	    seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0)
		return filter;
	seccomp_release(filter);
	return NULL;
}

/* For all threads; there is one yet, so a kernel that can't take in the others needn't. */
static int load(scmp_filter_ctx filter)
{
	if (seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) != 0)
		g_debug("no filter for threads that are there already");
	return seccomp_load(filter);
}

gboolean sandbox_filter(enum sandbox_role role, enum guard_state *state, GError **error)
{
	scmp_filter_ctx arguments = make_filter(EPERM), numbers = make_filter(ENOSYS);
	int code = arguments && numbers ? 0 : -ENOMEM, first = -1, second = -1;

	*state = GUARD_UNAVAILABLE;
	if (code == 0)
		code = add_arguments(arguments, role);
	if (code == 0)
		code = add_numbers(numbers);
	/* A kernel, or a container around, without filters is told, and is no reason to stop. */
	if (code == 0)
		first = load(arguments);
	/* The first one has set no_new_privs, and lets nobody set it any more. */
	if (first == 0 && seccomp_attr_set(numbers, SCMP_FLTATR_CTL_NNP, 0) == 0)
		second = load(numbers);
	if (arguments)
		seccomp_release(arguments);
	if (numbers)
		seccomp_release(numbers);
	if (first == 0 && second != 0)
		code = second;
	if (code != 0) {
		error_set_errno(error, -code, "can't give up system calls");
		return FALSE;
	}
	if (second == 0)
		*state = GUARD_ON;
	return TRUE;
}
#else
gboolean sandbox_filter(enum sandbox_role role, enum guard_state *state, GError **error)
{
	(void)role;
	(void)error;
	*state = GUARD_UNAVAILABLE;
	return TRUE;
}
#endif
