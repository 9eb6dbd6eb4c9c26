/* Every verb, in the order in which help and manual show them. */
#include "tui/cli/cmd/verbs.h"

const struct verb *const verb_table[] = {
	&verb_init_local,     &verb_init_xmpp,	    &verb_demo,	   &verb_id,
	&verb_contact_add,    &verb_contact_list,   &verb_contact_remove,
	&verb_contact_block,  &verb_contact_unblock, &verb_contact_blocked,
	&verb_contact_set,    &verb_contact_mute,   &verb_contact_unmute,
	&verb_contact_requests, &verb_contact_accept, &verb_contact_decline,
	&verb_group_create,   &verb_group_add,	    &verb_group_remove,
	&verb_group_leave,    &verb_group_list,    &verb_group_join,
	&verb_contact_rule,   &verb_send,	    &verb_receive,
	&verb_history,	      &verb_search,	    &verb_verify,  &verb_trust, &verb_repair,
	&verb_pin,
	&verb_devices,	      &verb_devices_renew, &verb_devices_revoke,
	&verb_journal,	      &verb_journal_verify,
	&verb_file_send,      &verb_file_list,	    &verb_file_save,
	&verb_clock,	      &verb_clock_confirm,
	&verb_expire,	      &verb_erase,	    &verb_status,  &verb_passphrase,
	&verb_settings,	      &verb_set,
	&verb_wipe,	      &verb_demo_peer,	    &verb_complete, NULL,
};
