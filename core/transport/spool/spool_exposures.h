/*
 * spool_exposures: what the spool shows, and to whom.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_EXPOSURES_H
#define SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_EXPOSURES_H

#include "core/model/metadata.h"

enum { SPOOL_EXPOSURES = 12 };

extern const struct exposure spool_exposures[SPOOL_EXPOSURES];

#endif
