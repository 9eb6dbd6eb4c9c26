/*
 * xmpp_unshown: what a message carries besides what sotto reads, so that it leaves a word.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_UNSHOWN_H
#define SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_UNSHOWN_H

struct stanza;

enum unshown {
	UNSHOWN_NOTHING,  /* nobody's words: receipts, states, events, hints */
	UNSHOWN_UNSEALED, /* words, a file's place, a reaction: for everybody on the way to read */
	UNSHOWN_SEALED,	  /* sealed in another form: OMEMO 2, OpenPGP (XEP-0373, XEP-0027), what
			     XEP-0380 names */
	UNSHOWN_CALL,	  /* a call begins (XEP-0353) */
};

/* Of MESSAGE without OMEMO's <encrypted/>. Sealed wins: the body beside it is for older clients. */
enum unshown unshown_of(const struct stanza *message);

#endif
