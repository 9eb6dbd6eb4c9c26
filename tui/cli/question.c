#include "tui/cli/question.h"

#include <unistd.h>
#include "tui/cli/front.h"

bool question_is_due(const struct call *call)
{
	return call->verb->question && !call->is_confirmed && !call->is_json &&
	       !call_option(call, "yes") && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

bool question_agree(struct call *call, const char *question)
{
	call->is_confirmed =
		!question || call->front->confirm(call->front->user, question, "yes");
	if (!call->is_confirmed)
		call->printer->complain(call->printer,
					"Nothing was done. Answer yes, or give --yes.");
	return call->is_confirmed;
}

/* Keeps what is printed; what is complained of goes where it always does. */
struct hearer {
	struct printer printer;
	struct printer *real;
	char *question;
};

static void hear_line(struct printer *printer, const char *line)
{
	struct hearer *hearer = (struct hearer *)(void *)printer;

	g_free(hearer->question);
	hearer->question = g_strdup(line);
}

static void pass_complaint(struct printer *printer, const char *line)
{
	struct printer *real = ((struct hearer *)(void *)printer)->real;

	real->complain(real, line);
}

static void flush(struct printer *printer, void (*done)(void *user, bool ok), void *user)
{
	(void)printer;
	done(user, true);
}

enum control_answer question_ask_there(const char *folder, struct call *call, char **words,
				       int *exit_code)
{
	struct hearer hearer = { { hear_line, pass_complaint, flush, NULL }, call->printer, NULL };
	enum control_answer answer;

	call->is_question = true;
	call->printer = &hearer.printer;
	answer = control_run(folder, call, words, exit_code);
	call->printer = hearer.real;
	call->is_question = false;
	if (answer == CONTROL_DONE && *exit_code == 0)
		*exit_code = question_agree(call, hearer.question) ? 0 : 1;
	g_free(hearer.question);
	return answer;
}
