"""setup.py: the strings in it that name files, read without running it."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from typing import TYPE_CHECKING

from pressroom.release.audit.mention import Mention, named

if TYPE_CHECKING:
    from collections.abc import Iterator

_SKIPPED = re.compile(r".*(?:exclu|ignore).*|package_data", re.IGNORECASE)
_LISTS = frozenset({"sources", "depends", "scripts", "data_files"})
_OPENS = re.compile(r".*(?:open|read|path|file).*", re.IGNORECASE)
_MANY = 5_000


def read_setup_script(text: str) -> Iterator[Mention]:
    """The strings of a setup.py; of one that this Python cannot read (Python 2), each on its own."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its invalid escapes are its own affair
            tree = ast.parse(text)
        yield from _Reader().read(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield from _tokens(text)


def _tokens(text: str) -> Iterator[Mention]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.STRING:
                value = ast.literal_eval(token.string)
                if isinstance(value, str):
                    yield named(value, token.start[0])
    except (tokenize.TokenError, SyntaxError, ValueError):
        return


class _Reader:
    """Walks the tree; a string that is only a piece of a name is not taken for one."""

    def read(self, node: ast.AST, *, bare: bool = False) -> Iterator[Mention]:
        match node:
            case ast.Constant(value=str(value)):
                yield named(value, node.lineno, bare=bare)
            case ast.Expr(value=ast.Constant()) | ast.JoinedStr():
                return
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.keyword(arg=str(name)):
                yield from self._under(name, node.value)
            case ast.Dict():
                yield from self._dict(node)
            case ast.Call():
                yield from self._call(node)
            case ast.BinOp(op=ast.Div()):
                yield from self._joined(_divided(node), node.lineno)
            case _:
                pieces = isinstance(node, ast.BinOp | ast.Compare)
                for child in ast.iter_child_nodes(node):
                    if not (pieces and isinstance(child, ast.Constant)):
                        yield from self.read(child, bare=bare)

    def _under(self, name: str, value: ast.expr) -> Iterator[Mention]:
        if not _SKIPPED.fullmatch(name):
            yield from self.read(value, bare=name in _LISTS)

    def _dict(self, node: ast.Dict) -> Iterator[Mention]:
        for key, value in zip(node.keys, node.values, strict=True):
            name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
            yield from self._under(name, value)

    def _call(self, node: ast.Call) -> Iterator[Mention]:
        function = node.func
        name = getattr(function, "attr", getattr(function, "id", ""))
        if name == "join":
            yield from self._joined(node.args, node.lineno)
            return
        yield from self.read(function)
        for number, argument in enumerate(node.args):
            yield from self.read(argument, bare=number == 0 and bool(_OPENS.fullmatch(name)))
        for keyword in node.keywords:
            yield from self.read(keyword)

    def _joined(self, parts: list[ast.expr], line: int) -> Iterator[Mention]:
        """A path in pieces, where the first may be a folder that only running it would tell."""
        words = [
            part.value
            for part in parts
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        ]
        rest = [part for part in parts if not isinstance(part, ast.Constant)]
        if not rest or (len(rest) == 1 and rest[0] is parts[0]):
            yield named("/".join(words), line, bare=True)
        for part in rest:
            yield from self.read(part)


def _divided(node: ast.expr) -> list[ast.expr]:
    """The operands of `a / b / c`."""
    parts: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and len(parts) < _MANY:
        parts.append(node.right)
        node = node.left
    return [node, *reversed(parts)]
