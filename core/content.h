/*
 * content: the inside form of a message, to bytes and back.
 *
 * An XEP-0420 (0.4) envelope, <envelope xmlns='urn:xmpp:sce:1'>: <content> with
 * the published elements, then the affixes <from/> <to/> <time/> <rpad/>. The id
 * travels inside too, as <origin-id xmlns='urn:xmpp:sid:0'/> (XEP-0359), so that it is
 * authenticated. Encoded bytes are padded by <rpad/> to 512, above that by Padme
 * (PETS 2019, section 4): every encoded length is one of O(log log n) values.
 * Unknown elements are ignored on decoding, so that later sottos can add some.
 */
#ifndef SOTTO_CORE_CONTENT_H
#define SOTTO_CORE_CONTENT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	CONTENT_FLOOR_BYTES = 512,
	CONTENT_BYTES_MAX = 160 * 1024,
	CONTENT_IDS_MAX = 256, /* receipts in one envelope */
};

struct content {
	/* affixes */
	char *from;	       /* bare address of the author */
	char *to;	       /* bare address of the conversation's other side */
	int64_t time;	       /* when it was made, wall ms */
	/* what it is; any of them may be missing */
	char *id;	       /* origin-id */
	char *body;	       /* plain memory; NULL without one */
	bool sealed;	       /* <sealed xmlns='urn:sotto:1'/>: to be shown in sealed mode only */
	bool view_once;	       /* <view-once xmlns='urn:sotto:1'/> */
	bool has_timer;	       /* XEP-0466 <ephemeral/>: this conversation's timer as the sender knows it */
	int64_t timer;	       /* seconds; 0 off */
	uint64_t timer_version; /* 'version' attribute in our namespace */
	int64_t expire;	       /* seconds of this message alone, 0: as the timer says */
	char **delivered;      /* NULL-terminated ids (XEP-0184 <received/>), or NULL */
	char **displayed;      /* NULL-terminated ids (XEP-0333 <displayed/>), or NULL */
};

void content_clear(struct content *content);

/* The padded length for BYTES of unpadded envelope: CONTENT_FLOOR_BYTES, or Padme's. */
size_t content_padded_bytes(size_t bytes) G_GNUC_CONST;

/* Plain memory, size in *BYTES; ERROR_LIMIT when larger than CONTENT_BYTES_MAX, ERROR_FORMAT. */
char *content_encode(const struct content *content, size_t *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Read DATA and check the affixes: from must be FROM; to must be TO (or, from an own other
 * device, anything: TO is NULL then); time must be there. ERROR_FORMAT names the first one that is wrong.
 * CONTENT is cleared on error.
 */
gboolean content_decode(const void *data, size_t bytes, const char *from, const char *to,
			struct content *content, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
