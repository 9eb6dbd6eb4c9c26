#include "tui/observe/watch.h"
#include <stdarg.h>
#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/text/text.h"

static void finding_free(void *data)
{
	struct watch_finding *finding = data;

	g_free(finding->text);
	g_free(finding);
}

struct watch *watch_new(void)
{
	struct watch *watch = g_new0(struct watch, 1);

	watch->findings = g_ptr_array_new_with_free_func(finding_free);
	return watch;
}

void watch_free(struct watch *watch)
{
	if (!watch)
		return;
	g_ptr_array_unref(watch->findings);
	g_free(watch);
}

static void insert(struct watch *watch, enum watch_verdict verdict, const char *text)
{
	struct watch_finding *finding = g_new(struct watch_finding, 1);
	guint place = 0;

	*finding = (struct watch_finding){verdict, g_strdup(text)};
	while (place < watch->findings->len &&
	       ((struct watch_finding *)watch->findings->pdata[place])->verdict >= verdict)
		place++;
	g_ptr_array_insert(watch->findings, (gint)place, finding);
	watch->verdict = MAX(watch->verdict, verdict);
}

static bool is_there(const struct watch *watch, const char *text)
{
	for (guint i = 0; i < watch->findings->len; i++)
		if (g_strcmp0(((struct watch_finding *)watch->findings->pdata[i])->text, text) == 0)
			return true;
	return false;
}

void watch_add(struct watch *watch, enum watch_verdict verdict, const char *format, ...)
{
	g_autofree char *raw = NULL;
	va_list args;
	char *text;

	va_start(args, format);
	raw = g_strdup_vprintf(format, args);
	va_end(args);
	text = text_make_safe(raw, strlen(raw), TEXT_NEWLINE_SPACE);
	/* What is worst has to be in the list however long it gets. */
	if (!is_there(watch, text)) {
		insert(watch, verdict, text);
		if (watch->findings->len > WATCH_FINDINGS_MAX)
			g_ptr_array_set_size(watch->findings, WATCH_FINDINGS_MAX);
	}
	plain_free(text);
}

struct watch *watch_copy(const struct watch *watch)
{
	struct watch *copy;

	if (!watch)
		return NULL;
	copy = watch_new();
	for (guint i = 0; i < watch->findings->len; i++) {
		const struct watch_finding *finding = watch->findings->pdata[i];

		insert(copy, finding->verdict, finding->text);
	}
	copy->verdict = watch->verdict;
	copy->looked_at = watch->looked_at;
	copy->took_us = watch->took_us;
	return copy;
}

const char *watch_word(enum watch_verdict verdict)
{
	static const char *const words[WATCH_VERDICTS] = {"clear", "watched", "unknown",
							  "recorded"};

	return words[verdict];
}

const char *watch_why(const struct watch *watch)
{
	if (watch->verdict == WATCH_CLEAR || !watch->findings->len)
		return NULL;
	return ((struct watch_finding *)watch->findings->pdata[0])->text;
}

const char *const *watch_blind(void)
{
	static const char *const sentences[] = {
		"What root does: reading memory, the terminal's device, the kernel's own records.",
		"What happens at the other end of ssh, or behind the screen: a recording terminal, "
		"a capture card, a camera.",
		"A recorder that sends over the network, through a pipe, or compresses what it "
		"keeps, unless its name is known.",
		"Programs of the same user that take care not to be seen.",
		NULL,
	};

	return sentences;
}

gboolean watch_allows(const struct watch *watch, unsigned refuse, GError **error)
{
	static const enum watch_verdict least[] = {WATCH_VERDICTS, WATCH_RECORDED, WATCH_UNKNOWN};

	if (refuse >= G_N_ELEMENTS(least) || watch->verdict < least[refuse])
		return TRUE;
	error_set(error, ERROR_POLICY,
		  "%s The setting watch_refuse keeps the profile closed on such a terminal.",
		  watch_why(watch));
	return FALSE;
}
