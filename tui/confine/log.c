#include "tui/confine/log.h"

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "core/text/text.h"

struct log {
	GMutex lock;
	GQueue messages;
	unsigned more; /* than LOG_HELD_MAX */
	bool is_holding;
};

/* Whether it waits now. */
static bool keep(struct log *log, GLogLevelFlags level, const GLogField *fields, gsize count)
{
	char *text;

	g_mutex_lock(&log->lock);
	if (!log->is_holding) {
		g_mutex_unlock(&log->lock);
		return false;
	}
	if (log->messages.length == LOG_HELD_MAX) {
		log->more++;
	} else {
		text = g_log_writer_format_fields(level, fields, count, FALSE);
		if (strlen(text) > LOG_MESSAGE_BYTES)
			text[LOG_MESSAGE_BYTES] = '\0';
		g_queue_push_tail(&log->messages, text);
	}
	g_mutex_unlock(&log->lock);
	return true;
}

static GLogWriterOutput write_message(GLogLevelFlags level, const GLogField *fields, gsize count,
				      gpointer log)
{
	const char *domain = NULL;

	for (gsize i = 0; i < count; i++)
		if (strcmp(fields[i].key, "GLIB_DOMAIN") == 0)
			domain = fields[i].value;
	if (g_log_writer_default_would_drop(level, domain))
		return G_LOG_WRITER_HANDLED;
	if (!(level & (G_LOG_FLAG_FATAL | G_LOG_LEVEL_ERROR)) && keep(log, level, fields, count))
		return G_LOG_WRITER_HANDLED;
	return g_log_writer_default(level, fields, count, NULL);
}

struct log *log_start(void)
{
	struct log *log = g_new0(struct log, 1);

	g_mutex_init(&log->lock);
	g_log_set_writer_func(write_message, log, NULL);
	return log;
}

void log_hold(struct log *log)
{
	g_mutex_lock(&log->lock);
	log->is_holding = true;
	g_mutex_unlock(&log->lock);
}

void log_release(struct log *log)
{
	char *text;

	g_mutex_lock(&log->lock);
	log->is_holding = false;
	while ((text = g_queue_pop_head(&log->messages))) {
		fprintf(stderr, "%s\n", text);
		g_free(text);
	}
	if (log->more)
		fprintf(stderr, "and %u message%s more\n", log->more, text_s(log->more));
	log->more = 0;
	g_mutex_unlock(&log->lock);
}
