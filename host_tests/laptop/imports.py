"""The files of the firmware and what each of them imports."""

import ast
import re

import rom

# Each layer may import those after it, and what stands below all of them.
LAYERS = ["transport", "rpc", "actions", "station", "hardware"]
# What any layer may import → which of these it may import itself.
BELOW = {
    "messages": {"base"},
    "journal": {"base"},
    "certificates": {"base"},
    "base": set(),
    "version": {"base"},
}
# The page stands beside transport and looks at the station only.
BESIDE = {"page": {"station"}}

BOARDS = rom.ROOT / "boards"


def files(*folders):
    """(path below firmware/ or boards/, path) of every file."""
    found = [(str(path.relative_to(folder)), path) for folder in folders for path in sorted(folder.rglob("*.py"))]
    assert len(found) > 5
    return found


def imports(name, path):
    """The dotted names a file imports, relative ones resolved; those inside functions too. os.urandom counts as one."""
    package = name.split("/")[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            whole = ".".join([*base, *([node.module] if node.module else [])])
            yield whole
            for alias in node.names:
                yield f"{whole}.{alias.name}"
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "os.urandom":
            yield "os.urandom"


def layer(dotted):
    parts = dotted.split(".")
    return parts[1] if parts[0] == "chargelet" and len(parts) > 1 else None


def may_import(own, other):
    if own == other:
        return True
    if own in BELOW:
        return other in BELOW[own]
    if own in BESIDE:
        return other in BELOW or other in BESIDE[own]
    return other in BELOW or (own in LAYERS and other in LAYERS[LAYERS.index(own) :])


def seldom(listing):
    """The dotted names of the modules that are forgotten when nobody runs them (base/loading.py)."""
    marked = re.compile(r"^(loading\.seldom|seldom\.append)\(__name__\)$", re.MULTILINE)
    # Of the actions some stay; the others say so themselves.
    folders = {folder for _, folder in named_folders(listing)} - {"chargelet.actions"}
    dotted = {name[:-3].replace("/", "."): path.read_text() for name, path in listing}
    return {name for name, text in dotted.items() if marked.search(text) or name.rpartition(".")[0] in folders}


def named_folders(listing):
    """(file, folder) wherever a file is imported because a message or a board file names it."""
    call = re.compile(r'loading\.named\("([^"]*)",')
    return [(name, folder) for name, path in listing for folder in call.findall(path.read_text())]
