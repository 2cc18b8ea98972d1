"""Finds the private names of a file that are constants, and says so to MicroPython's compiler.

A constant needs no name, nor a place in its module's table, which lies in RAM also where the code is frozen: 2 kB.
"""

import ast


def private(name: str) -> bool:
    """Whether a name is private to its file."""
    return name.startswith("_") and not name.startswith("__") and len(name) > 1


def in_text(text: str, kept=()) -> str:
    """The file with its constants marked, but for names that are kept."""
    tree = ast.parse(text)
    return marked(text, tree, of(tree) - set(kept))


def of(tree) -> set:
    """Private names that are a number or a plain word for the whole file, and are so before their first use."""
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
    """{private name: the line that gives it a number or a plain word, None where there are two}."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if private(name) and _plain(node.value) and node.lineno == node.end_lineno:
                found[name] = None if name in found else node.lineno
    return found


def _plain(value) -> bool:
    """Whether this is a number or a plain word."""
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
        value = value.operand
    if not isinstance(value, ast.Constant):
        return False
    return type(value.value) is int or (isinstance(value.value, str) and value.value.isidentifier())


def marked(text: str, tree, names: set) -> str:
    """The same file with `const(...)` around what these names are: the compiler puts the value where the name is."""
    lines = text.encode().splitlines(keepends=True)
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) in names:
            value, line = node.value, lines[node.lineno - 1]
            start, end = value.col_offset, value.end_col_offset
            lines[node.lineno - 1] = line[:start] + b"const(" + line[start:end] + b")" + line[end:]
    return b"".join(lines).decode()
