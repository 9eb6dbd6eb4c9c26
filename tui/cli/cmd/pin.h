/*
 * pin: asking somebody to look at a server's certificate before it is believed.
 */
#ifndef SOTTO_TUI_CLI_CMD_PIN_H
#define SOTTO_TUI_CLI_CMD_PIN_H

#include "core/model/certificate.h"
#include "tui/cli/verb.h"

/* Show CERTIFICATE (NULL: there is none) and ask for the beginning of its fingerprint; its pin
 * (g_free), or NULL when it isn't to be believed or there is no terminal to ask on. */
char *pin_ask(struct call *call, const struct certificate *certificate);

#endif
