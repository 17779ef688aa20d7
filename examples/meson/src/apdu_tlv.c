#include <stdio.h>
#include <string.h>

#include "tlv.h"

#define LARGEST 4096

/* The bytes of a text in hexadecimal; blanks between them do not count. -1 if it is none. */
static int read_hex(const char *text, unsigned char *data, size_t size)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t count = 0;

	for (; *text; text++) {
		const char *digit;

		if (*text == ' ')
			continue;
		digit = strchr(digits, *text >= 'a' && *text <= 'f' ? *text - 'a' + 'A' : *text);
		if (digit == NULL || count >= 2 * size)
			return -1;
		if (count % 2 == 0)
			data[count / 2] = (unsigned char)((digit - digits) << 4);
		else
			data[count / 2] |= (unsigned char)(digit - digits);
		count++;
	}
	return count % 2 ? -1 : (int)(count / 2);
}

int main(int argc, char **argv)
{
	unsigned char data[LARGEST];
	size_t at = 0, tag, head, length = 0, n;
	int size;

	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("apdu-tlv " VERSION);
		return 0;
	}
	size = argc == 2 ? read_hex(argv[1], data, sizeof data) : -1;
	if (size < 0) {
		fputs("usage: apdu-tlv 'HEX'\n", stderr);
		return 2;
	}
	while (at < (size_t)size) {
		tag = tlv_tag(data + at, (size_t)size - at);
		head = tag ? tlv_length(data + at + tag, (size_t)size - at - tag, &length) : 0;
		if (head == 0 || length > (size_t)size - at - tag - head) {
			fputs("it is cut off\n", stderr);
			return 1;
		}
		for (n = 0; n < tag; n++)
			printf("%02X", data[at + n]);
		printf(": %zu bytes\n", length);
		at += tag + head + length;
	}
	return 0;
}
