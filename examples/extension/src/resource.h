/* What Windows shows as the version of the module. */

#define RESOURCE_PRODUCT "atr-checksum"
#define RESOURCE_VERSION 1,0,0,0
