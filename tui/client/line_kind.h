/*
 * line_kind: whether a line that was typed into the box is a message or a command.
 *
 * One rule for both interfaces. A line that begins with `:` or `/` and a word is a command,
 * however many blanks stand in front of either; a word begins with a letter, or right behind the
 * sign with a digit or `_`. Where the sign stands twice or more in front of
 * the word the line is a message that begins with one of them less. All else is a message as it
 * stands: ":)", ":-(", "/ 2".
 */
#ifndef SOTTO_TUI_CLIENT_LINE_KIND_H
#define SOTTO_TUI_CLIENT_LINE_KIND_H

enum line_kind { LINE_MESSAGE, LINE_COMMAND };

/* *REST: in TEXT (UTF-8) the message, or the command without its sign. */
enum line_kind line_kind(const char *text, const char **rest);

#endif
