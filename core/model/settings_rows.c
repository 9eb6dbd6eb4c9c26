/* settings: the rows, in the order in which they are shown. */
#include "core/model/settings.h"

enum { DAY = 24 * 3600, WEEK = 7 * DAY };

static const char *const TRUST_RULES[] = {"first", "manual", "verified", NULL};
static const char *const RECEIPTS[] = {"off", "delivered", "read", NULL};
static const char *const NOTIFY[] = {"none", "count", "sender", "preview", NULL};
static const char *const SCREEN_MODES[] = {"open", "line", "spotlight", "veil", "sealed", NULL};
static const char *const WATCH_REFUSE[] = {"off", "recorded", "unknown", NULL};
static const char *const NOTIFY_VIA[] = {"auto", "desktop", "bell", "osc9",
					 "osc777", "hook", NULL};
static const char *const CONTROL[] = {"off", "status", "send", "full", NULL};
static const char *const COPY[] = {"yes", "ask", "no", NULL};
static const char *const SEND_ON[] = {"enter", "alt-enter", NULL};
static const char *const TIME_FORMATS[] = {"24h", "12h", "iso", NULL};

static const struct setting ENGINE_ROWS[] = {
	{.name = "lock_idle",
	 .type = SETTING_DURATION,
	 .can_be_off = true,
	 .can_lock = true,
	 .initial = "10m",
	 .least = 10,
	 .most = DAY,
	 .off_is_never = true,
	 .protects = SETTING_LESS,
	 .explanation = "Lock the profile after this long without a key press."},
	{.name = "screen_mode",
	 .type = SETTING_ENUM,
	 .can_lock = true,
	 .initial = "line",
	 .closed = "veil",
	 .words = SCREEN_MODES,
	 .protects = SETTING_MORE,
	 .explanation = "How much of the messages stands on the screen at a time: all (open); "
			"one row of the one in focus, for seconds after a key (line); a few words "
			"of it (spotlight); these words, for seconds after a key (veil); nothing "
			"but noise that the eye can read, or where that can't be shown one word "
			"after a key (sealed). In line, spotlight and veil a key also uncovers the "
			"whole message in focus (veil_reveal). "
			"Conversations and messages may ask for more, never for less."},
	{.name = "compose_veil",
	 .type = SETTING_BOOL,
	 .can_lock = true,
	 .initial = "off",
	 .protects = SETTING_MORE,
	 .explanation = "Whether what you write is veiled too, but for the last word."},
	{.name = "read_pace",
	 .type = SETTING_INT,
	 .can_lock = true,
	 .initial = "240",
	 .least = 60,
	 .most = 900,
	 .explanation = "How many words a minute you read: how long a row stands there, and how "
			"fast rows are played. Digits and addresses take longer."},
	{.name = "spotlight_words",
	 .type = SETTING_INT,
	 .can_lock = true,
	 .initial = "2",
	 .least = 1,
	 .most = 2,
	 .protects = SETTING_LESS,
	 .explanation = "How many words stand in the spotlight at a time."},
	{.name = "veil_reveal",
	 .type = SETTING_DURATION,
	 .can_be_off = true,
	 .can_lock = true,
	 .initial = "5s",
	 .least = 1,
	 .most = 60,
	 .protects = SETTING_LESS,
	 .explanation = "How long a key uncovers the message in focus, or in veil the words that "
			"reading has come to; off: never."},
	{.name = "veil_idle",
	 .type = SETTING_DURATION,
	 .can_be_off = true,
	 .can_lock = true,
	 .initial = "30s",
	 .least = 5,
	 .most = DAY,
	 .off_is_never = true,
	 .protects = SETTING_LESS,
	 .explanation = "Cover the screen after this long without a key press, where the terminal "
			"doesn't tell when it loses the focus. In mode open nothing is covered."},
	{.name = "expire_default",
	 .type = SETTING_DURATION,
	 .scope = SETTING_CONTACT,
	 .can_be_off = true,
	 .can_lock = true,
	 .initial = "off",
	 .least = 5,
	 .most = 52 * WEEK,
	 .explanation = "The timer of a new conversation: how long a message lives once read."},
	{.name = "expire_line",
	 .type = SETTING_BOOL,
	 .scope = SETTING_PROFILE,
	 .initial = "off",
	 .explanation = "Whether a message that has gone leaves a line in its place."},
	{.name = "file_limit",
	 .type = SETTING_INT,
	 .scope = SETTING_PROFILE,
	 .can_lock = true,
	 .initial = "100",
	 .least = 1,
	 .most = 4096,
	 .explanation = "The largest file that is sent or taken over XMPP, in MB."},
	{.name = "file_limit_spool",
	 .type = SETTING_INT,
	 .scope = SETTING_PROFILE,
	 .can_lock = true,
	 .initial = "32",
	 .least = 1,
	 .most = 1024,
	 .explanation = "The largest file that is sent or taken on the local spool, in MB; of one "
			"contact four times as much is kept until you save it."},
	{.name = "trust_rule",
	 .type = SETTING_ENUM,
	 .scope = SETTING_CONTACT,
	 .can_lock = true,
	 .initial = "first",
	 .closed = "manual",
	 .words = TRUST_RULES,
	 .protects = SETTING_MORE,
	 .explanation = "Which devices may be written to unasked: those seen at first contact, "
			"none, or verified ones only."},
	{.name = "receipts",
	 .type = SETTING_ENUM,
	 .scope = SETTING_CONTACT,
	 .can_lock = true,
	 .initial = "delivered",
	 .closed = "off",
	 .words = RECEIPTS,
	 .protects = SETTING_LESS,
	 .explanation = "What the other side is told on the local spool. Over XMPP it is off "
			"unless a contact has a value of its own."},
	{.name = "presence",
	 .type = SETTING_BOOL,
	 .scope = SETTING_CONTACT,
	 .can_lock = true,
	 .initial = "off",
	 .protects = SETTING_LESS,
	 .explanation = "Whether those on your XMPP server's list who may see that you are there "
			"do see it."},
	{.name = "notify",
	 .type = SETTING_ENUM,
	 .can_lock = true,
	 .initial = "count",
	 .closed = "none",
	 .words = NOTIFY,
	 .protects = SETTING_LESS,
	 .explanation = "How much a notification says; a count at most while sotto is locked, "
			"veiled, recorded or on another host."},
	{.name = "notify_via",
	 .type = SETTING_ENUM,
	 .can_lock = true,
	 .initial = "auto",
	 .words = NOTIFY_VIA,
	 .explanation = "How you are told of a new message: the desktop where there is one, else "
			"a bell, which tmux shows as an alert; or a terminal's own notification "
			"(OSC 9, OSC 777), or by notify_hook alone."},
	{.name = "notify_mentions",
	 .type = SETTING_BOOL,
	 .initial = "on",
	 .explanation = "Whether you are told of a message that names you in a conversation of "
			"several people that is muted."},
	{.name = "watch_refuse",
	 .type = SETTING_ENUM,
	 .can_lock = true,
	 .initial = "off",
	 .closed = "recorded",
	 .words = WATCH_REFUSE,
	 .protects = SETTING_MORE,
	 .explanation = "On which terminals the profile stays closed: recorded ones, or those of "
			"which that can't be told (unknown) too."},
	{.name = "control",
	 .type = SETTING_ENUM,
	 .can_lock = true,
	 .initial = "full",
	 .closed = "off",
	 .words = CONTROL,
	 .protects = SETTING_LESS,
	 .explanation = "What verbs of your other processes can do while the profile is open "
			"elsewhere: nothing, ask for the status, send besides, or all. On a "
			"recorded terminal the status at most; what is sealed or viewed once "
			"never goes that way."},
	{.name = "notify_hook",
	 .type = SETTING_STRING,
	 .can_lock = true,
	 .initial = "",
	 .least = 0,
	 .most = 1000,
	 .is_at_start = true,
	 .explanation = "A command for /bin/sh that is run at each message that you are told of, "
			"whatever notify_via is, with SOTTO_UNREAD, SOTTO_TITLE and SOTTO_TEXT; "
			"read once, when sotto starts. One that is new is run only after you "
			"confirmed it there."},
	{.name = "copy",
	 .type = SETTING_ENUM,
	 .can_lock = true,
	 .protects = SETTING_MORE,
	 .initial = "ask",
	 .closed = "no",
	 .words = COPY,
	 .explanation = "Whether a key copies a message: inside tmux into a buffer of tmux's, else "
			"to the terminal's clipboard (OSC 52), which other programs can read, over "
			"ssh those of the machine in front of you. ask: the clipboard once you "
			"agreed, and then it is yes; no: nothing is copied anywhere. What has a "
			"timer is always asked about; what is sealed or shown once, and anything "
			"in veil, in sealed or on a recorded terminal, is never copied."},
	{.name = "history_page",
	 .type = SETTING_INT,
	 .initial = "100",
	 .least = 20,
	 .most = 1000,
	 .explanation = "How many messages are read from the store at a time."},
	{.name = "send_on",
	 .type = SETTING_ENUM,
	 .initial = "enter",
	 .words = SEND_ON,
	 .explanation = "The key that sends; the other one begins a new line."},
	{.name = "theme",
	 .type = SETTING_STRING,
	 .initial = "dark",
	 .least = 1,
	 .most = 255,
	 .explanation = "The colours: the name of a theme; NAME.theme in the folder themes beside "
			"the settings file is one."},
	{.name = "time_format",
	 .type = SETTING_ENUM,
	 .initial = "24h",
	 .words = TIME_FORMATS,
	 .explanation = "How the time of a message is written."},
	{.name = "time_seconds",
	 .type = SETTING_BOOL,
	 .initial = "off",
	 .explanation = "Whether the time of a message has seconds."},
	{.name = "plain",
	 .type = SETTING_BOOL,
	 .initial = "off",
	 .is_at_start = true,
	 .explanation = "Draw without lines, colours and columns, for screen readers and Braille."},
	{.name = "animation",
	 .type = SETTING_BOOL,
	 .can_lock = true,
	 .initial = "on",
	 .explanation = "Whether anything may flicker; off: sealed messages open one word at a "
			"time, as text."},
	{.name = "flicker_confirmed",
	 .type = SETTING_BOOL,
	 .initial = "off",
	 .explanation = "Whether the warning about the flicker of sealed messages was confirmed."},
	{.name = "mouse",
	 .type = SETTING_BOOL,
	 .initial = "off",
	 .explanation = "Take mouse clicks and the wheel, which keeps the terminal from selecting "
			"text."},
};

static const struct setting_table ENGINE_TABLE = {ENGINE_ROWS, G_N_ELEMENTS(ENGINE_ROWS)};

const struct setting_table *settings_engine_rows(void)
{
	return &ENGINE_TABLE;
}
