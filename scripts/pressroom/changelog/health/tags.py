"""Questions about the tags of releases and their files on the package index."""

from __future__ import annotations

from pressroom.changelog.health.facts import Answer, Facts, case, stray


def tagged(facts: Facts) -> Answer:
    """Whether there is a tag, where somebody looked."""
    known = [(release, one) for release, one in facts.known if one.tags is not None]
    cases = [case(one, "", f"{one.version} has no tag") for one, its in known if not its.tags]
    return len(known), cases


def tag_name(facts: Facts) -> Answer:
    """Whether each tag is what one of the formats in the front matter makes of the version."""
    rule = facts.project.tag
    formats = (rule.format, *(one.format for one in rule.exceptions))
    asked, cases = 0, []
    for release, known in facts.known:
        right = {one.replace("{version}", release.version) for one in formats}
        asked += bool(known.tags)
        wrong = [tag.name for tag in known.tags or () if tag.name not in right]
        if wrong:
            names = " and ".join(wrong)
            message = f"tag {names} of {release.version} has none of the formats in tag"
            cases.append(case(release, names, message))
    return asked, cases


def annotated(facts: Facts) -> Answer:
    """Whether a tag is an object of its own, with a message."""
    return _any_tag(facts, "annotated", "lightweight")


def signed(facts: Facts) -> Answer:
    """Whether a tag is signed."""
    return _any_tag(facts, "signed", "not signed")


def _any_tag(facts: Facts, field: str, why: str) -> Answer:
    """Whether one of a release's tags at least has it; a second one is for old scripts."""
    asked, cases = 0, []
    for release, known in facts.known:
        answers = [getattr(tag, field) for tag in known.tags or ()]
        if True not in answers and (not answers or None in answers):
            continue
        asked += 1
        if True not in answers:
            cases.append(case(release, "", f"{release.version}: {why}"))
    return asked, cases


def entry_of_tag(facts: Facts) -> Answer:
    """Those that the front matter names are known to have none, and are shown without a finding."""
    known = facts.project.tag.without_changelog_entry
    strays = [one for one in facts.strays if one.tags and one.version not in known]
    tags = sum(len(one.tags or ()) for one in facts.strays) + sum(
        len(one.tags or ()) for _, one in facts.known
    )
    return tags, [
        stray(one, ", ".join(tag.name for tag in one.tags or ()), "has a tag") for one in strays
    ]


def sdist(facts: Facts) -> Answer:
    """Whether the index has a source archive beside other files."""
    return _files(facts, "sdists", "no sdist")


def wheels(facts: Facts) -> Answer:
    """Whether the index has a wheel beside other files."""
    return _files(facts, "wheels", "no wheel")


def _files(facts: Facts, field: str, why: str) -> Answer:
    """Of releases of which the index has any file."""
    known = [
        (one, its) for one, its in facts.known if its.files and getattr(its, field) is not None
    ]
    cases = [
        case(one, "", f"{one.version}: {why}") for one, its in known if not getattr(its, field)
    ]
    return len(known), cases


def entry_of_files(facts: Facts) -> Answer:
    """Whether the changelog has each version of which the index has files."""
    strays = [one for one in facts.strays if one.files]
    asked = len(strays) + len([one for _, one in facts.known if one.files])
    return asked, [stray(one, f"{one.files} files", f"has {one.files} files") for one in strays]
