/* The login against what servers may say: each test plays the server, line by line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/transport/xmpp/stream/xmpp_login.h"
#include "core/xml/stanza.h"

#define STREAM	 "xmlns='http://etherx.jabber.org/streams'"
#define TLS	 "xmlns='urn:ietf:params:xml:ns:xmpp-tls'"
#define SASL	 "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
#define STARTTLS "<features " STREAM "><starttls " TLS "/></features>"
#define OFFER(mechanisms) \
	"<features " STREAM "><mechanisms " SASL ">" mechanisms "</mechanisms></features>"
#define SCRAM	"<mechanism>SCRAM-SHA-1</mechanism>"
#define SCRAM_2 "<mechanism>SCRAM-SHA-256</mechanism>"
#define PLAIN	"<mechanism>PLAIN</mechanism>"

struct play {
	struct secret *password;
	struct login *login;
	char *said; /* by us, at the last line; "" for nothing */
	GError *error;
};

static int setup(void **state)
{
	struct play *play = g_new0(struct play, 1);
	char text[] = "pencil";

	if (!secret_start(NULL))
		return -1;
	play->password = secret_take(text, strlen(text), NULL);
	play->login = login_new("user@example.org", play->password);
	play->said = g_strdup("");
	*state = play;
	return 0;
}

static int teardown(void **state)
{
	struct play *play = *state;

	login_free(play->login);
	secret_free(play->password);
	g_free(play->said);
	g_clear_error(&play->error);
	g_free(play);
	return 0;
}

static enum login_want line(struct play *play, const char *text)
{
	struct stanza *stanza =
		stanza_decode_within("jabber:client", text, strlen(text), &play->error);
	g_autoptr(GBytes) out = NULL;
	enum login_want want;

	assert_non_null(stanza);
	g_clear_error(&play->error);
	want = login_take(play->login, stanza, &out, &play->error);
	stanza_free(stanza);
	g_free(play->said);
	play->said =
		out ? g_strndup(g_bytes_get_data(out, NULL), g_bytes_get_size(out)) : g_strdup("");
	assert_true((want == LOGIN_FAILED) == (play->error != NULL));
	return want;
}

static void secure(struct play *play)
{
	login_secured(play->login);
	login_opened(play->login);
}

static bool says(const struct play *play, const char *what)
{
	return strstr(play->said, what) != NULL;
}

/* A challenge that goes on from our nonce; FAKE: a server that doesn't know the password. */
static char *challenge(const struct play *play)
{
	const char *begin = strchr(play->said, '>') + 1;
	g_autofree char *base64 = g_strndup(begin, strcspn(begin, "<"));
	gsize bytes;
	g_autofree guchar *first = g_base64_decode(base64, &bytes);
	g_autofree char *text = g_strndup((char *)first, bytes);
	const char *nonce = strstr(text, "r=");
	g_autofree char *answer = g_strdup_printf("%sserver,s=QSXCR+Q6sek8bf92,i=4096", nonce);
	g_autofree char *encoded = g_base64_encode((guchar *)answer, strlen(answer));

	return g_strdup_printf("<challenge " SASL ">%s</challenge>", encoded);
}

static void test_stripped(void **state)
{
	struct play *play = *state;

	login_opened(play->login);
	assert_int_equal(line(play, OFFER(SCRAM)), LOGIN_FAILED);
	assert_true(error_is(play->error, ERROR_POLICY));
	assert_string_equal(play->said, "");
}

static void test_refused_tls(void **state)
{
	struct play *play = *state;

	login_opened(play->login);
	assert_int_equal(line(play, STARTTLS), LOGIN_WAIT);
	assert_true(says(play, "<starttls"));
	assert_int_equal(line(play, "<failure " TLS "/>"), LOGIN_FAILED);
}

/* What a man in the middle puts behind <proceed/>, in the clear, is nobody's word. */
static void test_injected(void **state)
{
	struct play *play = *state;

	login_opened(play->login);
	assert_int_equal(line(play, STARTTLS), LOGIN_WAIT);
	assert_int_equal(line(play, "<proceed " TLS "/>"), LOGIN_SECURE);
	assert_int_equal(line(play, OFFER(SCRAM)), LOGIN_WAIT);
	assert_string_equal(play->said, "");
	login_secured(play->login);
	assert_int_equal(line(play, OFFER(SCRAM)), LOGIN_WAIT);
	assert_string_equal(play->said, "");
	login_opened(play->login);
	assert_int_equal(line(play, OFFER(SCRAM)), LOGIN_WAIT);
	assert_true(says(play, "SCRAM-SHA-1"));
}

static void test_mechanisms(void **state)
{
	struct play *play = *state;

	secure(play);
	assert_int_equal(line(play, OFFER(PLAIN SCRAM_2 SCRAM)), LOGIN_WAIT);
	assert_true(says(play, "'SCRAM-SHA-256'"));
	login_free(play->login);
	play->login = login_new("user@example.org", play->password);
	secure(play);
	assert_int_equal(line(play, OFFER(PLAIN "<mechanism>DIGEST-MD5</mechanism>")),
			 LOGIN_FAILED);
	assert_true(error_is(play->error, ERROR_POLICY));
	assert_string_equal(play->said, "");
	login_free(play->login);
	play->login = login_new("user@example.org", play->password);
	secure(play);
	assert_int_equal(line(play, "<features " STREAM "/>"), LOGIN_FAILED);
}

/* Neither a failure nor a success without proof makes us say more. */
static void test_unproven(void **state)
{
	struct play *play = *state;
	g_autofree char *question = NULL;

	secure(play);
	line(play, OFFER(SCRAM PLAIN));
	assert_int_equal(line(play, "<failure " SASL "><not-authorized/></failure>"), LOGIN_FAILED);
	assert_true(error_is(play->error, ERROR_PASSPHRASE));
	assert_string_equal(play->said, "");
	login_free(play->login);
	play->login = login_new("user@example.org", play->password);
	secure(play);
	line(play, OFFER(SCRAM));
	assert_int_equal(line(play, "<success " SASL "/>"), LOGIN_FAILED);
	login_free(play->login);
	play->login = login_new("user@example.org", play->password);
	secure(play);
	line(play, OFFER(SCRAM));
	question = challenge(play);
	assert_int_equal(line(play, question), LOGIN_WAIT);
	assert_true(says(play, "<response"));
	assert_int_equal(line(play, "<success " SASL ">dj1ybUY5cHFWOFM3c3VBb1pXamE0ZEpSa0ZzS1E9"
				    "</success>"),
			 LOGIN_FAILED);
	assert_true(error_is(play->error, ERROR_TRUST));
}

static void test_odd_challenges(void **state)
{
	static const char *const bad[] = {
		"<challenge " SASL "/>",
		"<challenge " SASL ">!</challenge>",
		"<challenge " SASL ">AAAA</challenge>",
		"<challenge xmlns='another'>cj0=</challenge>",
		"<message xmlns='jabber:client'><body>hello</body></message>",
	};
	struct play *play = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		login_free(play->login);
		play->login = login_new("user@example.org", play->password);
		secure(play);
		line(play, OFFER(SCRAM));
		assert_int_equal(line(play, bad[i]), LOGIN_FAILED);
		assert_string_equal(play->said, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_stripped, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused_tls, setup, teardown),
		cmocka_unit_test_setup_teardown(test_injected, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mechanisms, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unproven, setup, teardown),
		cmocka_unit_test_setup_teardown(test_odd_challenges, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
