"""Finds the private names of a file that are constants, and says so to MicroPython's compiler.

A constant needs no name, nor a place in its module's table, which lies in RAM also where the code is frozen: 2.5 kB.
"""

import ast

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.LShift, ast.RShift, ast.BitOr, ast.BitAnd)


def private(name: str) -> bool:
    """Whether a name is private to its file."""
    return name.startswith("_") and not name.startswith("__") and len(name) > 1


def in_text(text: str, kept=()) -> str:
    """The file with its constants marked, but for names that are kept."""
    tree = ast.parse(text)
    return marked(text, tree, of(tree) - set(kept))


def of(tree) -> set:
    """Private names that are a number, a text or a tuple of such for the whole file, and are so before their first
    use."""
    found = _given(tree)
    places = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in found:
            places.setdefault(node.id, []).append((type(node.ctx), node.lineno))
        elif isinstance(node, ast.Attribute | ast.arg):
            found.pop(node.attr if isinstance(node, ast.Attribute) else node.arg, None)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            for name in node.names:
                found.pop(name, None)
    return {
        name
        for name, line in found.items()
        if line and all((kind is ast.Store) == (at == line) and at >= line for kind, at in places[name])
    }


def _given(tree) -> dict:
    """{private name: the line that gives it a constant, None where there are two}."""
    found = {}
    for node in tree.body:
        for name, value in _pairs(node):
            if private(name) and _plain(value):
                found[name] = None if name in found else node.lineno
    return found


def _pairs(node) -> list:
    """(name, value) of each that an assignment names: `_A = 1`, `_A, _B = 1, 2` or `_A, _B = range(2)`."""
    if not isinstance(node, ast.Assign) or len(node.targets) > 1:
        return []
    (target,), value = node.targets, node.value
    # In brackets of its own a value would be no constant: those are not part of it.
    if isinstance(target, ast.Name):
        ends = (node.end_lineno, node.end_col_offset) == (value.end_lineno, value.end_col_offset)
        return [(target.id, value)] if ends else []
    if not isinstance(target, ast.Tuple) or node.lineno != node.end_lineno:
        return []
    names = [one.id for one in target.elts if isinstance(one, ast.Name)]
    values = value.elts if isinstance(value, ast.Tuple) else []
    if isinstance(value, ast.Call) and ast.unparse(value) == f"range({len(names)})":
        values = [ast.Constant(number) for number in range(len(names))]
    return list(zip(names, values, strict=True)) if len(names) == len(target.elts) == len(values) else []


def _plain(value) -> bool:
    """Whether this is a number, a text, or a tuple of such, as it stands there."""
    if isinstance(value, ast.Tuple):
        return bool(value.elts) and all(_plain(one) or getattr(one, "value", 0) is None for one in value.elts)
    return _number(value) or (isinstance(value, ast.Constant) and isinstance(value.value, str | bytes))


def _number(value) -> bool:
    """Whether this is a whole number, or is reckoned from such."""
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
        return _number(value.operand)
    if isinstance(value, ast.BinOp) and isinstance(value.op, _OPERATORS):
        return _number(value.left) and _number(value.right)
    return isinstance(value, ast.Constant) and type(value.value) is int


def marked(text: str, tree, names: set) -> str:
    """The same file with `const(...)` around what these names are: the compiler puts the value where the name is."""
    data = text.encode()
    begins = [0]
    for line in data.splitlines(keepends=True):
        begins.append(begins[-1] + len(line))
    for node in reversed(tree.body):
        pairs = _pairs(node)
        if not [name for name, _ in pairs if name in names]:
            continue
        parts = []
        for name, value in pairs:
            content = ast.get_source_segment(text, value) or ast.unparse(value)
            if isinstance(value, ast.Tuple) and value.col_offset == value.elts[0].col_offset:
                content = f"({content})"  # it has no brackets of its own
            parts.append(f"{name} = const({content})" if name in names else f"{name} = {content}")
        start = begins[node.lineno - 1] + node.col_offset
        end = begins[node.end_lineno - 1] + node.end_col_offset
        data = data[:start] + "; ".join(parts).encode() + data[end:]
    return data.decode()
