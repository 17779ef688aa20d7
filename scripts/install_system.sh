#!/bin/sh
# The system packages that tests need, from Debian; starts no daemon. `--missing` only names what is not there (exit 1 if any).
set -eu

# command or file that must be there : package that brings it (web servers are in sbin, which not every PATH has)
needs="chromium:chromium gcc:gcc make:make ninja:ninja-build perl:perl python3-config:python3-dev ssh-keygen:openssh-client gpg:gnupg java:default-jre-headless
    /usr/sbin/nginx:nginx-light /usr/sbin/apache2:apache2 /usr/bin/caddy:caddy /usr/sbin/lighttpd:lighttpd
    /usr/lib/lighttpd/mod_openssl.so:lighttpd-mod-openssl /usr/lib/lighttpd/mod_deflate.so:lighttpd-mod-deflate
    /usr/sbin/sshd:openssh-server rsync:rsync"

missing=""
for need in $needs; do
    command -v "${need%%:*}" >/dev/null || [ -e "${need%%:*}" ] || missing="$missing ${need#*:}"
done
[ -n "$missing" ] || exit 0
if [ "${1:-}" = "--missing" ]; then
    echo "${missing# }"
    exit 1
fi
if ! command -v apt-get >/dev/null; then
    echo "this is no Debian or Ubuntu: install$missing by hand" >&2
    exit 2
fi
# A package may want to start its service: 101 forbids it, and what stood there is put back.
policy=/usr/sbin/policy-rc.d
made=""
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
    made=yes
fi
trap '[ -z "$made" ] || rm -f "$policy"' EXIT
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086 # one package a word
apt-get install -q -y --no-install-recommends fonts-dejavu-core $missing
