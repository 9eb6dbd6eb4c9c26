/*
 * group: several people in one conversation, as a value, and the rules by which it changes.
 *
 * A group's conversation is a row among the contacts, of kind CONTACT_GROUP, under an address that
 * no person can have: '#' and its name. What makes it the same group for everybody is its id. One
 * member owns it, and the owner's word alone says who is in it: a list with a version that only
 * grows, so that everybody comes to the same list without a server. Whoever leaves says so and is
 * out; an owner who leaves hands the group over first.
 *
 * A room (CONTACT_ROOM, address: the room's own) has the same value without id, owner and version:
 * its server keeps the list.
 *
 * Everything here is a value or a pure function.
 */
#ifndef SOTTO_CORE_MODEL_GROUP_H
#define SOTTO_CORE_MODEL_GROUP_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	GROUP_ID_CHARS = 32,	/* hex digits of 128 random bits */
	GROUP_MEMBERS_MAX = 64, /* of a group; rooms have no such limit */
	GROUP_NAME_MAX = 60,	/* bytes: with a number behind it still a local name */
};

/* A list beyond the first, or so far beyond the one that is known, is none: whoever owns the group
 * next has to be able to go on from there. */
#define GROUP_VERSION_MAX ((uint64_t)1 << 48)
#define GROUP_VERSION_JUMP ((uint64_t)1 << 20)

struct group {
	char *address;	   /* of the conversation here */
	char *id;	   /* the same for everybody; NULL for a room */
	char *name;	   /* as its owner called it */
	char *owner;	   /* address of who says who is in it; NULL for a room */
	uint64_t version;  /* of the list; 0: its owner hasn't said anything yet */
	bool is_left;	   /* we are out of it */
	GPtrArray *members; /* char *, addresses in the order they came; the own one too */
};

/* What a member says of the group along with, or instead of, words. Owns its strings. */
struct group_word {
	char *id;
	char *name;
	char *owner;	  /* who owns it from now on */
	uint64_t version; /* of the list as the author knows it */
	bool is_leaving;  /* the author leaves */
	char **members;	  /* NULL-terminated: the list; NULL: nothing is said of it */
};

struct group *group_new(const char *address, const char *id, const char *name, const char *owner);
struct group *group_copy(const struct group *group);
void group_free(struct group *group);
void group_word_free(struct group_word *word);

/* Whether TEXT is a group's address: '#' first. */
bool group_is_address(const char *text) G_GNUC_PURE;
/*
 * The address for a group called NAME, which may have its '#' already: 1 to GROUP_NAME_MAX of
 * A-Z a-z 0-9 . _ - without a leading dot or dash. ERROR_USAGE. Free with g_free.
 */
char *group_address(const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

bool group_has(const struct group *group, const char *address);
/* Nothing happens when ADDRESS is, or isn't, in it. */
void group_add(struct group *group, const char *address);
void group_drop(struct group *group, const char *address);
/* Who takes over when the owner leaves: the first of the others; NULL when nobody is left. */
const char *group_heir(const struct group *group);

/* The own word on GROUP; with its list when OWN is the owner, so that what was missed is made
 * good. */
struct group_word *group_say(const struct group *group, const char *own);

/* What a word changed, for the people to see; zero before. */
struct group_change {
	bool is_new_owner;
	bool is_out; /* we are */
	bool is_in;  /* we came in, or the owner confirmed it */
	GPtrArray *added;   /* char *, never the own address; NULL for none */
	GPtrArray *removed;
};
void group_change_clear(struct group_change *change);

enum group_verdict {
	GROUP_SAME,    /* it says nothing new */
	GROUP_CHANGED, /* GROUP and CHANGE were set */
	GROUP_REFUSED, /* its author has no business saying so */
};
/*
 * Take what AUTHOR says of GROUP. Only the owner's list counts, only a newer one, and only the
 * owner names another owner, who must be on it. While we are out, who says to
 * own it may put us in again. A member may leave; a leaving that is older than
 * the list waits for the owner's next one.
 */
enum group_verdict group_take(struct group *group, const struct group_word *word,
			      const char *author, const char *own, struct group_change *change);

/* A sentence on CHANGE by AUTHOR (NULL: another device of ours) for the conversation: "alice added
 * dave." Free with g_free. */
char *group_change_text(const struct group *group, const struct group_change *change,
			const char *author);

#endif
