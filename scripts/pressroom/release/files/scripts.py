"""What the machine of a files server is asked and told: scripts for its `sh`, each with what it promises.

POSIX sh, GNU coreutils and findutils. `$folder` is the folder of the files in all of them. What is told back is framed by
NUL, which no name can hold. Names that we give have no space in them, and begin with no hyphen.
"""

from __future__ import annotations

# Exit codes with a meaning of ours.
ABSENT, DENIED, THERE, BROKEN = 10, 11, 12, 13
LOCK = ".lock"
# A folder that nobody sees, on the same file system: what came over lies there until it is whole.
INCOMING = ".incoming-"

_HEAD = "umask 022\n"

# Whether files can be put there: else ABSENT, or DENIED with the name of the user who may not.
CHECK = f"""
if [ ! -d "$folder" ]; then exit {ABSENT}; fi
if [ ! -w "$folder" ] || [ ! -x "$folder" ]; then id -un; exit {DENIED}; fi
for program in find sha256sum flock rsync sync; do
    command -v "$program" >/dev/null || {{ echo "$program: not found" >&2; exit 1; }}
done
"""

# The names of all that can be seen there.
NAMES = f"""
cd -- "$folder" 2>/dev/null || exit {ABSENT}
find . -mindepth 1 -maxdepth 1 ! -name '.*' -printf '%P\\0'
printf 'end\\0'
"""

# Kind (find's %y), size and name of everything that can be seen there, of `$names` alone if there are any; an empty field;
# the hashes of those that are files. What cannot be read has no hash, which says enough.
LOOK = f"""
cd -- "$folder" 2>/dev/null || exit {ABSENT}
seen() {{
    if [ -z "$names" ]; then find . -mindepth 1 -maxdepth 1 ! -name '.*' "$@"; return; fi
    for name in $names; do
        if [ -e "./$name" ] || [ -L "./$name" ]; then find "./$name" -maxdepth 0 "$@"; fi
    done
}}
seen -printf '%y %s %p\\0'
printf '\\0'
seen -type f -print0 | xargs -0 -r sha256sum --zero -- || :
printf 'end\\0'
"""

# What dead releases left is gone, but what came over of this one. The lock is held.
OPEN = (
    _HEAD
    + f"""
cd -- "$folder"
for one in {INCOMING}*; do
    if [ "$one" != "{INCOMING}$id" ] || [ -L "$one" ]; then rm -rf -- "./$one"; fi
done
mkdir -p "{INCOMING}$id"
"""
)

# The file is there under its name, whole and on the disk, by one link(2), which fails where the name is taken: THERE,
# whatever it is. BROKEN: what came over is something else than what was sent.
PUT = (
    _HEAD
    + f"""
cd -- "$folder"
one="{INCOMING}$id/$name"
hash=$(sha256sum <"./$one")
if [ "${{hash%% *}}" != "$sha256" ]; then printf '%s' "${{hash%% *}}"; exit {BROKEN}; fi
sync "./$one"
if ln -T -- "./$one" "./$name"; then sync .; exit 0; fi
if [ -e "./$name" ] || [ -L "./$name" ]; then exit {THERE}; fi
exit 1
"""
)

# Nothing is left of what came over.
CLOSE = (
    _HEAD
    + f"""
cd -- "$folder"
rm -rf -- "./{INCOMING}$id"
"""
)
