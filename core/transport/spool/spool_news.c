#include "core/transport/spool/spool_news.h"

#include <sys/inotify.h>
#include <unistd.h>

void spool_news_read(int fd, struct spool_news *news)
{
	_Alignas(struct inotify_event) char buffer[4096];
	ssize_t bytes;

	*news = (struct spool_news){ .names = g_ptr_array_new_with_free_func(g_free) };
	while ((bytes = read(fd, buffer, sizeof(buffer))) > 0) {
		const struct inotify_event *event;

		for (ssize_t at = 0; at < bytes; at += (ssize_t)(sizeof(*event) + event->len)) {
			event = (const struct inotify_event *)(const void *)(buffer + at);
			news->is_gone |= (event->mask & (IN_IGNORED | IN_DELETE_SELF)) != 0;
			news->is_too_much |= (event->mask & IN_Q_OVERFLOW) != 0 ||
					     news->names->len >= SPOOL_NEWS_MAX;
			if (event->len && !news->is_too_much)
				g_ptr_array_add(news->names, g_strdup(event->name));
		}
	}
	g_ptr_array_add(news->names, NULL);
}

void spool_news_clear(struct spool_news *news)
{
	g_clear_pointer(&news->names, g_ptr_array_unref);
}
