/*
 * dialogues: scenes whose pictures are compared with tests/screen/golden/NAME-COLSxROWS.txt.
 *
 * UPDATE_GOLDEN=1 in the environment writes the pictures instead (`make update-golden`).
 */
#ifndef SOTTO_TESTS_DIALOGUES_H
#define SOTTO_TESTS_DIALOGUES_H

#include "tests/support/stage.h"

struct dialogue {
	const char *name;
	void (*play)(struct stage *stage);
	bool is_styled; /* roles and cursor are compared too */
};

/* Ends with a name of NULL. */
extern const struct dialogue dialogues[];
extern const struct dialogue verify_dialogues[];
extern const struct dialogue veil_dialogues[];
extern const struct dialogue group_dialogues[];

/* Four people; a conversation of two days with Bob. */
void scene_people(struct stage *stage);

#endif
