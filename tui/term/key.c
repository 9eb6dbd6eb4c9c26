#include "tui/term/key.h"
#include <string.h>

static const struct {
	const char *name;
	enum key_code code;
} named[] = {
	{"Enter", KC_ENTER},	     {"Tab", KC_TAB},	      {"Escape", KC_ESCAPE},
	{"Backspace", KC_BACKSPACE}, {"Delete", KC_DELETE},   {"Insert", KC_INSERT},
	{"Up", KC_UP},		     {"Down", KC_DOWN},	      {"Left", KC_LEFT},
	{"Right", KC_RIGHT},	     {"Home", KC_HOME},	      {"End", KC_END},
	{"PageUp", KC_PAGE_UP},	     {"PageDown", KC_PAGE_DOWN}, {"F1", KC_F1},
	{"F2", KC_F2},		     {"F3", KC_F3},	      {"F4", KC_F4},
	{"F5", KC_F5},		     {"F6", KC_F6},	      {"F7", KC_F7},
	{"F8", KC_F8},		     {"F9", KC_F9},	      {"F10", KC_F10},
	{"F11", KC_F11},	     {"F12", KC_F12},
};

/* Characters that a key file can't hold in a key's name, and the blank. */
static const struct {
	const char *name;
	gunichar ch;
} characters[] = {
	{"Space", ' '},	       {"Equal", '='},	   {"Hash", '#'},	{"BracketLeft", '['},
	{"BracketRight", ']'}, {"Backslash", '\\'}, {"Semicolon", ';'}, {"Quote", '"'},
};

static const struct {
	char letter;
	enum key_mod mod;
} mods[] = {{'C', MOD_CTRL}, {'M', MOD_ALT}, {'S', MOD_SHIFT}};

static bool parse_base(const char *name, struct key *key)
{
	gunichar ch;

	for (size_t i = 0; i < G_N_ELEMENTS(named); i++) {
		if (g_ascii_strcasecmp(named[i].name, name) == 0) {
			key->code = named[i].code;
			return true;
		}
	}
	key->code = KC_CHAR;
	for (size_t i = 0; i < G_N_ELEMENTS(characters); i++) {
		if (g_ascii_strcasecmp(characters[i].name, name) == 0) {
			key->ch = characters[i].ch;
			return true;
		}
	}
	ch = g_utf8_get_char_validated(name, -1);
	if (!*name || ch >= 0x110000 || !g_unichar_isgraph(ch) || name[g_unichar_to_utf8(ch, NULL)])
		return false;
	key->ch = ch;
	return true;
}

/* The names of one key that terminals send the same byte for become one. */
static void unite(struct key *key)
{
	if (key->code != KC_CHAR || !(key->mods & MOD_CTRL))
		return;
	key->ch = g_unichar_tolower(key->ch);
	if (key->ch == 'i')
		key->code = KC_TAB;
	else if (key->ch == 'm')
		key->code = KC_ENTER;
	else if (key->ch == '[')
		key->code = KC_ESCAPE;
	else
		return;
	key->ch = 0;
	key->mods &= ~(unsigned)MOD_CTRL;
}

gboolean key_parse(const char *name, struct key *key)
{
	bool is_mod = true;

	memset(key, 0, sizeof(*key));
	while (is_mod && *name && name[1] == '-' && name[2]) {
		is_mod = false;
		for (size_t i = 0; i < G_N_ELEMENTS(mods); i++) {
			if (*name == mods[i].letter && !(key->mods & mods[i].mod)) {
				key->mods |= mods[i].mod;
				is_mod = true;
			}
		}
		if (is_mod)
			name += 2;
	}
	if (!parse_base(name, key))
		return FALSE;
	if (key->code == KC_CHAR && (key->mods & MOD_SHIFT))
		return FALSE;
	unite(key);
	return TRUE;
}

static void format_base(const struct key *key, char *out, size_t room)
{
	char utf8[8] = "";

	for (size_t i = 0; i < G_N_ELEMENTS(named); i++)
		if (named[i].code == key->code)
			g_strlcat(out, named[i].name, room);
	if (key->code != KC_CHAR)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(characters); i++) {
		if (characters[i].ch == key->ch) {
			g_strlcat(out, characters[i].name, room);
			return;
		}
	}
	utf8[g_unichar_to_utf8(key->ch, utf8)] = '\0';
	g_strlcat(out, utf8, room);
}

char *key_format(const struct key *key, char out[static KEY_NAME_BYTES])
{
	*out = '\0';
	if (!key_is_key(key))
		return out;
	for (size_t i = 0; i < G_N_ELEMENTS(mods); i++) {
		if (key->mods & mods[i].mod) {
			char prefix[] = {mods[i].letter, '-', '\0'};

			g_strlcat(out, prefix, KEY_NAME_BYTES);
		}
	}
	format_base(key, out, KEY_NAME_BYTES);
	return out;
}

size_t key_parse_sequence(const char *names, struct key keys[static KEY_SEQUENCE_MAX])
{
	char **words = g_strsplit_set(names, " \t", -1);
	size_t count = 0;

	for (char **word = words; *word; word++) {
		if (!**word)
			continue;
		if (count == KEY_SEQUENCE_MAX || !key_parse(*word, &keys[count])) {
			count = 0;
			break;
		}
		count++;
	}
	g_strfreev(words);
	return count;
}

bool key_equal(const struct key *a, const struct key *b)
{
	return a->code == b->code && a->mods == b->mods && (a->code != KC_CHAR || a->ch == b->ch);
}

bool key_is_text(const struct key *key)
{
	return key->code == KC_CHAR && !(key->mods & (MOD_CTRL | MOD_ALT));
}

bool key_is_key(const struct key *key)
{
	return key->code >= KC_CHAR && key->code <= KC_F12;
}

bool key_is_release_of(const struct key *release, const struct key *pressed)
{
	return release->code == KC_RELEASE && release->released == pressed->code &&
	       g_unichar_tolower(release->ch) == g_unichar_tolower(pressed->ch);
}
