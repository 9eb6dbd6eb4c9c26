/*
 * expiry: the port's functions by which messages go (core/port/store_expiry.h says what they do).
 */
#ifndef SOTTO_STORAGE_EXPIRY_H
#define SOTTO_STORAGE_EXPIRY_H

#include "core/port/store_expiry.h"

extern const struct store_expiry_ops expiry_ops;

#endif
