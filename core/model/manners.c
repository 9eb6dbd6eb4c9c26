#include "core/model/manners.h"

#include <string.h>

/* From the lowest bit: two for each choice, one for each flag, then the count. */
enum { CHOICE_BITS = 2, FLAGS_AT = CHOICE_BITS * MANNER_COUNT, FLAGS = 6, COUNT_AT = 16 };

static const char *const manner_names[MANNER_COUNT] = {
	[MANNER_RECEIPTS] = "receipts",
	[MANNER_MARKERS] = "markers",
	[MANNER_TYPING] = "typing",
	[MANNER_PRESENCE] = "presence",
};

static const char *const choice_names[CHOICE_COUNT] = {
	[CHOICE_DEFAULT] = "default",
	[CHOICE_OFF] = "off",
	[CHOICE_ON] = "on",
};

int64_t manners_pack(const struct manners *manners)
{
	const bool flags[FLAGS] = { manners->is_blocked, manners->is_block_due, manners->sees_us,
				    manners->we_see,	 manners->asks,		manners->is_asked };
	int64_t number = (int64_t)manners->dropped << COUNT_AT;

	for (unsigned i = 0; i < MANNER_COUNT; i++)
		number |= (int64_t)manners->choices[i] << CHOICE_BITS * i;
	for (unsigned i = 0; i < FLAGS; i++)
		number |= (int64_t)flags[i] << (FLAGS_AT + i);
	return number;
}

gboolean manners_unpack(int64_t number, struct manners *manners)
{
	bool *const flags[FLAGS] = { &manners->is_blocked, &manners->is_block_due,
				     &manners->sees_us,	   &manners->we_see,
				     &manners->asks,	   &manners->is_asked };

	memset(manners, 0, sizeof(*manners));
	for (unsigned i = 0; i < MANNER_COUNT; i++) {
		unsigned choice = (unsigned)(number >> CHOICE_BITS * i) & 3;

		if (choice >= CHOICE_COUNT)
			return FALSE;
		manners->choices[i] = (enum manner_choice)choice;
	}
	for (unsigned i = 0; i < FLAGS; i++)
		*flags[i] = number >> (FLAGS_AT + i) & 1;
	manners->dropped = (uint32_t)((uint64_t)number >> COUNT_AT);
	return number >= 0 && manners_pack(manners) == number;
}

static gboolean find(const char *const *names, unsigned count, const char *name, unsigned *index)
{
	for (*index = 0; *index < count; (*index)++) {
		if (strcmp(name, names[*index]) == 0)
			return TRUE;
	}
	return FALSE;
}

const char *manner_name(enum manner manner)
{
	return manner_names[(unsigned)manner < MANNER_COUNT ? manner : MANNER_RECEIPTS];
}

gboolean manner_parse(const char *name, enum manner *manner)
{
	unsigned index;

	if (!find(manner_names, MANNER_COUNT, name, &index))
		return FALSE;
	*manner = (enum manner)index;
	return TRUE;
}

const char *choice_name(enum manner_choice choice)
{
	return choice_names[(unsigned)choice < CHOICE_COUNT ? choice : CHOICE_DEFAULT];
}

gboolean choice_parse(const char *name, enum manner_choice *choice)
{
	unsigned index;

	if (!find(choice_names, CHOICE_COUNT, name, &index))
		return FALSE;
	*choice = (enum manner_choice)index;
	return TRUE;
}

const char *manners_subscription(const struct manners *manners)
{
	if (manners->sees_us)
		return manners->we_see ? "both" : "from";
	return manners->we_see ? "to" : "none";
}
