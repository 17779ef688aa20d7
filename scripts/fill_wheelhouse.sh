#!/bin/sh
# Fill .wheelhouse/ with the packages of examples/wheelhouse.lock, by hash: what rehearsals and tests build with.
# Does nothing, and needs no network, when they are all there.
set -eu
cd "$(dirname "$0")/.."

house=.wheelhouse
lock=examples/wheelhouse.lock
# Every file is named in SHA256SUMS, the lock first: a new lock, a lost or a broken file fills it again.
if (sha256sum --check --status "$house/SHA256SUMS") 2>/dev/null; then
    exit 0
fi
new=".wheelhouse.new-$$"
trap 'rm -rf "$new"' EXIT
trap 'exit 1' INT TERM HUP
mkdir "$new"
echo "filling $house from $lock"
python=.venv/bin/python
if ! "$python" -m pip --version >/dev/null 2>&1; then
    # `make system` may come before there is an environment of ours.
    python3 -m venv "$new/.pip"
    python="$new/.pip/bin/python"
fi
if ! "$python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
    --prefer-binary --dest "$new" --requirement "$lock"; then
    echo "the wheelhouse cannot be filled: see above what pip says" >&2
    echo "  hint: it needs PyPI, or an index that PIP_INDEX_URL names, this once; then: sh scripts/fill_wheelhouse.sh" >&2
    exit 1
fi
rm -rf "$new/.pip"
for file in "$new"/*; do
    sha256sum "$file" | sed "s,  $new/,  $house/,"
done > "$new.sums"
{ sha256sum "$lock"; cat "$new.sums"; } > "$new/SHA256SUMS"
rm -f "$new.sums"
# As root it is made for whom the checkout belongs to, who fills it the next time.
[ "$(id -u)" != 0 ] || chown -R "$(stat -c %u:%g .)" "$new"
rm -rf "$house"
mv "$new" "$house"
