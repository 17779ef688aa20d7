"""A driver tree into the table: what is added, what is kept, what is reported."""

from __future__ import annotations

import dataclasses
import random
from types import MappingProxyType

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reader_dumps import dump
from strategies import hostile_text

from pressroom.changelog.parse import parse_releases
from pressroom.changelog.render.html import plain_text
from pressroom.findings import errors_of
from pressroom.readers.importing.changes import Entry
from pressroom.readers.importing.difference import compare_trees
from pressroom.readers.importing.draft import bullet_text, draft_changelog
from pressroom.readers.importing.merge import Merged, merge
from pressroom.readers.model import Status, UsbId
from pressroom.readers.slugs import free_slug, slug_of
from pressroom.readers.tree.dump import Dump, parse_dump
from pressroom.readers.tree.listed import Listed
from pressroom.readers.tree.reader_list import DriverList
from pressroom.readers.tree.tree import DriverTree

SLIM, DUO = UsbId("F001", "0001"), UsbId("F001", "0002")


def a_dump(file: str, pid: str = "0001", **changes: str | None) -> Dump:
    data = dump(idProduct=f"0x{pid}", **changes).encode()
    read, findings = parse_dump(data, where=f"readers/{file}.txt")
    assert read is not None, findings
    return read


def line(pid: str, name: str, status: Status = Status.SUPPORTED, vendor: str = "Acme") -> Listed:
    return Listed(usb_id=UsbId("F001", pid), name=name, status=status, vendor=vendor)


def a_tree(
    *dumps: Dump, lines: tuple[Listed, ...] = (), broken: tuple[str, ...] = (), **names: str
) -> DriverTree:
    driver_list = DriverList(
        listed=lines,
        names=MappingProxyType({f"{stem}.txt": name for stem, name in names.items()}),
        vendors=("Acme", "Acme Labs"),
        knows_status=True,
        knows_disabled=True,
    )
    return DriverTree(driver_list=driver_list, dumps=dumps, broken=frozenset(broken))


def run(tree: DriverTree, before: Merged | None = None) -> Merged:
    if before is None:
        return merge((), (), tree, where="readers.csv")
    return merge(before.readers, before.descriptors, tree, where="readers.csv")


TREE = a_tree(
    a_dump("Acme_Slim"), a_dump("Acme_Duo", "0002"), lines=(line("0001", "Acme Slim"), line("0002", "Acme Duo"))
)  # fmt: skip


def test_a_new_dump_is_a_record() -> None:
    """Slug from the file, name, vendor and status from the list."""
    merged = run(TREE)

    assert [("acme-duo", "Acme Duo", "Acme", Status.SUPPORTED)] == [
        (one.slug, one.name, one.vendor, one.status) for one in merged.readers[:1]
    ]
    assert ["acme-duo", "acme-slim"] == [one.slug for one in merged.descriptors]
    assert (2, (), ()) == (len(merged.report.added), merged.report.removed, merged.report.changed)
    assert () == merged.findings


def test_a_second_merge_changes_nothing() -> None:
    """Same table, same descriptors, nothing to report."""
    first = run(TREE)
    again = run(TREE, first)

    assert (first.readers, first.descriptors) == (again.readers, again.descriptors)
    assert not again.report


def test_the_order_of_the_dumps_makes_no_difference() -> None:
    """Slugs are permanent, so they never depend on the order in which a disk names its files."""
    dumps = [a_dump(stem) for stem in ("Acme_x", "acme-X", "ACME x")]
    expected = run(a_tree(*dumps))
    random.Random(1).shuffle(dumps)  # noqa: S311 - an order, not a secret

    assert expected == run(a_tree(*dumps))
    assert ["acme-x", "acme-x-0001", "acme-x-f001-0001"] == [one.slug for one in expected.readers]


def test_what_people_wrote_is_kept() -> None:
    """Name, vendor, status, since, last, url and notes stay; what the list says otherwise is a finding."""
    first = run(TREE)
    written = dataclasses.replace(
        first.readers[1],
        name="Slim",
        vendor="ACME Corp",
        status=Status.UNSUPPORTED,
        since="1.2.0",
        last="1.4.0",
        url="https://acme.example/",
        notes="A note.",
        line=3,
    )
    merged = merge((first.readers[0], written), first.descriptors, TREE, where="readers.csv")

    assert (first.readers[0], written) == merged.readers
    assert [("name", "Slim", "Acme Slim"), ("status", "unsupported", "supported")] == [
        (one.field, one.old, one.new) for one in merged.report.changed
    ]
    assert [("readers.csv", 3), ("readers.csv", 3)] == [
        (one.where, one.line) for one in merged.findings
    ]
    assert [] == errors_of(merged.findings)
    assert "the import never does" in merged.findings[0].hint


def test_a_descriptor_that_changed_is_replaced_and_told() -> None:
    """Each field with its old and its new value."""
    tree = dataclasses.replace(
        TREE, dumps=(TREE.dumps[1], a_dump("Acme_Slim", bPINSupport="0x01", bcdDevice="2.00"))
    )
    merged = run(tree, run(TREE))

    assert [
        ("interfaces[0].bcd_device", "1.08", "2.00"),
        ("interfaces[0].pin", "", "verify"),
        ("interfaces[0].raw.bPINSupport", "0x0", "0x1"),
    ] == [(one.field, one.old, one.new) for one in merged.report.changed]
    assert ("verify",) == merged.descriptors[1].interfaces[0].pin
    assert not run(tree, merged).report


def test_names_and_the_number_of_interfaces_are_facts_too() -> None:
    """What the device reports of itself, and how many blocks there are."""
    data = (dump(iProduct="Slim II") + dump(bInterfaceNumber="1")).encode()
    both, _ = parse_dump(data, where="readers/Acme_Slim.txt")
    assert both is not None
    merged = run(dataclasses.replace(TREE, dumps=(TREE.dumps[1], both)), run(TREE))

    assert [("usb.product", "Slim", "Slim II"), ("interfaces", "1", "2")] == [
        (one.field, one.old, one.new) for one in merged.report.changed
    ]


def test_a_dump_that_is_gone_is_reported_and_kept() -> None:
    """People decide; its descriptor stays too, and a broken dump is not gone."""
    first = run(TREE)
    gone = a_tree(TREE.dumps[1], lines=TREE.driver_list.listed)
    broken = dataclasses.replace(gone, broken=frozenset({"readers/Acme_Slim.txt"}))
    merged = run(gone, first)

    assert ["acme-slim"] == [one.slug for one in merged.report.removed]
    assert (first.readers, first.descriptors) == (merged.readers, merged.descriptors)
    assert not run(broken, first).report


def test_a_tree_without_dumps_removes_none() -> None:
    """Only an id that its list does not have is reported; `last` says that somebody knows."""
    first = run(TREE)
    merged = run(a_tree(lines=(line("0002", "Acme Duo"),)), first)

    assert ["acme-slim"] == [one.slug for one in merged.report.removed]
    assert first.descriptors == merged.descriptors
    known = tuple(dataclasses.replace(one, since="1.0", last="1.1") for one in first.readers)
    assert not merge(known, (), a_tree(lines=(line("0002", "Acme Duo"),)), where="r").report


def test_a_property_list_says_nothing_about_disabled_readers() -> None:
    """They are not in it, and nobody knows a status from it."""
    lines = (line("0001", "Acme Slim"), line("0002", "Acme Duo", Status.DISABLED))
    first = run(a_tree(lines=lines))
    plist = DriverTree(
        driver_list=DriverList(listed=(line("0001", "Acme Slim", Status.SHOULD_WORK),))
    )

    assert not run(plist, first).report


def test_an_id_known_by_the_list_only_is_a_record() -> None:
    """Its slug is its name, with the idProduct where several ids have that name."""
    lines = (line("0001", "Acme Slim"), line("000A", "Acme Mini"), line("000B", "Acme Mini"))
    merged = run(a_tree(lines=lines))

    assert ["acme-mini-000a", "acme-mini-000b", "acme-slim"] == [one.slug for one in merged.readers]
    assert () == merged.descriptors


def test_a_dump_that_comes_later_keeps_the_record() -> None:
    """The address of a page does not change because more is known now."""
    first = run(a_tree(lines=(line("000A", "Acme Mini"), line("000B", "Acme Mini"))))
    merged = run(a_tree(a_dump("AcmeMini_usb", "000A"), lines=(line("000A", "Acme Mini"),)), first)

    assert first.readers == merged.readers
    assert [("acme-mini-000a", "readers/AcmeMini_usb.txt")] == [
        (one.slug, one.source) for one in merged.descriptors
    ]


def test_a_file_that_was_renamed_keeps_the_record() -> None:
    """Same id and same facts in another file are the same reader."""
    first = run(TREE)
    moved = dataclasses.replace(TREE, dumps=(TREE.dumps[1], a_dump("Acme_Slim_2019")))
    merged = run(moved, first)

    assert first.readers == merged.readers
    assert [("source", "readers/Acme_Slim.txt", "readers/Acme_Slim_2019.txt")] == [
        (one.field, one.old, one.new) for one in merged.report.changed
    ]
    assert (("acme-slim",), ()) == (
        tuple(one.slug for one in merged.descriptors if one.source.endswith("2019.txt")),
        merged.report.removed,
    )


def test_files_of_one_id_have_names_of_their_own() -> None:
    """The line of duplicates names the file; its vendor is the longest heading that the name begins with."""
    tree = a_tree(
        a_dump("Slim"),
        a_dump("Combo"),
        lines=(line("0001", "Acme Slim"),),
        Slim="Acme Slim",
        Combo="Acme Labs Combo",
    )
    merged = run(tree)

    assert [("combo", "Acme Labs Combo", "Acme Labs"), ("slim", "Acme Slim", "Acme")] == [
        (one.slug, one.name, one.vendor) for one in merged.readers
    ]
    assert () == run(tree, merged).findings


def test_a_list_with_one_name_for_two_files_contradicts_none() -> None:
    """A list without the files' own names has the name of one of the records."""
    lines = (line("0001", "Acme Slim"),)
    first = run(a_tree(a_dump("Slim"), a_dump("Combo"), lines=lines, Combo="Acme Combo"))

    assert () == run(a_tree(lines=lines), first).findings
    renamed = run(a_tree(lines=(line("0001", "Acme Slender"),)), first)
    assert ["Acme Slender", "Acme Slender"] == [one.new for one in renamed.report.changed]


def test_a_dump_without_a_line_is_told() -> None:
    """It is named as it reports itself, and nobody claims that it works."""
    merged = run(a_tree(a_dump("Thing", iManufacturer=None)))

    assert [("thing", "Slim", "Slim", Status.UNSUPPORTED)] == [
        (one.slug, one.name, one.vendor, one.status) for one in merged.readers
    ]
    assert ["F001:0001 is on no line of the driver's list"] == [
        one.message for one in merged.findings
    ]
    assert "set its name and status" in merged.findings[0].hint


def test_a_second_id_in_a_file_needs_no_record() -> None:
    """One file of the field holds two devices; the list has both."""
    data = (dump() + dump(idProduct="0x0002")).encode()
    both, _ = parse_dump(data, where="readers/Both.txt")
    assert both is not None
    merged = run(a_tree(both, lines=(line("0001", "Acme Slim"), line("0002", "Acme Duo"))))

    assert ["both"] == [one.slug for one in merged.readers]


def test_while_a_dump_is_broken_its_id_waits() -> None:
    """An id without dump may be that of the broken one, which will name the record."""
    tree = a_tree(
        a_dump("Acme_Slim"),
        lines=(line("0001", "Acme Slim"), line("0002", "Acme Duo")),
        broken=("readers/Acme_Duo.txt",),
    )

    assert ["acme-slim"] == [one.slug for one in run(tree).readers]


def test_a_vendor_is_spelled_as_the_table_does() -> None:
    """The list's headings differ in case and punctuation."""
    first = run(a_tree(lines=(line("0001", "Acme Slim"),)))
    merged = run(a_tree(lines=(line("0002", "ACME Duo", vendor="A-CME"),)), first)

    assert ["Acme", "Acme"] == [one.vendor for one in merged.readers]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("ACS_ACR38_plugin", "acs-acr38-plugin"),
        ("Eutron_SIM_Pocket_(Card Reader)", "eutron-sim-pocket-card-reader"),
        ("58200", "reader-58200"),
        ("???", "reader"),
        ("index", "reader-index"),
        ("con", "reader-con"),
        ("Ünï", "n"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_slug_is_a_name_for_a_page(text: str, slug: str) -> None:
    """Lower case, single dashes, never digits alone, never a name that is taken."""
    assert slug == slug_of(text)


def test_a_slug_that_is_taken_gets_ids_and_then_a_number() -> None:
    """There is always a free one."""
    taken = {"x", "x-0001", "x-f001-0001", "x-f001-0001-2"}

    assert "x-f001-0001-3" == free_slug("X", SLIM, taken=taken)
    assert "x-0002" == free_slug("X", DUO, taken=(), shared=True)


def entry(pid: str, name: str, status: str = "supported", vid: str = "F001") -> Entry:
    return Entry(usb_id=UsbId(vid, pid), name=name, status=status)


def test_the_draft_is_a_block_of_our_changelog() -> None:
    """Sorted without case; the idProduct where a name stands for several ids; nothing disabled."""
    added = [
        entry("5843", "Broad 58200"),
        entry("5842", "Broad 58200"),
        entry("0001", "acme Slim"),
        entry("0001", "acme Slim"),
        entry("0002", "Zeta"),
        entry("0003", "Ghost", "disabled"),
    ]

    assert (
        "- Add support of\n"
        "  - acme Slim\n"
        "  - Broad 58200 (idProduct: 0x5842)\n"
        "  - Broad 58200 (idProduct: 0x5843)\n"
        "  - Zeta\n"
    ) == draft_changelog(added)
    assert "" == draft_changelog([])


def test_the_draft_knows_the_names_of_the_table() -> None:
    """A new id with an old name has its idProduct; the same product of two vendors has both."""
    old = run(a_tree(lines=(line("0001", "Acme Mini"),))).readers

    assert "  - Acme Mini (idProduct: 0x0002)\n" in draft_changelog(
        [entry("0002", "Acme Mini")], table=old
    )
    text = draft_changelog([entry("0001", "Acme Mini", vid="F009")], table=old)
    assert "  - Acme Mini (idVendor: 0xF009, idProduct: 0x0001)\n" in text


@pytest.mark.parametrize(
    ("name", "bullet"),
    [
        ("Giesecke & Devrient GmbH", "Giesecke & Devrient GmbH"),
        ("a_b *c* <d>", "a_b *c* <d>"),
        ("[x](https://x.example)", "`[x](https://x.example)`"),
        ("<https://x.example>", "`<https://x.example>`"),
        ("- x", "`- x`"),
        ("# x", "`# x`"),
        ("1. x", "`1. x`"),
        ("> x", "`> x`"),
        ("`x`", "`` `x` ``"),
        ("C\\*", "C\\*"),
    ],
)
def test_a_name_is_text(name: str, bullet: str) -> None:
    """What would be markup becomes code, so that it is shown as it is."""
    assert bullet == bullet_text(name)


@given(st.text(st.characters(categories=["L", "P", "S", "N"]), min_size=1) | hostile_text)
def test_every_name_survives_the_changelog(name: str) -> None:
    """The draft is one bullet a reader, and shows the name."""
    name = " ".join("".join(one if one.isprintable() else " " for one in name).split())
    if not name:
        return
    text = draft_changelog([entry("0001", name)])
    _, releases, _ = parse_releases(f"## Unreleased\n\n{text}", where="")
    (bullet,) = releases[0].entries

    assert "Add support of" == bullet.text
    assert [name] == [plain_text(one.text) for one in bullet.entries]
    assert () == bullet.entries[0].children


def test_trees_of_two_years_differ_in_what_changed() -> None:
    """Added, removed, renamed, another status, another fact."""
    lines = (line("0002", "Acme Duo II"), line("0003", "Acme Trio"))
    new = a_tree(
        a_dump("Acme_Duo", "0002", bMaxSlotIndex="0x01"), a_dump("Acme_Trio", "0003"), lines=lines
    )
    moved = dataclasses.replace(TREE.driver_list.listed[1], status=Status.UNSUPPORTED)
    old = dataclasses.replace(
        TREE,
        driver_list=dataclasses.replace(
            TREE.driver_list, listed=(TREE.driver_list.listed[0], moved)
        ),
    )
    report = compare_trees(old, new)

    assert ["Acme Trio"] == [one.name for one in report.added]
    assert ["readers/Acme_Slim.txt"] == [one.source for one in report.removed]
    assert [
        ("name", "Acme Duo", "Acme Duo II"),
        ("status", "unsupported", "supported"),
        ("interfaces[0].slots", "1", "2"),
        ("interfaces[0].raw.bMaxSlotIndex", "0", "1"),
    ] == [(one.field, one.old, one.new) for one in report.changed]
    assert not compare_trees(new, new)


def test_a_tree_without_dumps_differs_in_ids_only() -> None:
    """Missing dumps are no missing readers, in either direction."""
    lists = a_tree(lines=TREE.driver_list.listed)

    assert not compare_trees(TREE, lists)
    assert not compare_trees(lists, TREE)


def test_a_reader_that_gets_a_dump_is_not_new() -> None:
    """Between two trees with dumps, the one id gets a file, and the other file another name."""
    lines = (*TREE.driver_list.listed, line("0003", "Acme Trio"))
    old = a_tree(*TREE.dumps, lines=lines)
    new = a_tree(a_dump("Acme_Slim_2"), TREE.dumps[1], a_dump("Acme_Trio", "0003"), lines=lines)
    report = compare_trees(old, new)

    assert ((), ()) == (report.added, report.removed)
    assert [
        ("readers/Acme_Slim.txt", "readers/Acme_Slim_2.txt"),
        ("", "readers/Acme_Trio.txt"),
    ] == [(one.old, one.new) for one in report.changed]


def test_a_broken_dump_is_no_difference() -> None:
    """Nobody knows what is in it."""
    broken = a_tree(TREE.dumps[1], lines=TREE.driver_list.listed, broken=("readers/Acme_Slim.txt",))

    assert not compare_trees(TREE, broken)
    assert not compare_trees(broken, TREE)
    twins = a_tree(TREE.dumps[0], a_dump("Combo"), lines=TREE.driver_list.listed[:1])
    one = dataclasses.replace(
        twins, dumps=twins.dumps[1:], broken=frozenset({"readers/Acme_Slim.txt"})
    )
    assert not compare_trees(twins, one)
    assert not compare_trees(one, twins)


def test_many_values_are_counted_and_not_listed() -> None:
    """A line can hold six."""
    rates = tuple(range(100))
    old, new = (
        dataclasses.replace(
            TREE.dumps[0],
            interfaces=(msgspec.structs.replace(TREE.dumps[0].interfaces[0], rates_bps=some),),
        )
        for some in (rates[:2], rates)
    )
    report = compare_trees(a_tree(old), a_tree(new))

    assert [("0, 1", "100 values")] == [(one.old, one.new) for one in report.changed]


def test_new_ids_are_listed_since_the_release_that_is_named() -> None:
    """Active ids that are new get it; disabled ones, known ones and their further records do not."""
    old = run(a_tree(a_dump("Slim"), lines=(line("0001", "Acme Slim"),)))
    known = [dataclasses.replace(old.readers[0], since="1.2.0")]
    tree = a_tree(
        a_dump("Slim"),
        a_dump("Slim_Two", bcdDevice="2.00 (firmware release?)"),
        a_dump("Duo", "0002"),
        lines=(
            line("0001", "Acme Slim"),
            line("0002", "Acme Duo"),
            line("0003", "Acme Off", Status.DISABLED),
        ),
    )
    merged = merge(known, old.descriptors, tree, where="readers.csv", release="1.3.0")

    assert {"slim": "1.2.0", "slim-two": "1.2.0", "duo": "1.3.0", "acme-off": ""} == {
        one.slug: one.since for one in merged.readers
    }
    assert {""} == {one.since for one in run(tree).readers}
