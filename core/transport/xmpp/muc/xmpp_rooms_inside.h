/*
 * xmpp_rooms_inside: what the files of xmpp_rooms share: xmpp_rooms.c, up and down;
 * xmpp_room_join.c, entering; xmpp_room_asked.c, being asked into one; xmpp_room_orders.c, what is
 * ordered; xmpp_room_reply.c, what is answered to that; xmpp_room_make.c, new rooms;
 * xmpp_room_marks.c, putting bookmarks; xmpp_room_members.c, reading them, members and leaving;
 * xmpp_room_take.c, what comes; xmpp_room_post.c, what goes.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_MUC_XMPP_ROOMS_INSIDE_H
#define SOTTO_CORE_TRANSPORT_XMPP_MUC_XMPP_ROOMS_INSIDE_H

#include "core/transport/xmpp/muc/xmpp_room_entry.h"

/* -- xmpp_room_join.c ------------------------------------------------------------------------- */

/* The entry of ADDRESS, made where there is none. */
struct entry *rooms_entry(struct rooms *rooms, const char *address);
void rooms_enter(struct entry *entry);
/* The presence that enters. */
void rooms_put_presence(struct entry *entry);
/* Ask it for its affiliation lists. */
void rooms_ask_lists(struct entry *entry);
/* Ask again what the room says of itself. */
void rooms_look_again(struct entry *entry);
/* What stands in room_state() and room_why() is final for now: answer all that waits. */
void rooms_settle(struct entry *entry);
/* The same where it has ended: the user is told why, once that is kept. */
void rooms_settle_ended(struct entry *entry);
/* Something has to come from the room; from now on not for ever. */
void rooms_watch(struct entry *entry);
void rooms_check_idle(struct rooms *rooms);
/* End *SOURCE, if there is one. */
void rooms_clear_source(GSource **source);

/* -- xmpp_room_reply.c ------------------------------------------------------------------------ */

/* Answer and free. */
void order_answer(struct order *order, const struct entry *entry, const GError *error);
/* Whoever asked for all rooms gets them. */
void rooms_answer_lists(struct rooms *rooms);

/* -- xmpp_room_make.c ------------------------------------------------------------------------- */

void make_free(void *make);
bool rooms_is_making(const struct rooms *rooms);
/* Takes ORDER over. */
void rooms_make(struct rooms *rooms, struct order *order);
/* We are in ENTRY, which is being made; IS_NEW: and it is new. */
void rooms_made_entered(struct entry *entry, bool is_new);
/* It is ready, or (ERROR) won't be. */
void rooms_made(struct entry *entry, const GError *error);
/* The connection ended: all are answered with ERROR. */
void rooms_makes_end(struct rooms *rooms, const GError *error);

/* -- xmpp_room_marks.c ------------------------------------------------------------------------ */

void rooms_put_mark(struct entry *entry);
void rooms_drop_mark(struct entry *entry);
void rooms_invite(struct entry *entry, const char *address);

/* -- xmpp_room_members.c ---------------------------------------------------------------------- */

void rooms_read_marks(struct rooms *rooms);
bool rooms_take_marks(struct rooms *rooms, const struct stanza *message);
/* Take ORDER over. */
void rooms_leave(struct rooms *rooms, struct order *order);
void rooms_affiliate(struct rooms *rooms, struct order *order);

/* -- xmpp_room_take.c ------------------------------------------------------------------------- */

/* Read the room's archive from its mark on, while live messages are held. */
void rooms_catch_up(struct entry *entry);
/* There is nothing (more) of what was said before: hand over what was held, and settle. */
void rooms_caught_up(struct entry *entry);
/* A message from ENTRY's room. */
void rooms_take_message(struct entry *entry, const struct stanza *message, uint64_t token);
void held_free(void *held);
/* Drop what is held, telling the stream that it is done with. */
void rooms_drop_held(struct entry *entry);
/* Say that who NICK is can't be told, once on a connection. */
void rooms_doubt_occupant(struct entry *entry, const char *nick);

/* -- xmpp_room_post.c ------------------------------------------------------------------------- */

/* Send what waits. */
void rooms_post_all(struct entry *entry);
/* What we sent as ID came back. */
void rooms_post_came(struct entry *entry, const char *id);
/* What we sent bounced. */
void rooms_post_bounced(struct entry *entry, const struct stanza *message);
/* Answer with ERROR all that the session doesn't answer by itself. */
void rooms_posts_end(struct entry *entry, const GError *error);

#endif
