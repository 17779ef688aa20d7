"""What the far side is told: scripts for its `sh` that change something, each with what it promises.

`env printf` where a file is written: that of `sh` itself does not say that a disk is full.
"""

from __future__ import annotations

from pressroom.deploy.far.script import ABSENT, BUSY, DENIED, HEAD, IN_THE_WAY
from pressroom.world.shell import LOCK

# The folder and versions/ are there and may be written to; else DENIED, and the name of the user who may not.
MAKE_FOLDER = (
    HEAD
    + f"""
if mkdir -p -- "$folder/versions" && [ -w "$folder" ] && [ -w "$folder/versions" ]; then exit 0; fi
id -un
exit {DENIED}
"""
)

# No rsync of a dead deploy writes any more: each holds this lock, shared, for as long as it lives. Else BUSY.
AWAIT_COPIES = (
    HEAD
    + f"""
flock --exclusive --wait "$seconds" --conflict-exit-code {BUSY} "$lock" true
"""
)

# The folder for the copy is there, what came over before in it; nothing of other dead deploys is.
OPEN_INCOMING = (
    HEAD
    + """
cd -- "$folder/versions"
for one in .incoming-* .gone-*; do
    if [ "$one" != ".incoming-$version" ] || [ -L "$one" ]; then rm -rf -- "$one"; fi
done
mkdir -p ".incoming-$version"
"""
)

# What came over of the version takes no room any more.
REMOVE_INCOMING = (
    HEAD
    + """
cd -- "$folder/versions"
rm -rf -- ".incoming-$version"
"""
)

# All of the copy can be read by a server; the sizes of the files that no other version has are told.
CLOSE_INCOMING = (
    HEAD
    + """
cd -- "$folder/versions"
find "./.incoming-$version" -type d ! -perm 0755 -exec chmod 0755 -- {} +
find "./.incoming-$version" -type f ! -perm 0644 -exec chmod 0644 -- {} +
find "./.incoming-$version" -type f -links 1 -printf '%s\n'
"""
)

# A time that is later than that of any file there was, even of versions that are gone (.newest remembers), is told. It is
# a little ahead: who asked for a page in the second before the switch may show that second later.
NEW_TIME = (
    HEAD
    + """
cd -- "$folder/versions"
newest=$(find . -path './.incoming-*' -prune -o -type f -printf '%T@\n' | sort -n | tail -n 1)
newest=${newest%%.*}
newest=${newest:-0}
at=$(($(date +%s) + 2))
if [ "$newest" -ge "$at" ]; then at=$((newest + 1)); fi
touch --date="@$at" .newest
printf '%s' "$at"
"""
)

# `$paths` (one a line) of a version have that time.
RENEW = (
    HEAD
    + """
cd -- "$folder/versions/$version"
printf '%s\\n' "$paths" | tr '\\n' '\\0' | xargs -0 touch --no-create --date="@$at" --
"""
)

# The copy is on the disk, not only on its way there, and is versions/<id> by one rename; a damaged version of that id
# was moved away before. IN_THE_WAY: that one is live.
PLACE = (
    HEAD
    + f"""
cd -- "$folder/versions"
live=$(readlink -f ../current || :)
case $live/ in "$(pwd -P)/$version/"*) exit {IN_THE_WAY} ;; esac
sync -f .
rm -rf -- ".gone-$version"
if [ -e "$version" ] || [ -L "$version" ]; then mv -T "$version" ".gone-$version"; fi
mv -T ".incoming-$version" "$version"
rm -rf -- ".gone-$version"
"""
)

# `$text` is at the end of the list that is being written; with `first`, it is all of it.
APPEND_CARRIED = (
    HEAD
    + """
cd -- "$folder/versions"
if [ "$first" = yes ]; then rm -f .carried-new; fi
env printf '%s' "$text" >> .carried-new
"""
)

# The list is in the version by one rename.
FINISH_CARRIED = (
    HEAD
    + """
cd -- "$folder/versions"
sync .carried-new
mv -f -T .carried-new "$version/carried"
"""
)

# `$paths` (one a line) of one version are in another: the same files, or copies of the same time where no more links
# can be made.
LINK_ASSETS = (
    HEAD
    + """
cd -- "$folder/versions/$source"
to="../$version"
names() { printf '%s\\n' "$paths" | tr '\\n' '\\0'; }
if names | xargs -0 cp --link --force --parents --target-directory="$to" -- 2>/dev/null; then exit 0; fi
names | xargs -0 cp --remove-destination --preserve=mode,timestamps --parents --target-directory="$to" --
"""
)

# The history has a line, on the disk; then `current` leads to the version, by one rename. ABSENT: there is no such
# version. IN_THE_WAY: `current` is no link.
SWITCH = (
    HEAD
    + f"""
cd -- "$folder"
if [ ! -f "versions/$version/manifest" ]; then exit {ABSENT}; fi
if [ -e current ] && [ ! -L current ]; then exit {IN_THE_WAY}; fi
if [ -s history ] && [ "$(tail -c 1 history | wc -l)" -eq 0 ]; then echo >> history; fi
env printf '%s %s%s\\n' "$at" "$version" "$why" >> history
sync history .
rm -f .current-new
ln -s -T "versions/$version" .current-new
mv -f -T .current-new current
sync .
"""
)

# A command of the user's, as it would be typed to `sh`; ended when it takes too long. A server that it starts may go on,
# and does not hold our lock.
COMMAND = f"""
cd -- "$folder/versions/$version"
export VERSION="$folder/versions/$version"
timeout --kill-after=5 "$seconds" sh -c "$command" 2>&1 {LOCK}>&-
"""

# The id is in `confirmed` by one rename.
CONFIRM = (
    HEAD
    + """
cd -- "$folder"
env printf '%s\\n' "$version" > .confirmed-new
sync .confirmed-new
mv -f -T .confirmed-new confirmed
"""
)

# Versions whose ids are not in `$keep` are gone, and what dead deploys left; never the one that is live. What has
# another name is not ours. A version that is half removed has a name that nobody sees.
PRUNE = (
    HEAD
    + """
cd -- "$folder/versions"
rm -rf -- .incoming-* .gone-* .carried-new
live=$(readlink -f ../current || :)
here=$(pwd -P)
for one in *; do
    case $one in *[!0-9a-f]*) continue ;; ????????????????) ;; *) continue ;; esac
    if [ -L "$one" ] || [ ! -d "$one" ]; then continue; fi
    case " $keep " in *" $one "*) continue ;; esac
    case $live/ in "$here/$one/"*) continue ;; esac
    mv -T "$one" ".gone-$one"
    rm -rf -- ".gone-$one"
    printf '%s\\0' "$one"
done
"""
)
