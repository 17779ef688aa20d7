#ifndef TLV_H
#define TLV_H

#include <stddef.h>

/*
 * The length field of a BER-TLV object (ISO/IEC 7816-4): how many bytes of `data` it takes,
 * or 0 if it is cut off or longer than four bytes say. `*length` becomes what it says.
 */
size_t tlv_length(const unsigned char *data, size_t size, size_t *length);

/* How many bytes the tag field takes, or 0 if it is cut off. */
size_t tlv_tag(const unsigned char *data, size_t size);

#endif
