/*
 * verify_inside: what the files of the verification screen share, and nobody else sees.
 */
#ifndef SOTTO_TUI_SCREEN_PAGES_VERIFY_INSIDE_H
#define SOTTO_TUI_SCREEN_PAGES_VERIFY_INSIDE_H

#include "core/engine/engine_trust.h"
#include "tui/client/pattern.h"
#include "tui/kit/list.h"
#include "tui/kit/qr.h"
#include "tui/screen/pages/verify.h"

enum { GROUP_DIGITS = FINGERPRINT_DIGITS / FINGERPRINT_GROUPS };

enum verify_page {
	VERIFY_NUMBER,
	VERIFY_TYPE, /* they read, the user types */
	VERIFY_READ, /* the user reads */
	VERIFY_QR,
	VERIFY_DEVICES,
	VERIFY_HISTORY,
	VERIFY_STOP, /* something differs */
};

struct verify {
	struct screen screen;
	char *address;
	struct safety *safety; /* NULL until it is known */
	struct pattern pattern;
	GPtrArray *codes; /* struct qr: all own devices; with several, then each alone */
	int code;	  /* 0: all, where that fits; else which one alone */
	GPtrArray *history; /* struct journal_row, the newest last; NULL until known */
	enum verify_page page;
	struct list devices;
	struct list records;
	char against[FINGERPRINT_DIGITS + 1]; /* what is being compared: the number when it began */
	char typed[FINGERPRINT_DIGITS + 1];
	int group;	   /* VERIFY_READ: FINGERPRINT_GROUPS: all are read */
	const char *armed; /* a command that has to be given twice, and was given once */
	uint32_t armed_device;
};

static inline struct verify *verify_of(struct screen *screen)
{
	return (struct verify *)(void *)screen;
}

void verify_draw(struct screen *screen, struct view view, bool has_focus);

/* Whether group GROUP has been typed in full; and whether it is the right one. */
bool verify_is_typed(const struct verify *self, int group);
bool verify_is_right(const struct verify *self, int group);
/* The device under the selection; NULL when there is none. */
const struct device *verify_device(const struct verify *self);

/* Go to PAGE, forgetting what was half compared. */
void verify_go(struct verify *self, enum verify_page page);
/* Take one digit that they read; the last right one accepts. */
void verify_type_digit(struct verify *self, char digit);
/* Compare TEXT (digits or a URI) and mark; METHOD goes on record. */
void verify_compare(struct verify *self, const char *text, const char *method);
/* Read everything again; the same once the carrier was asked. */
void verify_reload(struct verify *self);
void verify_refresh(struct verify *self);
/* Let go of what was read of the keys. */
void verify_forget(struct verify *self);

#endif
