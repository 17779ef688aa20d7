#include "tlv.h"

/* Of the first byte of a length: more bytes follow, and how many. */
#define LONG_FORM 0x80
/* Of the first byte of a tag: all these bits say that another byte follows. */
#define MORE_TAG 0x1F

size_t tlv_length(const unsigned char *data, size_t size, size_t *length)
{
	size_t count, n, value = 0;

	if (size == 0)
		return 0;
	if (data[0] < LONG_FORM) {
		*length = data[0];
		return 1;
	}
	count = data[0] - LONG_FORM;
	/* 80 is "until the end mark", which cards do not send. */
	if (count == 0 || count > 4 || count >= size)
		return 0;
	for (n = 1; n <= count; n++)
		value = value << 8 | data[n];
	*length = value;
	return count + 1;
}

size_t tlv_tag(const unsigned char *data, size_t size)
{
	size_t n;

	if (size == 0)
		return 0;
	if ((data[0] & MORE_TAG) != MORE_TAG)
		return 1;
	for (n = 1; n < size; n++)
		if (data[n] < LONG_FORM)
			return n + 1;
	return 0;
}
