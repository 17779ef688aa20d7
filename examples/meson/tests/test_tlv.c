#include <stdio.h>

#include "tlv.h"

static int failed;

/* The length field takes `takes` bytes and says `says`. */
static void expect(const char *what, size_t takes, size_t says, const unsigned char *data, size_t size)
{
	size_t length = 0, taken = tlv_length(data, size, &length);

	if (taken != takes || (takes && length != says)) {
		printf("%s: takes %zu and says %zu\n", what, taken, length);
		failed = 1;
	}
}

int main(void)
{
	static const unsigned char plain[] = {0x7F}, one[] = {0x81, 0x80}, two[] = {0x82, 0x01, 0x00};
	static const unsigned char open_ended[] = {0x80, 0x00}, five[] = {0x85, 1, 2, 3, 4, 5};
	static const unsigned char tag[] = {0x7F, 0x21, 0x00}, endless[] = {0x5F, 0x81, 0x81};

	expect("one byte", 1, 127, plain, sizeof plain);
	expect("a byte follows", 2, 128, one, sizeof one);
	expect("two bytes follow", 3, 256, two, sizeof two);
	expect("cut off", 0, 0, two, 2);
	expect("nothing", 0, 0, plain, 0);
	expect("no length", 0, 0, open_ended, sizeof open_ended);
	expect("too long", 0, 0, five, sizeof five);
	if (tlv_tag(tag, sizeof tag) != 2 || tlv_tag(endless, sizeof endless) != 0) {
		puts("a tag of several bytes");
		failed = 1;
	}
	return failed;
}
