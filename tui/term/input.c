#include "tui/term/input.h"
#include <string.h>
#include "core/base/secret.h"

enum {
	BUFFER_BYTES = 4096,  /* what waits to be understood, outside of a paste */
	SEQUENCE_BYTES = 64,  /* a longer one is no sequence */
	PARAMS_MAX = 4,
	PASTE_FLOOR = 4096,
	EVENT_RELEASE = 3,
};

struct input {
	char erase;
	bool is_flushing; /* time is up for what is in the buffer now */
	bool is_pasting;
	char swallowed; /* what is dropped up to its end: as sequence.kind, or of a string; or 0 */
	size_t swallowed_bytes;
	unsigned char *bytes;
	size_t count;
	size_t room;
	char *paste; /* plain memory, PASTE_ROOM bytes */
	size_t paste_count;
	size_t paste_room;
	char *given; /* what the last key pointed to */
};

static const char paste_end[] = "\033[201~";

struct input *input_new(char erase)
{
	struct input *input = g_new0(struct input, 1);

	input->erase = erase;
	input->room = BUFFER_BYTES;
	input->bytes = plain_new(input->room);
	return input;
}

void input_free(struct input *input)
{
	if (!input)
		return;
	plain_free(input->bytes);
	plain_free(input->paste);
	plain_free(input->given);
	g_free(input);
}

/* -- pastes ----------------------------------------------------------------------------------- */

static void paste_add(struct input *input, const void *bytes, size_t count)
{
	count = MIN(count, INPUT_PASTE_MAX - input->paste_count);
	if (!count)
		return;
	if (input->paste_count + count > input->paste_room) {
		size_t room = MAX((input->paste_count + count) * 2, PASTE_FLOOR);
		char *larger = plain_new(room);

		if (input->paste_count)
			memcpy(larger, input->paste, input->paste_count);
		plain_free(input->paste);
		input->paste = larger;
		input->paste_room = room;
	}
	memcpy(input->paste + input->paste_count, bytes, count);
	input->paste_count += count;
}

/* Drop COUNT bytes from the front of what waits. */
static void consume(struct input *input, size_t count)
{
	input->count -= count;
	memmove(input->bytes, input->bytes + count, input->count);
	wipe(input->bytes + input->count, count);
}

/* CR LF and CR, which is what terminals send for a newline, become \n. */
static void paste_newlines(struct input *input)
{
	size_t to = 0;
	char former = '\0';

	for (size_t from = 0; from < input->paste_count; from++) {
		char byte = input->paste[from];

		if (byte != '\n' || former != '\r')
			input->paste[to++] = byte == '\r' ? '\n' : byte;
		former = byte;
	}
	input->paste_count = to;
}

/* The paste is whole: valid UTF-8 without NUL, in plain memory that lives until the next key. */
static void paste_give(struct input *input, struct key *key)
{
	const char *end;
	char *text;
	size_t count;

	paste_newlines(input);
	count = input->paste_count;
	text = plain_new(count);
	if (count)
		memcpy(text, input->paste, count);
	/* Foreign bytes become '?': the length stays, and one pass is enough. */
	for (end = text; !g_utf8_validate(end, (gssize)(count - (size_t)(end - text)), &end);)
		text[end - text] = '?';
	plain_free(input->paste);
	input->paste = NULL;
	input->paste_count = 0;
	input->paste_room = 0;
	input->given = text;
	key->code = KC_PASTE;
	key->text = text;
}

/* Move what waits into the paste, up to its end mark; TRUE when that came, or won't come. */
static bool paste_more(struct input *input, struct key *key)
{
	size_t mark = strlen(paste_end);
	unsigned char *end = memmem(input->bytes, input->count, paste_end, mark);
	size_t keep = 0;

	if (end) {
		size_t before = (size_t)(end - input->bytes);

		paste_add(input, input->bytes, before);
		consume(input, before + mark);
		input->is_pasting = false;
		paste_give(input, key);
		return true;
	}
	/* The mark may have come in part. */
	for (size_t i = 1; i < mark && i <= input->count; i++)
		if (memcmp(input->bytes + input->count - i, paste_end, i) == 0)
			keep = i;
	if (input->is_flushing)
		keep = 0;
	paste_add(input, input->bytes, input->count - keep);
	consume(input, input->count - keep);
	if (!input->is_flushing)
		return false;
	input->is_pasting = input->is_flushing = false;
	paste_give(input, key);
	return true;
}

/* -- sequences -------------------------------------------------------------------------------- */

struct sequence {
	char kind;	/* '[' CSI, 'O' SS3 */
	char mark;	/* '<' or '?' behind CSI, else 0 */
	bool has_dollar; /* behind the parameters of an answer */
	char final;
	unsigned params[PARAMS_MAX];
	size_t count;	/* of params */
	bool is_open;	/* its end hasn't come, and nothing but that ends it */
	unsigned event; /* kitty: 2 repeated, 3 let go; behind a colon of the modifiers */
	size_t bytes;	/* of all, with ESC */
};

static const struct {
	char kind;
	char final;
	enum key_code code;
	unsigned mods;
} finals[] = {
	{'[', 'A', KC_UP, 0},	  {'[', 'B', KC_DOWN, 0},
	{'[', 'C', KC_RIGHT, 0},  {'[', 'D', KC_LEFT, 0},
	{'[', 'H', KC_HOME, 0},	  {'[', 'F', KC_END, 0},
	{'[', 'Z', KC_TAB, MOD_SHIFT},
	{'[', 'P', KC_F1, 0},	  {'[', 'Q', KC_F2, 0}, /* with modifiers; R is a report */
	{'[', 'S', KC_F4, 0},
	{'[', 'I', KC_FOCUS_IN, 0}, {'[', 'O', KC_FOCUS_OUT, 0},
	/* rxvt: shift, ctrl */
	{'[', 'a', KC_UP, MOD_SHIFT},	 {'[', 'b', KC_DOWN, MOD_SHIFT},
	{'[', 'c', KC_RIGHT, MOD_SHIFT}, {'[', 'd', KC_LEFT, MOD_SHIFT},
	{'O', 'a', KC_UP, MOD_CTRL},	 {'O', 'b', KC_DOWN, MOD_CTRL},
	{'O', 'c', KC_RIGHT, MOD_CTRL},	 {'O', 'd', KC_LEFT, MOD_CTRL},
	{'O', 'A', KC_UP, 0},	  {'O', 'B', KC_DOWN, 0},
	{'O', 'C', KC_RIGHT, 0},  {'O', 'D', KC_LEFT, 0},
	{'O', 'H', KC_HOME, 0},	  {'O', 'F', KC_END, 0},
	{'O', 'P', KC_F1, 0},	  {'O', 'Q', KC_F2, 0},
	{'O', 'R', KC_F3, 0},	  {'O', 'S', KC_F4, 0},
	{'O', 'M', KC_ENTER, 0},
};

static const struct {
	unsigned number;
	enum key_code code;
} tildes[] = {
	{1, KC_HOME},	 {2, KC_INSERT}, {3, KC_DELETE},    {4, KC_END},
	{5, KC_PAGE_UP}, {6, KC_PAGE_DOWN}, {7, KC_HOME},   {8, KC_END},
	{11, KC_F1},	 {12, KC_F2},	 {13, KC_F3},	    {14, KC_F4},
	{15, KC_F5},	 {17, KC_F6},	 {18, KC_F7},	    {19, KC_F8},
	{20, KC_F9},	 {21, KC_F10},	 {23, KC_F11},	    {24, KC_F12},
};

/* xterm: 1 and a bit each for shift, alt, ctrl (and meta, which is Alt too). */
static unsigned mods_of(unsigned param)
{
	unsigned bits = param > 1 && param <= 16 ? param - 1 : 0;

	return (bits & 1 ? MOD_SHIFT : 0u) | (bits & 2 ? MOD_ALT : 0u) |
	       (bits & 4 ? MOD_CTRL : 0u) | (bits & 8 ? MOD_ALT : 0u);
}

static void click(const struct sequence *sequence, struct key *key)
{
	unsigned button = sequence->params[0];

	if (sequence->count < 3 || sequence->final != 'M')
		return;
	if (button == 0)
		key->code = KC_CLICK;
	else if (button == 64)
		key->code = KC_WHEEL_UP;
	else if (button == 65)
		key->code = KC_WHEEL_DOWN;
	key->col = (int)MIN(sequence->params[1], 10000u) - 1;
	key->row = (int)MIN(sequence->params[2], 10000u) - 1;
}

/* xterm's modifyOtherKeys and CSI u: a code point with modifiers. */
static void other_key(unsigned ch, unsigned mods, struct key *key)
{
	key->mods = mods_of(mods);
	if (ch == 13 || ch == 9 || ch == 27 || ch == 127) {
		key->code = ch == 13 ? KC_ENTER : ch == 9 ? KC_TAB : ch == 27 ? KC_ESCAPE
									       : KC_BACKSPACE;
		return;
	}
	if (ch < 32 || !g_unichar_validate(ch))
		return;
	key->code = KC_CHAR;
	key->ch = key->mods & MOD_CTRL ? g_unichar_tolower(ch) : ch;
	key->mods &= ~(unsigned)MOD_SHIFT;
}

static void understand_tilde(struct input *input, const struct sequence *sequence,
			     struct key *key)
{
	unsigned number = sequence->params[0];

	if (number == 200) {
		input->is_pasting = true;
		return;
	}
	if (number == 27 && sequence->count >= 3) {
		other_key(sequence->params[2], sequence->params[1], key);
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(tildes); i++)
		if (tildes[i].number == number)
			key->code = tildes[i].code;
	if (sequence->final == '^')
		key->mods |= MOD_CTRL; /* rxvt */
	if (sequence->final == '$')
		key->mods |= MOD_SHIFT;
	key->mods |= mods_of(sequence->params[1]);
}

/* A key that was let go is another thing than one that was pressed. */
static void take_event(const struct sequence *sequence, struct key *key)
{
	if (sequence->event != EVENT_RELEASE || key->code == KC_NONE)
		return;
	key->released = key_is_key(key) ? key->code : KC_NONE;
	key->code = key->released ? KC_RELEASE : KC_NONE;
}

/* DECRPM: Alt sends Escape first, and did so before. */
enum { ALT_MODE = 1036, MODE_SET = 1 };

static void understand(struct input *input, const struct sequence *sequence, struct key *key)
{
	if (sequence->mark == '<') {
		click(sequence, key);
	} else if (sequence->mark) {
		/* Else an answer to a question that somebody else asked. */
		if (sequence->mark == '?' && sequence->final == 'u')
			key->code = KC_REPORTS;
		if (sequence->mark == '?' && sequence->has_dollar && sequence->final == 'y' &&
		    sequence->params[0] == ALT_MODE && sequence->params[1] == MODE_SET)
			key->code = KC_ALT;
		return;
	} else if (strchr("~^$", sequence->final) && sequence->kind == '[') {
		understand_tilde(input, sequence, key);
	} else if (sequence->final == 'u') {
		other_key(sequence->params[0], sequence->params[1], key);
	} else {
		for (size_t i = 0; i < G_N_ELEMENTS(finals); i++) {
			if (finals[i].kind != sequence->kind || finals[i].final != sequence->final)
				continue;
			key->code = finals[i].code;
			key->mods |= finals[i].mods | mods_of(sequence->params[1]);
		}
	}
	take_event(sequence, key);
}

/* ESC [ params final, or ESC O final. 1: whole, 0: more is needed, -1: not a sequence. */
static int parse_sequence(const unsigned char *bytes, size_t count, struct sequence *sequence)
{
	unsigned colons = 0; /* in this parameter */
	size_t at = 2;

	memset(sequence, 0, sizeof(*sequence));
	sequence->kind = (char)bytes[1];
	if (at < count && sequence->kind == '[' && bytes[at] == '[') {
		/* Linux console: ESC [ [ A is F1. */
		sequence->bytes = MIN(count, 4);
		if (count < 4)
			return 0;
		sequence->final = '~';
		sequence->params[0] = bytes[3] >= 'A' && bytes[3] <= 'E' ? 11u + bytes[3] - 'A' : 0;
		return 1;
	}
	if (at < count && bytes[at] >= '<' && bytes[at] <= '?')
		sequence->mark = (char)bytes[at++];
	for (; at < count && at < SEQUENCE_BYTES; at++) {
		unsigned *param = &sequence->params[MIN(sequence->count, PARAMS_MAX - 1)];

		if (g_ascii_isdigit(bytes[at]) && colons) {
			if (colons == 1 && sequence->count == 1)
				sequence->event =
					MIN(sequence->event * 10 + (bytes[at] - '0'), 99u);
		} else if (g_ascii_isdigit(bytes[at])) {
			*param = MIN(*param * 10 + (bytes[at] - '0'), 2000000u);
		} else if (bytes[at] == ':') {
			colons++;
		} else if (bytes[at] == ';') {
			colons = 0;
			sequence->count = MIN(sequence->count + 1, PARAMS_MAX - 1);
			sequence->params[sequence->count] = 0;
		} else if (bytes[at] == '$' && sequence->mark) {
			sequence->has_dollar = true;
		} else if ((bytes[at] >= 0x40 && bytes[at] <= 0x7e) || bytes[at] == '$') {
			sequence->final = (char)bytes[at];
			sequence->bytes = at + 1;
			sequence->count++;
			return 1;
		} else if (bytes[at] < 0x20 || bytes[at] > 0x3f) {
			sequence->bytes = at;
			sequence->is_open = sequence->kind == '[' && bytes[at] < 0x20 &&
					    bytes[at] != '\033';
			return -1;
		}
	}
	sequence->bytes = at;
	sequence->is_open = sequence->kind == '[' && at >= SEQUENCE_BYTES;
	return at >= SEQUENCE_BYTES ? -1 : 0;
}

/* -- strings ---------------------------------------------------------------------------------- */

/* Answers that nobody asked for are no keys: ESC and one of OSC ], DCS P, APC _, PM ^, SOS X, up to
 * ST (ESC \) or BEL. Those with Alt are keys, where nothing comes behind. 1: it is one, 0: more is
 * needed, -1: it is a key. */
static int begins_string(const struct input *input)
{
	const unsigned char *bytes = input->bytes;

	if (!bytes[1] || !strchr("]P_^X", bytes[1]))
		return -1;
	if (input->count > 3 || (input->count == 3 && bytes[2] != '\033'))
		return input->count > 3 && bytes[2] == '\033' && bytes[3] != '\\' ? -1 : 1;
	return input->is_flushing ? -1 : 0;
}

static void swallow(struct input *input, char kind)
{
	input->swallowed = kind;
	input->swallowed_bytes = 0;
}

/* Whether BYTE ends what is swallowed, and belongs to it. */
static bool is_end(const struct input *input, unsigned char byte)
{
	return input->swallowed == '[' ? byte >= 0x40 && byte <= 0x7e : byte == '\a';
}

/* Drop what is there of it. FALSE: more is needed. */
static bool swallow_more(struct input *input)
{
	bool is_string = input->swallowed != '[', is_over = false;
	size_t at = 0;

	while (at < input->count && !is_over) {
		bool is_escape = input->bytes[at] == '\033';

		if (is_escape && is_string && at + 1 == input->count)
			break;
		/* Its end; or that is lost, and a sequence begins. */
		is_over = is_escape || is_end(input, input->bytes[at]) ||
			  input->swallowed_bytes + at + 1 >= INPUT_STRING_MAX;
		if (!is_escape)
			at++;
		else if (is_string && input->bytes[at + 1] == '\\')
			at += 2;
	}
	input->swallowed_bytes += at;
	if (is_over || input->is_flushing)
		input->swallowed = 0;
	consume(input, at);
	return !input->swallowed;
}

/* -- characters ------------------------------------------------------------------------------- */

static void control(const struct input *input, unsigned char byte, struct key *key)
{
	if (byte == 0x7f || (input->erase && byte == (unsigned char)input->erase)) {
		key->code = KC_BACKSPACE;
	} else if (byte == '\r') {
		key->code = KC_ENTER;
	} else if (byte == '\t') {
		key->code = KC_TAB;
	} else {
		key->code = KC_CHAR;
		key->mods |= MOD_CTRL;
		key->ch = byte == 0 ? ' ' : byte <= 26 ? byte + 'a' - 1u : byte + '@' + 0u;
	}
}

/* A control or a UTF-8 character at AT; the bytes that it takes, 0 when there are too few. */
static size_t character(const struct input *input, size_t at, struct key *key)
{
	const unsigned char *bytes = input->bytes + at;
	size_t count = input->count - at;
	gunichar ch;

	if (bytes[0] < 0x20 || bytes[0] == 0x7f) {
		control(input, bytes[0], key);
		return 1;
	}
	ch = g_utf8_get_char_validated((const char *)bytes, (gssize)count);
	if (ch == (gunichar)-2 && count < 4 && !input->is_flushing)
		return 0;
	key->code = KC_CHAR;
	if (ch >= 0x110000 || (ch >= 0x80 && ch < 0xa0)) {
		/* 8-bit controls aren't keys either. */
		key->ch = 0xfffd;
		return ch >= 0x110000 ? 1 : 2;
	}
	key->ch = ch;
	return (size_t)g_unichar_to_utf8(ch, NULL);
}

static size_t escape(struct input *input, struct key *key)
{
	struct sequence sequence;
	size_t taken = 0;
	int answer;

	if (input->count == 1) {
		key->code = KC_ESCAPE;
		return input->is_flushing ? 1 : 0;
	}
	if (input->bytes[1] == '[' || input->bytes[1] == 'O') {
		answer = parse_sequence(input->bytes, input->count, &sequence);
		if (answer > 0)
			understand(input, &sequence, key);
		/* One that is too long, or has a control inside: no part of it is a key. */
		if (answer < 0 && sequence.is_open)
			swallow(input, '[');
		if (answer != 0)
			return sequence.bytes;
		if (!input->is_flushing)
			return 0;
	}
	if (input->bytes[1] == '\033') {
		/* rxvt: ESC in front of a sequence is Alt; two alone are two Escapes. */
		if (input->count == 2 && !input->is_flushing)
			return 0;
		if (input->count > 2 && (input->bytes[2] == '[' || input->bytes[2] == 'O')) {
			key->mods = MOD_ALT;
			answer = parse_sequence(input->bytes + 1, input->count - 1, &sequence);
			if (answer == 0 && !input->is_flushing)
				return 0;
			if (answer > 0)
				understand(input, &sequence, key);
			return sequence.bytes + 1;
		}
		key->code = KC_ESCAPE;
		return 1;
	}
	answer = begins_string(input);
	if (answer > 0)
		swallow(input, (char)input->bytes[1]);
	if (answer >= 0)
		return answer > 0 ? 2 : 0;
	taken = character(input, 1, key);
	if (taken)
		key->mods |= MOD_ALT;
	return taken ? taken + 1 : 0;
}

void input_feed(struct input *input, const void *bytes, size_t count)
{
	if (input->count + count > input->room) {
		unsigned char *larger;

		input->room = (input->count + count) * 2;
		larger = plain_new(input->room);
		memcpy(larger, input->bytes, input->count);
		plain_free(input->bytes);
		input->bytes = larger;
	}
	memcpy(input->bytes + input->count, bytes, count);
	input->count += count;
	input->is_flushing = false;
}

bool input_next(struct input *input, struct key *key)
{
	plain_free(input->given);
	input->given = NULL;
	while (input->count || ((input->is_pasting || input->swallowed) && input->is_flushing)) {
		size_t taken;

		memset(key, 0, sizeof(*key));
		if (input->is_pasting) {
			if (paste_more(input, key))
				return true;
			break;
		}
		if (input->swallowed) {
			if (swallow_more(input))
				continue;
			break;
		}
		taken = input->bytes[0] == '\033' ? escape(input, key) : character(input, 0, key);
		if (taken == 0)
			break;
		consume(input, taken);
		if (key->code != KC_NONE)
			return true;
	}
	if (!input->count)
		input->is_flushing = false;
	return false;
}

int input_wait_ms(const struct input *input)
{
	if (input->is_pasting)
		return INPUT_PASTE_MS;
	if (input->swallowed)
		return INPUT_STRING_MS;
	return input->count > 0 ? INPUT_ESCAPE_MS : -1;
}

void input_flush(struct input *input)
{
	input->is_flushing = true;
}
