"""What the far side is asked: scripts for its `sh` that change nothing, each with what it promises."""

from __future__ import annotations

from pressroom.deploy.far.script import ABSENT, HEAD, IN_THE_WAY

# `absent`, or: what `current` is, where it leads, when it was made; confirmed; history; versions.
STATE = (
    HEAD
    + f"""
if [ ! -d "$folder" ]; then
    if [ -e "$folder" ] || [ -L "$folder" ]; then exit {IN_THE_WAY}; fi
    printf 'absent\\0end\\0'
    exit 0
fi
cd -- "$folder"
if [ -L current ]; then
    printf 'link\\0'
    readlink -z current
    stat --printf='%Y\\0' current
elif [ -e current ]; then
    printf 'other\\0\\0\\0'
else
    printf 'none\\0\\0\\0'
fi
if [ -f confirmed ]; then head -c 100 confirmed | tr -d '\\000'; fi
printf '\\0'
if [ -f history ]; then tail -c 100000 history | tr -d '\\000'; fi
printf '\\0'
if [ -d versions ]; then
    find versions -mindepth 2 -maxdepth 2 -type f -path 'versions/[0-9a-f]*/manifest' -printf '%h\\0' | head -z -n 1000
fi
printf 'end\\0'
"""
)

# Whether a version is there.
HAS = (
    HEAD
    + f"""
if [ -f "$folder/versions/$version/manifest" ] && [ ! -L "$folder/versions/$version" ]; then exit 0; fi
exit {ABSENT}
"""
)

# The first `$most` bytes of a file of a version.
READ = (
    HEAD
    + f"""
if [ ! -f "$folder/versions/$version/$name" ]; then exit {ABSENT}; fi
head -c "$most" "$folder/versions/$version/$name"
"""
)

# The three files beside the sites; kind, mode, size and path of everything; an empty field; the hash
# of every file. What cannot be read has no hash, which says enough.
INSPECT = (
    HEAD
    + f"""
if [ -L "$folder/versions/$version" ]; then exit {ABSENT}; fi
cd -- "$folder/versions/$version" || exit {ABSENT}
for name in manifest carried version.json; do
    if [ -f "$name" ] && [ ! -L "$name" ]; then head -c "$most" "$name" | tr -d '\\000'; fi
    printf '\\0'
done
find . -printf '%y %m %s %P\\0' || :
printf '\\0'
find . -type f -print0 | xargs -0 -r sha256sum --zero -- || :
printf 'end\\0'
"""
)

# The hashes of those of `$paths` (one a line) that a version has as plain files.
HASH_ASSETS = (
    HEAD
    + """
cd -- "$folder/versions/$source" || exit 0
printf '%s\\n' "$paths" | while IFS= read -r path; do
    if [ -f "./$path" ] && [ ! -L "./$path" ]; then printf './%s\\0' "$path"; fi
done | xargs -0 -r sha256sum --zero --
"""
)
