#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/transport/xmpp/stream/xmpp_scram.h"

struct vector {
	enum crypto_hash hash;
	const char *nonce;
	const char *first, *server_first, *answer, *server_final;
};

/* RFC 5802 section 5, RFC 7677 section 3; user "user", password "pencil" */
static const struct vector vectors[] = {
	{ CRYPTO_SHA1, "fyko+d2lbbFgONRv9qkxdawL", "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
	  "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
	  "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
	  "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=" },
	{ CRYPTO_SHA256, "rOprNGfwEbeRWgbNEkqO", "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
	  "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
	  "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
	  "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
	  "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" },
};

static struct secret *password(const char *text)
{
	g_autofree char *copy = g_strdup(text);
	struct secret *secret = secret_take(copy, strlen(text), NULL);

	assert_non_null(secret);
	return secret;
}

static struct scram *fresh(const struct vector *vector, const char *text)
{
	struct secret *secret = password(text);
	struct scram *scram = scram_new(vector->hash, "user", secret, vector->nonce, NULL);

	secret_free(secret);
	assert_non_null(scram);
	return scram;
}

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
		struct scram *scram = fresh(&vectors[i], "pencil");
		g_autofree char *first = scram_first(scram);
		g_autofree char *answer = NULL;

		assert_string_equal(first, vectors[i].first);
		assert_false(scram_check(scram, vectors[i].server_final, NULL));
		answer = scram_answer(scram, vectors[i].server_first, NULL);
		assert_string_equal(answer, vectors[i].answer);
		assert_true(scram_check(scram, vectors[i].server_final, NULL));
		scram_free(scram);
	}
}

/* A server that doesn't know the password can't sign. */
static void test_wrong_server(void **state)
{
	struct scram *scram = fresh(&vectors[0], "pencils");
	g_autofree char *answer = scram_answer(scram, vectors[0].server_first, NULL);
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_string_not_equal(answer, vectors[0].answer);
	assert_false(scram_check(scram, vectors[0].server_final, &error));
	assert_true(error_is(error, ERROR_TRUST));
	assert_false(scram_check(scram, "", NULL));
	assert_false(scram_check(scram, "v=", NULL));
	assert_false(scram_check(scram, "e=other-error", NULL));
	scram_free(scram);
}

static void test_bad_first(void **state)
{
	static const char *const bad[] = {
		"",
		"r=",
		"r=x,s=QSXCR+Q6sek8bf92,i=4096",
		"r=fyko+d2lbbFgONRv9qkxdawL,s=QSXCR+Q6sek8bf92,i=4096", /* only ours */
		"r=fyko+d2lbbFgONRv9qkxdawLx,s=,i=4096",
		"r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=1",
		"r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=4000000000",
		"r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=-1",
		"m=ext,r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=4096",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		struct scram *scram = fresh(&vectors[0], "pencil");
		g_autoptr(GError) error = NULL;

		assert_null(scram_answer(scram, bad[i], &error));
		assert_non_null(error);
		scram_free(scram);
	}
}

static void test_names(void **state)
{
	struct secret *secret = password("p");
	struct scram *scram = scram_new(CRYPTO_SHA256, "a=b,c", secret, "n", NULL);
	g_autofree char *first = scram_first(scram);
	struct scram *one = scram_new(CRYPTO_SHA256, "a", secret, NULL, NULL);
	struct scram *two = scram_new(CRYPTO_SHA256, "a", secret, NULL, NULL);
	g_autofree char *first_one = scram_first(one), *first_two = scram_first(two);

	(void)state;
	assert_string_equal(first, "n,,n=a=3Db=2Cc,r=n");
	assert_string_not_equal(first_one, first_two);
	scram_free(scram);
	scram_free(one);
	scram_free(two);
	secret_free(secret);
	secret = password("bell\a");
	assert_null(scram_new(CRYPTO_SHA1, "a", secret, NULL, NULL));
	secret_free(secret);
	secret = password("\xff");
	assert_null(scram_new(CRYPTO_SHA1, "a", secret, NULL, NULL));
	secret_free(secret);
}

static int start(void **state)
{
	(void)state;
	return secret_start(NULL) ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_wrong_server),
		cmocka_unit_test(test_bad_first),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
