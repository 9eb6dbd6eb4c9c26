static const char *const fields[][2] = {
	{ "known", "string" },
};
