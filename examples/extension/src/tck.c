#include "tck.h"

unsigned char atr_tck(const unsigned char *atr, size_t length)
{
    unsigned char check = 0;

    for (size_t i = 1; i < length; i++)
        check ^= atr[i];
    return check;
}
