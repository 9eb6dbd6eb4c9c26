#include "core/base/error.h"

#include <errno.h>

struct row {
	const char *name;
	int exit_code;
	const char *sentence;
};

static const struct row rows[ERROR_COUNT] = {
#define X(suffix, name, exit_code, sentence) {name, exit_code, sentence},
	ERROR_ROWS(X)
#undef X
};

G_DEFINE_QUARK(sotto-error-quark, error)

static const struct row *row_of(enum error code)
{
	return &rows[(unsigned)code < ERROR_COUNT ? code : ERROR_FAILED];
}

const char *error_name(enum error code)
{
	return row_of(code)->name;
}

const char *error_sentence(enum error code)
{
	return row_of(code)->sentence;
}

int error_exit_code(const GError *error)
{
	if (!error)
		return 0;
	if (error->domain != error_quark())
		return 1;
	return row_of((enum error)error->code)->exit_code;
}

void error_set(GError **error, enum error code, const char *format, ...)
{
	va_list args;

	if (!error)
		return;
	va_start(args, format);
	g_propagate_error(error, g_error_new_valist(error_quark(), (int)code, format, args));
	va_end(args);
}

void error_set_plain(GError **error, enum error code)
{
	g_set_error_literal(error, error_quark(), (int)code, error_sentence(code));
}

void error_set_errno(GError **error, int errnum, const char *what, ...)
{
	gboolean is_full = errnum == ENOSPC || errnum == EDQUOT;
	va_list args;
	char *clause;

	if (!error)
		return;
	va_start(args, what);
	clause = g_strdup_vprintf(what, args);
	va_end(args);
	error_set(error, is_full ? ERROR_FULL : ERROR_IO, "%s: %s.%s", clause, g_strerror(errnum),
		  is_full ? " Free some space and try again." : "");
	g_free(clause);
}

gboolean error_is(const GError *error, enum error code)
{
	return g_error_matches(error, error_quark(), (int)code);
}

gboolean error_is_store(const GError *error)
{
	return error_is(error, ERROR_FULL) || error_is(error, ERROR_IO) ||
	       error_is(error, ERROR_DAMAGED) || error_is(error, ERROR_FAILED) ||
	       error_is(error, ERROR_CANCELLED);
}
