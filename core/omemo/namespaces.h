/*
 * namespaces: those of OMEMO, in XML and as nodes of PEP. XEP-0384, version 0.3: the clients in use
 * speak that one.
 */
#ifndef SOTTO_CORE_OMEMO_NAMESPACES_H
#define SOTTO_CORE_OMEMO_NAMESPACES_H

#define NS_OMEMO "eu.siacs.conversations.axolotl"

#endif
