void engine_log(void)
{
	fprintf(stderr, "oops");
}
