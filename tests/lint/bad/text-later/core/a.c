/* TODO: finish */
