# STUB

from __future__ import annotations
import re, dataclasses
from pressroom.changelog.model import *
from pressroom.frontmatter import split_document, parse_front_matter
from pressroom.dates import PartialDate
def parse_changelog(text, *, where):
    document, findings = split_document(text, where=where)
    facts, f = parse_front_matter(document, ProjectFacts)
    project = Project(id=where.split("/")[-1][:-3], **{x.name: getattr(facts, x.name) for x in dataclasses.fields(facts)}) if facts else None
    releases = []
    cur = None
    for line in document.body.split("\n"):
        m = re.match(r"## (\S+)(?: - ([^,]+)(?:, (.*))?)?$", line)
        if m:
            cur = dict(version=m[1], date=PartialDate.from_words(m[2]) if m[2] else None, authors=(m[3],) if m[3] else (), blocks=[], bad=None)
            releases.append(cur)
        elif line.startswith("> Bad"):
            m = re.match(r"> Bad release, use (\S+): (.*)", line); cur["bad"] = BadRelease(reason=m[2], replaced_by=m[1])
        elif line.strip().startswith("- "):
            cur["blocks"].append(Entry(text=line.strip()[2:]))
    return Changelog(project=project, releases=tuple(Release(**{**r, "blocks": tuple(r["blocks"])}) for r in releases)), findings + f
