/*
 * content: the inside form of a message, to bytes and back.
 *
 * It is an XEP-0420 (0.4) envelope, <envelope xmlns='urn:xmpp:sce:1'>: <content/> with the elements
 * below, then the affixes <rpad/> <time stamp=''/> <to jid=''/> <from jid=''/>. The id travels
 * inside too, so that it is authenticated. <rpad/> pads the encoded bytes to 512, and above that
 * to Padme's lengths (PETS 2019, section 4): only O(log log n) bits of the length are left to see.
 * Unknown elements are ignored on decoding, so that later sottos can add some.
 *
 *     <origin-id xmlns='urn:xmpp:sid:0' id=''/>             id (XEP-0359)
 *     <body xmlns='jabber:client'>TEXT</body>               body
 *     <sealed xmlns='urn:sotto:1'/>                         sealed
 *     <view-once xmlns='urn:sotto:1'/>                      view_once
 *     <ephemeral xmlns='urn:xmpp:ephemeral:0' timer=''/>    timer, in seconds (XEP-0466)
 *     <timer xmlns='urn:sotto:1' version=''/>               timer_version
 *     <expire xmlns='urn:sotto:1' seconds=''/>              expire
 *     <received xmlns='urn:xmpp:receipts' id=''/>           delivered (XEP-0184), one for each id
 *     <displayed xmlns='urn:xmpp:chat-markers:0' id=''/>    displayed (XEP-0333), one for each id
 *     <group xmlns='urn:sotto:1' .../>                      group (core/omemo/content_group.h)
 *     <replace xmlns='urn:xmpp:message-correct:0' id=''/>   replaces (XEP-0308)
 *     <file xmlns='urn:sotto:1' .../>                       file (core/model/file.h)
 *     <lost xmlns='urn:sotto:1' count=''/>                  lost
 *     <begin-anew xmlns='urn:sotto:1'>BASE64</begin-anew>   begin_anew
 *     <reads xmlns='urn:sotto:1' forms=''/>                 reads (core/omemo/form.h)
 *     <chunk xmlns='urn:sotto:1' id='' number='' count=''>BASE64</chunk>
 *                                                           chunk: a part of a file's sealed bytes
 *
 * With a group the text is <text xmlns='urn:sotto:1'/> instead of <body/>: a sotto that knows no
 * groups must not show it as if it were meant for one alone.
 */
#ifndef SOTTO_CORE_OMEMO_CONTENT_H
#define SOTTO_CORE_OMEMO_CONTENT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct group_word;

enum {
	CONTENT_FLOOR_BYTES = 512,
	CONTENT_BYTES_MAX = 160 * 1024,
	CONTENT_IDS_MAX = 256,		 /* receipts in one envelope */
	CONTENT_SECONDS_MAX = INT32_MAX, /* a timer or a time to live */
};

struct file;

/* Number NUMBER, from 0, of the COUNT parts of the file that the message ID brought. */
struct content_chunk {
	char *id; /* NULL: there is no chunk */
	unsigned number;
	unsigned count;
	GBytes *bytes; /* 1 to FILE_CHUNK_BYTES */
};

/* A value that owns all its strings. Ids are 1 to MESSAGE_ID_MAX characters of printable ASCII. */
struct content {
	/* affixes */
	char *from;   /* bare address of the author */
	char *to;     /* bare address of the conversation's other side */
	int64_t time; /* when it was made, wall ms */
	/* what it is; any of them may be missing */
	char *id;		/* origin-id */
	char *body;		/* plain memory; NULL without one */
	char *replaces;		/* id of the author's message that this one corrects */
	bool sealed;		/* to be shown in sealed mode only */
	bool view_once;		/* to be shown once */
	bool has_timer;		/* it says the conversation's timer as the sender knows it */
	int64_t timer;		/* seconds; 0 off */
	uint64_t timer_version; /* at most 2^63-1 */
	int64_t expire;		/* seconds, of this message alone; 0: as the timer says */
	char **delivered;	/* NULL-terminated ids, or NULL */
	char **displayed;	/* NULL-terminated ids, or NULL */
	uint32_t lost;		/* so many of the other side's messages couldn't be opened */
	/* CONTACT_KEY_BYTES: nothing of the session that the other side began with this key could
	 * be opened, nor can be (core/messages/resend.h); NULL: there is no such thing */
	GBytes *begin_anew;
	unsigned reads; /* forms that the author's device reads: enum form */
	struct group_word *group; /* what it says of a group; NULL: between two */
	struct file *file;	/* or NULL */
	struct content_chunk chunk;
};

/* Free what the value owns and zero it. */
void content_clear(struct content *content);

/* The padded length for BYTES of unpadded envelope: CONTENT_FLOOR_BYTES, or Padme's. */
size_t content_padded_bytes(size_t bytes) G_GNUC_CONST;

/*
 * Write the envelope in plain memory, its size in *BYTES, which is one of content_padded_bytes().
 * ERROR_LIMIT when it is larger than CONTENT_BYTES_MAX (escaping makes text grow: a text of
 * MESSAGE_BODY_MAX bytes that is mostly & or CR is too large) or has more than CONTENT_IDS_MAX
 * receipts in all; ERROR_FORMAT for a missing address, an improper id, or a number out of range.
 */
char *content_encode(const struct content *content, size_t *bytes,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Read DATA and check the affixes: <from/> must be FROM, a normalised address; <to/> must be TO,
 * or, from another device of our own (TO is NULL), any address; <time/> must be there.
 * ERROR_FORMAT names the first one that is wrong; ERROR_LIMIT. CONTENT, which need not be
 * initialised, is cleared on error.
 */
gboolean content_decode(const void *data, size_t bytes, const char *from, const char *to,
			struct content *content, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
