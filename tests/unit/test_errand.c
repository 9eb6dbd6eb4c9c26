/* Work that hangs is left in time, and what it works on goes once it ends. */
#include "core/base/errand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>
#include <cmocka.h>
#include "core/base/cancel.h"

/* Reads from a pipe, as from a file system that doesn't answer. */
struct job {
	int fd;
	gint *freed;
	char got;
};

static void hang(struct errand *errand, void *data)
{
	struct job *job = data;

	(void)errand;
	assert_int_equal(read(job->fd, &job->got, 1), 1);
}

static void loop(struct errand *errand, void *data)
{
	(void)data;
	while (!errand_should_end(errand))
		g_thread_yield();
}

static void job_free(void *data)
{
	g_atomic_int_set(((struct job *)data)->freed, 1);
	g_free(data);
}

static struct job *job_new(int fd, gint *freed)
{
	struct job *job = g_new0(struct job, 1);

	job->fd = fd;
	job->freed = freed;
	return job;
}

static void test_in_time(void **state)
{
	gint freed = 0;
	int fds[2];
	struct job *job;
	struct errand *errand;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	job = job_new(fds[0], &freed);
	errand = errand_start(hang, job, job_free, NULL);
	assert_non_null(errand);
	assert_int_equal(write(fds[1], "x", 1), 1);
	assert_true(errand_wait(errand, 60000));
	errand_free(errand);
	assert_int_equal(job->got, 'x');
	assert_int_equal(freed, 0);
	job_free(job);
	close(fds[0]);
	close(fds[1]);
}

static void test_hangs(void **state)
{
	struct cancel cancel = { 0 };
	int64_t began = g_get_monotonic_time();
	gint freed = 0;
	int fds[2];
	struct errand *errand;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	errand = errand_start(hang, job_new(fds[0], &freed), job_free, &cancel);
	/* The flag is heeded although the work can't look at it. */
	cancel_raise(&cancel);
	assert_false(errand_wait(errand, 600000));
	assert_true(g_get_monotonic_time() - began < 60 * G_USEC_PER_SEC);
	assert_false(errand_is_over(errand));
	assert_int_equal(g_atomic_int_get(&freed), 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	while (!g_atomic_int_get(&freed))
		g_thread_yield();
	assert_true(errand_is_over(errand));
	/* Once left it stays left. */
	assert_false(errand_wait(errand, 0));
	errand_free(errand);
	close(fds[0]);
	close(fds[1]);
}

static void test_left(void **state)
{
	gint freed = 0;
	struct errand *errand;

	(void)state;
	errand = errand_start(loop, job_new(-1, &freed), job_free, NULL);
	errand_free(errand);
	while (!g_atomic_int_get(&freed))
		g_thread_yield();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_time),
		cmocka_unit_test(test_hangs),
		cmocka_unit_test(test_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
