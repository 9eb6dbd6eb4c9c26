/*
 * verbs: every verb's row, and the table of them all.
 */
#ifndef SOTTO_TUI_CLI_CMD_VERBS_H
#define SOTTO_TUI_CLI_CMD_VERBS_H

#include "tui/cli/named.h"
#include "tui/cli/verb.h"

extern const struct verb verb_set;
extern const struct verb verb_settings;
extern const struct verb verb_clock;
extern const struct verb verb_clock_confirm;
extern const struct verb verb_complete;
extern const struct verb verb_contact_accept;
extern const struct verb verb_contact_add;
extern const struct verb verb_contact_block;
extern const struct verb verb_contact_decline;
extern const struct verb verb_contact_list;
extern const struct verb verb_contact_mute;
extern const struct verb verb_contact_unmute;
extern const struct verb verb_contact_remove;
extern const struct verb verb_contact_requests;
extern const struct verb verb_contact_rule;
extern const struct verb verb_contact_set;
extern const struct verb verb_contact_unblock;
extern const struct verb verb_contact_blocked;
extern const struct verb verb_demo;
extern const struct verb verb_demo_peer;
extern const struct verb verb_devices;
extern const struct verb verb_devices_renew;
extern const struct verb verb_devices_revoke;
extern const struct verb verb_erase;
extern const struct verb verb_expire;
extern const struct verb verb_file_list;
extern const struct verb verb_file_save;
extern const struct verb verb_file_send;
extern const struct verb verb_group_add;
extern const struct verb verb_group_create;
extern const struct verb verb_group_join;
extern const struct verb verb_group_leave;
extern const struct verb verb_group_list;
extern const struct verb verb_group_remove;
extern const struct verb verb_history;
extern const struct verb verb_id;
extern const struct verb verb_init_local;
extern const struct verb verb_init_xmpp;
extern const struct verb verb_journal;
extern const struct verb verb_journal_verify;
extern const struct verb verb_passphrase;
extern const struct verb verb_pin;
extern const struct verb verb_receive;
extern const struct verb verb_repair;
extern const struct verb verb_search;
extern const struct verb verb_send;
extern const struct verb verb_status;
extern const struct verb verb_trust;
extern const struct verb verb_verify;
extern const struct verb verb_wipe;

/* Ends with NULL. */
extern const struct verb *const verb_table[];

/* The value of --kdf, KDF_MODERATE without one; ERROR_USAGE. */
gboolean init_kdf(const struct call *call, enum kdf_level *level,
		  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Print who this profile is, and end the call: what `id` does, and `init` when it is done. */
void init_report(struct call *call);

#endif
