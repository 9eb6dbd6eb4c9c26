/*
 * theme: what each role looks like.
 *
 * Whoever draws names a role, never a colour. One row here gives the enum, the name in theme
 * files, the test that every theme has every role, and the text of the manual. A theme is a key
 * file:
 *
 *	[theme]
 *	name = Dark
 *	[roles]
 *	text = #d3d7de/white #15181d/default
 *	title = #e6e9ee - bold
 *
 * A role is foreground, background, attributes. A colour is `default` (the terminal's), one of the
 * 16 names, an index 0 ... 255 or #rrggbb; `-` is that of the role `text`; `A/B` is A where there
 * are 256 colours or more, B where there are 16 or 8. Attributes are bold, dim, italic, underline,
 * reverse. The roles author-1 to author-6 may be left out: they look like peer then.
 */
#ifndef SOTTO_TUI_TERM_THEME_H
#define SOTTO_TUI_TERM_THEME_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* X(enum suffix, name, what it is for) */
#define ROLE_ROWS(X)                                                                               \
	X(TEXT, "text", "body text, and the ground of everything")                                 \
	X(DIM, "dim", "what can wait: times, hints, states")                                       \
	X(ACCENT, "accent", "the one accent: what is in focus")                                    \
	X(RULE, "rule", "lines and frames")                                                        \
	X(TITLE, "title", "a screen's title line")                                                 \
	X(TITLE_DIM, "title-dim", "the lesser words of a title line")                              \
	X(STATUS, "status", "the status bar")                                                      \
	X(STATUS_DIM, "status-dim", "the lesser words of the status bar")                          \
	X(STATUS_ACCENT, "status-accent", "what the status bar wants to be seen")                  \
	X(STATUS_WARN, "status-warn", "a warning in the status bar")                               \
	X(SELECTED, "selected", "the selected row of a list")                                      \
	X(SELECTED_DIM, "selected-dim", "the lesser words of the selected row")                    \
	X(UNREAD, "unread", "names and counts with unread messages")                               \
	X(SELF, "self", "the own name above a message")                                            \
	X(PEER, "peer", "the other side's name above a message")                                   \
	X(AUTHOR_1, "author-1", "authors where several write, by their address: red to orange")    \
	X(AUTHOR_2, "author-2", "the same: yellow")                                                \
	X(AUTHOR_3, "author-3", "the same: green")                                                 \
	X(AUTHOR_4, "author-4", "the same: cyan")                                                  \
	X(AUTHOR_5, "author-5", "the same: blue to violet")                                        \
	X(AUTHOR_6, "author-6", "the same: pink")                                                  \
	X(DAY, "day", "the line between days")                                                     \
	X(NEW, "new", "the line above the first unread message")                                   \
	X(FOCUS, "focus", "the message in focus")                                                  \
	X(MATCH, "match", "what a search found")                                                   \
	X(MATCH_NOW, "match-now", "the find that the search stands on")                            \
	X(LINK, "link", "links in messages")                                                       \
	X(FOREIGN, "foreign", "control and invisible characters, made visible")                    \
	X(INPUT, "input", "what is being written")                                                 \
	X(INPUT_HINT, "input-hint", "what an empty compose box says")                              \
	X(PROMPT, "prompt", "the sign in front of an input line")                                  \
	X(KEY, "key", "names of keys in hints and help")                                           \
	X(HEADING, "heading", "headings in help and cards")                                        \
	X(OK, "ok", "verified, right, delivered")                                                  \
	X(WARN, "warn", "undecided, queued, worth a look")                                         \
	X(ERROR, "error", "refused, failed, wrong")                                                \
	X(CARD, "card", "a card in front of the screen")                                           \
	X(CARD_DIM, "card-dim", "the lesser words of a card")                                      \
	X(CARD_TITLE, "card-title", "a card's title")                                              \
	X(CARD_SELECTED, "card-selected", "the selected row of a card")                            \
	X(BANNER, "banner", "the line that says this terminal is watched")                         \
	X(DIGITS, "digits", "safety numbers")                                                      \
	X(VEIL, "veil", "the blocks of veiled text")                                               \
	X(QR, "qr", "the squares of a QR code: dark on light in every theme")

enum role {
#define X(suffix, name, about) ROLE_##suffix,
	ROLE_ROWS(X)
#undef X
	ROLE_COUNT
};

enum attr {
	ATTR_BOLD = 1,
	ATTR_DIM = 2,
	ATTR_ITALIC = 4,
	ATTR_UNDERLINE = 8,
	ATTR_REVERSE = 16,
};

enum colour_type { COLOUR_DEFAULT, COLOUR_INDEX, COLOUR_RGB };

struct colour {
	enum colour_type type;
	uint32_t value; /* index, or 0xrrggbb */
};

struct style {
	struct colour fg;
	struct colour bg;
	struct colour fg_few; /* for 16 and 8 colours */
	struct colour bg_few;
	uint8_t attrs;	      /* enum attr */
};

enum { THEME_FILE_MAX = 64 * 1024 /* bytes */ };

struct theme {
	char *name;  /* as in the file's [theme] */
	struct style styles[ROLE_COUNT];
};

/* How many colours the terminal has. */
enum depth { DEPTH_MONO, DEPTH_8, DEPTH_16, DEPTH_256, DEPTH_TRUE };

const char *role_name(enum role role) G_GNUC_PURE;
const char *role_about(enum role role) G_GNUC_PURE;
/* FALSE when no role is called NAME. */
gboolean role_parse(const char *name, enum role *role) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Read a theme from TEXT; ORIGIN is what errors call it. ERROR_FORMAT names the role that is
 * missing, unknown or malformed. Free with theme_free.
 */
struct theme *theme_parse(const char *text, const char *origin,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * The theme called NAME: FOLDER/NAME.theme when FOLDER isn't NULL and has it, else the one built
 * in. ERROR_USAGE when there is none, with the names that there are; as small_file_read() for a
 * file that can't be read.
 */
struct theme *theme_load(const char *folder, const char *name,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same from the first of FOLDERS (NULL-terminated; NULL: none) that has it. */
struct theme *theme_find(const char *const *folders, const char *name,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void theme_free(struct theme *theme);
/* Whether any role has a colour of its own. */
bool theme_has_colours(const struct theme *theme) G_GNUC_PURE;
/* Names for theme_load, sorted, FOLDER's (may be NULL) and the built-in ones; g_strfreev. */
char **theme_names(const char *folder);

/* COLOUR as 0xrrggbb; FALSE for COLOUR_DEFAULT. Indices are xterm's palette. */
gboolean colour_rgb(struct colour colour, uint32_t *rgb);
/* The index of xterm's 256 that is nearest to 0xrrggbb: the cube and the greys only. */
unsigned colour_nearest_256(uint32_t rgb) G_GNUC_CONST;
/* The nearest of the 16. */
unsigned colour_nearest_16(uint32_t rgb) G_GNUC_CONST;
/* WCAG 2.1 contrast of two colours, 1 ... 21. */
double colour_contrast(uint32_t a, uint32_t b) G_GNUC_CONST;

#endif
