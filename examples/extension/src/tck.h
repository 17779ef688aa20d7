/* The check byte of an ATR (ISO/IEC 7816-3). */

#ifndef ATR_CHECKSUM_TCK_H
#define ATR_CHECKSUM_TCK_H

#include <stddef.h>

/* The exclusive or of all bytes after the first one, TS. */
unsigned char atr_tck(const unsigned char *atr, size_t length);

#endif
