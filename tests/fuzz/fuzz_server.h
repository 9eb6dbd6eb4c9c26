/*
 * fuzz_server: an account over XMPP whose server is the input: the real engine, carrier, rooms,
 * people, keys and archive; only the connection below them (xmpp_uplink.h) is played here, and the
 * store is one in memory.
 *
 * The input is a series of lines, each a step; FUZZ_TRACE in the environment shows both sides:
 *
 *	<...>	a stanza that comes
 *	=XML	the oldest question that waits is answered with XML; ~XML: the newest one
 *	!XML	the oldest one is answered with an error
 *	+	the newest question for a device's keys is answered with such as nobody has seen
 *	*	all that is asked is answered as an ordinary server does
 *	-	the connection is lost, and comes back
 *	s r	the user sends to the contact, or into the room
 *	j l c	joins the room, leaves it, makes one
 *	f	fetches
 *
 * After each step: nothing that the user wrote went out in the clear, and nothing that the gate of
 * the real connection refuses; no device is trusted that wasn't, no stranger is a contact; no room
 * is ready of which nobody said that it is safe; what was sent and stored is bounded by the steps.
 */
#ifndef SOTTO_TESTS_FUZZ_SERVER_H
#define SOTTO_TESTS_FUZZ_SERVER_H

#include <stddef.h>
#include <stdint.h>

/* Play DATA, from a profile with one contact, bob@example.org, whose device is trusted. */
void fuzz_server_play(const uint8_t *data, size_t size);

#endif
