"""Shortens the folders of the firmware to one letter each in an image, because their names take RAM twice a file.

MicroPython keeps of every module its dotted name and the path that it came from: `chargelet.actions.reset` and
`chargelet/actions/reset.mpy` are `c.a.reset` and `c/a/reset.mpy` then, which is 3 kB less. Modules keep their names,
and so do tracebacks. Only for ROM images: what is started by a main.py that stays where it is keeps its folders.
"""

import re
import string

_ROOTS = ("chargelet", "uwebsockets")
_FROM = re.compile(r"^([ \t]*from )(\.*)([\w.]*)(?= import )", re.M)
_IMPORT = re.compile(r"^([ \t]*import )((?:chargelet|uwebsockets)[\w.]*)(?= as )", re.M)
_PLAIN = re.compile(r"^[ \t]*import (?:chargelet|uwebsockets)\b(?!.* as )", re.M)
_TEXT = re.compile(r"""(?<=["'])(?:chargelet|uwebsockets)\.[\w.]*(?=["'])""")


def rename(content: dict) -> dict:
    """The same files ({path: bytes}) with short folders. Raises ValueError for an import that cannot be followed."""
    made = _letters(content)
    found = {}
    for path, data in content.items():
        parts = path.split("/")
        if path.endswith(".py"):
            data = _rewritten(path, data.decode(), parts[:-1], made).encode()
        found["/".join([*_mapped([], parts[:-1], made), parts[-1]])] = data
    return found


def _letters(content) -> dict:
    """{(folder, ...): its letter} of all folders below the roots; none is that of a module beside it."""
    folders = set()
    beside = {}  # folder → names of what lies in it
    for path in content:
        parts = tuple(path.removesuffix(".py").split("/"))
        for depth in range(1, len(parts)):
            beside.setdefault(parts[: depth - 1], set()).add(parts[depth - 1])
            if parts[0] in _ROOTS:
                folders.add(parts[:depth])
        beside.setdefault(parts[:-1], set()).add(parts[-1])
    made = {}
    for folder in sorted(folders):
        taken = beside[folder[:-1]] | {made[other] for other in made if other[:-1] == folder[:-1]}
        letters = [*folder[-1], *string.ascii_lowercase]
        made[folder] = next(letter for letter in letters if letter not in taken)
    return made


def _mapped(base, parts, made) -> list:
    """The parts of a dotted name that begins in a folder, with the folders among them short."""
    where = tuple(base)
    found = []
    for part in parts:
        where += (part,)
        found.append(made.get(where, part))
    return found


def _rewritten(path, text, folder, made) -> str:
    if _PLAIN.search(text):
        raise ValueError(f"{path}: `import chargelet...` needs a name of its own: `as`")

    def from_(match):
        dots, name = match[2], match[3]
        base = folder[: len(folder) - len(dots) + 1] if dots else []
        return match[1] + dots + ".".join(_mapped(base, name.split("."), made))

    def absolute(name):
        return ".".join(_mapped([], name.split("."), made))

    text = _FROM.sub(from_, text)
    text = _IMPORT.sub(lambda match: match[1] + absolute(match[2]), text)
    return _TEXT.sub(lambda match: absolute(match[0]), text)
