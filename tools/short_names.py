"""Shortens private names in what a board gets, because each name takes RAM there.

MicroPython keeps every name that a program from ROM uses in a table in RAM. Names with one leading underscore are of
no use outside their file (or the file of the class they inherit from), so that `_storage` in one and `_interval` in
another may both be `_a`: some 350 names become 40. So may parameters that nobody passes by name, 120 more. Private
numbers and words of a file become constants, which need no name nor a place in a table at all. Lines stay where they
are, and so do the line numbers of tracebacks; only the names of private functions in them are short. Public names are
left alone.
"""

import ast
import io
import itertools
import string
import tokenize

import constants
from constants import private


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
    return {name for name in found if private(name)}


def _used(tree) -> set:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Name):
            found.add(node.id)
    return {name for name in found if private(name)}


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
    defined = {name: _defined(tree) for name, tree in trees.items()}
    used = {name: _used(tree) for name, tree in trees.items()}
    everywhere = set().union(*defined.values())
    group = {name: {name} for name in sources}
    for name, tree in trees.items():
        # A subclass and its base in another file share their names: what is private to one must not be so to both.
        for other in sources:
            if other not in group[name] and _inherits(tree, trees[other]):
                merged = group[name] | group[other]
                for member in merged:
                    group[member] = merged
        missing = (used[name] & everywhere) - set().union(*(defined[other] for other in group[name]))
        if missing:
            raise ValueError(f"{name}: uses {', '.join(sorted(missing))} of another file")
    made = {}
    for name, text in sources.items():
        own = set().union(*(defined[other] for other in group[name]))
        # What belongs to the interpreter's own modules keeps its name.
        own -= kept
        foreign = set().union(*(used[other] for other in group[name])) - own
        shorts = (short for short in _shorts() if short not in foreign | kept)
        # For all files of a group alike: they share their names.
        found = set()
        for member in group[name]:
            others = (used[other] | defined[other] for other in group[name] - {member})
            found |= constants.of(trees[member]) - kept - foreign - set().union(*others)
        names = dict(zip(sorted(own - found), shorts))
        # Names that no function's parameter gets: a constant takes the place of its name everywhere in the file.
        names.update((constant, f"_{at}") for at, constant in enumerate(sorted(found)))
        made[name] = _replaced(constants.marked(text, trees[name], found & defined[name]), names)
    by_name = set().union(*(_keywords(ast.parse(text)) for text in [*made.values(), *(spared or {}).values()]))
    return {name: _parameters(text, by_name) for name, text in made.items()}


_SCOPES = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


def _keywords(tree) -> set:
    return {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}


def _bound(scope) -> set:
    """What a function, a comprehension or a class inside another function calls by a name of its own."""
    found = {node.arg for node in ast.walk(scope) if isinstance(node, ast.arg)}
    found |= {node.id for node in ast.walk(scope) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return found | _declared(ast.walk(scope))


def _declared(nodes) -> set:
    return {name for node in nodes if isinstance(node, ast.Nonlocal | ast.Global) for name in node.names}


def _parameters(text: str, by_name: set) -> str:
    """The same text with short names for parameters, where it is plain what they mean."""
    tree = ast.parse(text)
    places = {}  # (line, column in bytes) → (old name, new name)
    _shorten_in(tree, by_name, set(), places)
    lines = text.encode().splitlines(keepends=True)
    for (row, column), (old, new) in sorted(places.items(), reverse=True):
        line = lines[row - 1]
        assert line[column : column + len(old)] == old.encode(), (row, old)
        lines[row - 1] = line[:column] + new.encode() + line[column + len(old) :]
    return b"".join(lines).decode()


def _shorten_in(node, by_name, taken, places):
    for child in ast.iter_child_nodes(node):
        inside = taken
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = taken | _of_function(child, by_name, taken, places)
        _shorten_in(child, by_name, inside, places)


def _of_function(function, by_name, taken, places) -> set:
    """Note where the parameters of one function are; the names that they get."""
    parts = [node for statement in function.body for node in ast.walk(statement)]
    if any(isinstance(node, ast.JoinedStr) for node in parts):
        return set()  # what is in there has no reliable place
    inner = set().union(*(_bound(node) for node in parts if isinstance(node, _SCOPES)), _declared(parts))
    arguments = function.args.posonlyargs + function.args.args
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)} | {one.arg for one in arguments}
    shorts = (short for short in _shorts() if short not in used | taken | inner)
    made = {}
    for one in arguments:
        # Two letters are no gain, and a short private name is one already.
        if len(one.arg) > 2 and one.arg != "self" and one.arg not in by_name | inner and not private(one.arg):
            made[one.arg] = next(shorts)
            places[one.lineno, one.col_offset] = one.arg, made[one.arg]
    for node in parts:
        if isinstance(node, ast.Name) and node.id in made:
            places[node.lineno, node.col_offset] = node.id, made[node.id]
    return set(made.values())


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
