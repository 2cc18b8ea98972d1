"""Knows how private names are made short in what a board gets, for each name takes RAM there. Knows no compiler.

MicroPython keeps every name that a program from ROM uses in a table in RAM. Names with one leading underscore are of
no use outside their file (or the file of the class they inherit from), so that `_storage` in one and `_interval` in
another may both be `_a`: some 350 names become 40. Lines stay where they are, and so do the line numbers of
tracebacks; only the names of private functions in them are short. Public names are left alone.
"""

import ast
import io
import itertools
import string
import tokenize


def _private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and len(name) > 1


def _defined(tree) -> set:
    """The private names that a file itself brings into being."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.id if isinstance(node, ast.Name) else node.attr)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias) and node.asname:
            found.add(node.asname)
    return {name for name in found if _private(name)}


def _used(tree) -> set:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Name):
            found.add(node.id)
    return {name for name in found if _private(name)}


def _shorts():
    letters = string.ascii_lowercase + string.ascii_uppercase
    for length in (1, 2):
        for made in itertools.product(letters, repeat=length):
            yield "_" + "".join(made)


def shorten(sources: dict, spared: dict | None = None) -> dict:
    """The same files ({name: text}) with short private names. Raises ValueError for one that nobody defines.

    The private names that the `spared` files use, tests that look inside for instance, stay as they are everywhere.
    """
    kept = set()
    for name, text in (spared or {}).items():
        tree = ast.parse(text, name)
        kept |= _used(tree) | _defined(tree)
    trees = {name: ast.parse(text, name) for name, text in sources.items()}
    everywhere = set().union(*(_defined(tree) for tree in trees.values()))
    group = {name: {name} for name in sources}
    for name, tree in trees.items():
        # A subclass and its base in another file share their names.
        missing = _used(tree) - set().union(*(_defined(trees[other]) for other in group[name]))
        for other in sources:
            if missing & _defined(trees[other]) and _inherits(tree, trees[other]):
                merged = group[name] | group[other]
                for member in merged:
                    group[member] = merged
        missing = (_used(tree) & everywhere) - set().union(*(_defined(trees[other]) for other in group[name]))
        if missing:
            raise ValueError(f"{name}: uses {', '.join(sorted(missing))} of another file")
    made = {}
    for name, text in sources.items():
        own = set().union(*(_defined(trees[other]) for other in group[name]))
        # What belongs to the interpreter's own modules keeps its name.
        own -= kept
        foreign = set().union(*(_used(trees[other]) for other in group[name])) - own
        shorts = (short for short in _shorts() if short not in foreign | kept)
        made[name] = _replaced(text, dict(zip(sorted(own), shorts)))
    return made


def _inherits(tree, other) -> bool:
    classes = {node.name for node in ast.walk(other) if isinstance(node, ast.ClassDef)}
    bases = {
        base.id
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for base in node.bases
        if isinstance(base, ast.Name)
    }
    return bool(classes & bases)


def _replaced(text: str, names: dict) -> str:
    lines = text.splitlines(keepends=True)
    tokens = [token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.NAME]
    for token in reversed(tokens):
        if token.string in names:
            row, column = token.start
            line = lines[row - 1]
            lines[row - 1] = line[:column] + names[token.string] + line[column + len(token.string) :]
    return "".join(lines)
