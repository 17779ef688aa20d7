#!/bin/sh
# Make .venv from requirements.lock: uv first (by hash, with pip), then everything else with uv, then this package, editable.
set -eu
cd "$(dirname "$0")/.."

missing=""
command -v git >/dev/null || missing="$missing git"
command -v make >/dev/null || missing="$missing make"
if ! command -v python3 >/dev/null; then
    missing="$missing python3 python3-venv"
elif ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    missing="$missing python3-venv"
fi
if [ -n "$missing" ]; then
    echo "missing:$missing" >&2
    echo "  hint: apt-get install git make python3 python3-venv" >&2
    exit 2
fi
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "python3 is $(python3 -V 2>&1), Pressroom needs 3.11 or newer" >&2
    echo "  hint: put a newer python3 first on PATH" >&2
    exit 2
fi

# An environment whose interpreter went away (a moved checkout, an upgraded Python) is made anew.
.venv/bin/python -c 'import sys' 2>/dev/null || { rm -rf .venv; python3 -m venv .venv; }
awk '/^[^ ]/ { own = /^uv==/ } own' requirements.lock > .venv/uv.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.lock
# uv must work on this environment, whatever VIRTUAL_ENV says.
VIRTUAL_ENV="$PWD/.venv"
export VIRTUAL_ENV
# Compiled now: a build starts four processes, and each would compile three hundred modules where the
# environment forbids to keep them (PYTHONDONTWRITEBYTECODE, as images have it).
.venv/bin/uv pip sync --quiet --compile-bytecode --require-hashes requirements.lock
.venv/bin/uv pip install --quiet --no-deps --no-build-isolation --editable .
