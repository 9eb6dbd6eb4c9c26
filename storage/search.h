/*
 * search: words in message bodies, newest first.
 *
 * Nothing about words lies on the disk. Small stores are opened and scanned; from 100,000
 * messages on an index in memory (storage/signature.h) is built in slices, conversation by
 * conversation, and what it doesn't hold yet is scanned. What is committed later goes into it at
 * the commit.
 */
#ifndef SOTTO_STORAGE_SEARCH_H
#define SOTTO_STORAGE_SEARCH_H

#include <stddef.h>

#include "core/port/store.h"

enum { SEARCH_INDEX_FROM = 100000 };

struct inside;
struct search;

/* INDEX_FROM: how many messages make an index worth its memory. */
struct search *search_new(uint64_t index_from);
void search_free(struct search *search);

/* The port's two functions. */
gboolean search_messages(struct store *store, const char *const *words, const char *conversation,
			 unsigned limit, message_func func, void *user, GError **error);
gboolean search_build_slice(struct store *store, unsigned budget_ms, bool *done, GError **error);

/* What the open transaction does to messages; takes effect by settle, with IS_COMMITTED. */
void search_add(struct search *search, int64_t conversation, const struct message *message);
void search_forget(struct search *search, int64_t conversation, int64_t seq);
void search_forget_all(struct search *search, int64_t conversation);
void search_settle(struct search *search, bool is_committed);

/* Memory of the index; 0 without one. */
size_t search_bytes(const struct search *search);

#endif
