"""Where SVG or MathML is open in a page: the elements around a tag, and what opens and closes them."""

from __future__ import annotations

import collections

HTML = ""
FORM = "form"
_ROOTS = frozenset(("svg", "math"))
_VOID_NAMES = "area base basefont br col command embed frame hr img input isindex keygen link meta param source track wbr"
_VOID = frozenset(_VOID_NAMES.split())
# Inside them is HTML again.
_INTEGRATION = frozenset(
    ("annotation-xml", "desc", "FOREIGNOBJECT", "mi", "mn", "mo", "ms", "mtext", "title")
)
# Elements of SVG whose names have capitals (HTML Standard, "in foreign content"). Inside SVG they are not the elements
# that have the same name outside; here they are told apart by capitals throughout.
_CAPITALISED_NAMES = (
    "altglyph altglyphdef altglyphitem animatecolor animatemotion animatetransform clippath feblend "
    "fecolormatrix fecomponenttransfer fecomposite feconvolvematrix fediffuselighting fedisplacementmap "
    "fedistantlight fedropshadow feflood fefunca fefuncb fefuncg fefuncr fegaussianblur feimage femerge "
    "femergenode femorphology feoffset fepointlight fespecularlighting fespotlight fetile feturbulence "
    "foreignobject glyphref lineargradient radialgradient textpath"
)
_CAPITALISED = frozenset(_CAPITALISED_NAMES.split())
_BLOCKS = (
    "address article aside blockquote details div dl fieldset figcaption figure footer form header hr main nav ol p "
    "pre section table ul"
)
_CONTROLS = "button datalist select textarea"
_HEADINGS = "h1 h2 h3 h4 h5 h6"
# What the start of an element ends, if that is the innermost: as htmlparser2 answers for each pair of elements.
_ENDS = {
    opened: frozenset(ended.split())
    for openers, ended in (
        ("a", "a"),
        (f"{_CONTROLS} input output", f"{_CONTROLS} optgroup option"),
        ("dd dt", "dd dt"),
        (_HEADINGS, f"{_HEADINGS} p"),
        ("body", "head script"),
        ("li", "li"),
        ("optgroup", "optgroup option"),
        ("option", "option"),
        (_BLOCKS, "p"),
        ("rp rt", "rp rt"),
        ("tbody tfoot", "tbody thead"),
        ("td", "td th thead"),
        ("tr", "td th tr"),
        ("th", "th"),
    )
    for opened in openers.split()
}
_NOTHING: frozenset[str] = frozenset()


class Nesting:
    """The open elements, from a place in the page on."""

    def __init__(self) -> None:
        self._names: list[str] = []
        # Inside each of them: `svg` or `math`, or HTML.
        self._inside: list[str] = [HTML]
        # How often each name is open: to look for one that is not would be quadratic.
        self._open: collections.Counter[str] = collections.Counter()

    @property
    def inside(self) -> str:
        """What the next tag is in: `svg` or `math`, or HTML."""
        return self._inside[-1]

    @property
    def is_empty(self) -> bool:
        """Whether no element is open."""
        return not self._names

    def _known(self, name: str) -> str:
        """The name of an element where it stands."""
        if name in _CAPITALISED:
            capitals = name.upper()
            return capitals if self.inside == "svg" or self._open[capitals] else name
        if name == "image" and self.inside == HTML:
            return "img"
        return name

    def start(self, name: str, *, closes_itself: bool) -> None:
        """Open an element, after what its start ends. A form in a form is no element."""
        known = self._known(name)
        if known == FORM and self._open[FORM]:
            return
        ended = _ENDS.get(known, _NOTHING)
        while self._names and self._names[-1] in ended:
            self._pop()
        if known in _VOID:
            return
        inside = known if known in _ROOTS else HTML if known in _INTEGRATION else self.inside
        if closes_itself and inside != HTML:
            return
        self._names.append(known)
        self._inside.append(inside)
        self._open[known] += 1

    def end(self, name: str) -> bool:
        """Close an element with all that is in it; whether there was one to close."""
        known = self._known(name)
        if known in _VOID:
            return True
        if not self._open[known]:
            return False
        while self._pop() != known:
            pass
        return True

    def _pop(self) -> str:
        name = self._names.pop()
        self._inside.pop()
        self._open[name] -= 1
        return name
