"""Apache behind a link that a deploy switches: each request stays in the version that it began in.

Apache looks a file up by its path (stat), and later opens it by the same path: its length, ETag and date are of the
first, its bytes of the second. Measured on 2.4.71 under load, with the link in the path switched 1,500 times: 44
answers were cut off, filled up with zeros, or ended without a word. So the path gets no link: `version.txt` of a
site, one line with an id, is read once a request, and says which folder of `versions/` all else is read from.
"""

from __future__ import annotations

import re

from pressroom.headers.servers.template import Syntax

# Folder, link and site of a root, without anything that means more in an expression or a target.
_PARTS = re.compile(r"""((?:/[^/'"\\$%]+)+)/([^/'"\\$%]+)/([^/'"\\$%]+)""")


def one_version(root: str, name: str) -> dict[str, object]:
    """How a request finds the version that it stays in, if its root is `…/current/<site>` beside `…/versions/`.

    `name` is the site's, plain. A root whose path cannot be told to mod_rewrite is read through its links.
    """
    plain = _PARTS.fullmatch(root)
    if plain is None:
        # As many lines as for other roots, each different where those are: they are exchanged where a file is tried
        # on this machine (local.py).
        reason = "since a quotation mark, a backslash, $ or % is in the path of the root."
        return {
            "folders": [root, f"{root}/*"],
            "version": [
                Syntax(f"# No version is looked for, {reason}"),
                Syntax(f"# No version.txt of {name}, {reason}"),
                Syntax(f"# No folder of {name}, {reason}"),
                Syntax(f"# None is kept, {reason}"),
            ],
            # No such variable, but the site's own line.
            "packed": Syntax(f'"%{{DOCUMENT_ROOT}}%{{ENV:pressroom_{name}}}$0.gz"'),
            "file": Syntax(f"# Files of {name} are found by their links, {reason}"),
        }
    above, link, site = plain.groups()
    inside = f"{above}/%{{ENV:pressroom_version}}/{site}"
    return {
        "folders": [root, f"{above}/versions/*/{site}"],
        "version": [
            Syntax(f'RewriteRule ^ - "[E=pressroom_version:{link}]"'),
            Syntax(
                f"RewriteCond expr \"-f '{root}/version.txt' &&"
                f" file('{root}/version.txt') =~ m#^([0-9a-f]{{16}})\\s*\\z#\""
            ),
            Syntax(f'RewriteCond "{above}/versions/%1/{site}" -d'),
            Syntax('RewriteRule ^ - "[E=pressroom_version:versions/%1]"'),
        ],
        "packed": Syntax(f'"{inside}$0.gz"'),
        # A question mark would begin a query.
        "file": Syntax(f'RewriteRule "^/[^?]*\\z" "{inside}$0" [L]'),
    }
