#include "core/transport/spool/spool_told.h"

#include "core/port/transport.h"
#include "core/text/text.h"

void told_refused(struct told *told, uid_t uid)
{
	told->refused++;
	told->culprit = uid;
}

void told_stuck(struct told *told, uid_t uid)
{
	told->stuck++;
	told->culprit = uid;
}

void told_waiting(struct told *told, uid_t uid, uint64_t count)
{
	if (!count)
		return;
	told->waiting += count;
	told->users++;
	if (count <= told->most)
		return;
	told->most = count;
	told->most_uid = uid;
}

static void tell_refused(const struct told *told, const struct transport_listener *listener,
			 void *user)
{
	g_autofree char *text = NULL;

	if (!told->refused && !told->stuck)
		return;
	text = g_strdup_printf(
		"%u %s refused, the last of them left by uid %u%s.", told->refused + told->stuck,
		told->refused + told->stuck == 1 ? "thing in the inbox that isn't a message was"
						 : "things in the inbox that aren't messages were",
		(unsigned)told->culprit,
		told->stuck ? "; what can't be removed is ignored" : "");
	listener->notice(user, text);
}

static char *whose(const struct told *told)
{
	if (told->users == 1)
		return g_strdup_printf("of uid %u %s", (unsigned)told->most_uid,
				       told->waiting == 1 ? "waits" : "wait");
	return g_strdup_printf("of %u users wait, %" G_GUINT64_FORMAT " of them of uid %u",
			       told->users, told->most, (unsigned)told->most_uid);
}

static bool is_news(const struct told *told, struct told_before *before)
{
	bool is_news = told->waiting &&
		       (!before->waiting || told->most_uid != before->most_uid ||
			told->waiting > 2 * before->waiting);

	if (is_news || !told->waiting)
		*before = (struct told_before){ told->most_uid, told->waiting };
	return is_news;
}

static void tell_waiting(const struct told *told, struct told_before *before,
			 const struct transport_listener *listener, void *user)
{
	g_autofree char *owner = NULL;
	g_autofree char *text = NULL;

	if (!is_news(told, before))
		return;
	owner = whose(told);
	text = g_strdup_printf(
		"%" G_GUINT64_FORMAT " file%s %s in the inbox: no more is taken in a minute "
		"of what doesn't come from a contact. `sotto contact block uid:%u` drops what "
		"that user leaves.",
		told->waiting, text_s(told->waiting), owner, (unsigned)told->most_uid);
	listener->notice(user, text);
}

void told_tell(const struct told *told, struct told_before *before,
	       const struct transport_listener *listener, void *user)
{
	if (!listener->notice)
		return;
	tell_refused(told, listener, user);
	if (before)
		tell_waiting(told, before, listener, user);
}
