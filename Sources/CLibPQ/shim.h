#ifndef CLIBPQ_SHIM_H
#define CLIBPQ_SHIM_H
#include <libpq-fe.h>

/* Swift does not import macros of characters. */
static const int clibpq_sqlstate = PG_DIAG_SQLSTATE;
static const int clibpq_message = PG_DIAG_MESSAGE_PRIMARY;
#endif
