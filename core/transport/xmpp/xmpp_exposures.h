/*
 * xmpp_exposures: what this carrier shows, and to whom (core/model/metadata.h).
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_EXPOSURES_H
#define SOTTO_CORE_TRANSPORT_XMPP_EXPOSURES_H

#include "core/model/metadata.h"

enum { XMPP_EXPOSURES = 40 };

extern const struct exposure xmpp_exposures[XMPP_EXPOSURES];

#endif
