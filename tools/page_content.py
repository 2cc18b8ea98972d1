"""Makes the page's one file out of firmware/web: put together, compressed, as a module of the firmware.

Runs also inside MicroPython's build (firmware/manifest.py), so it needs nothing but Python's own library; with zopfli,
which a laptop has, what is compressed is 4 % smaller.
"""

import base64
import gzip
import hashlib
import json
import os
import re
import sys
from pathlib import Path

try:
    from zopfli import gzip as zopfli
except ImportError:
    zopfli = None

WEB = Path(__file__).resolve().parent.parent / "firmware" / "web"
# The modules that are made: their file in the firmware → the page's source.
NAMES = {
    "chargelet/page/content.py": "page",
    "chargelet/page/first_content.py": "first",
    "chargelet/page/keys_content.py": "keys",
}
_POLICY = (
    "default-src 'none'; script-src '{script}'; style-src '{style}'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def _hashed(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _shorter(text: str) -> str:
    """Without indentation, empty lines and comments of a line of their own."""
    lines = [line.strip() for line in text.splitlines()]
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def page(more_html: str = "", more_script: str = "", more_style: str = "", source: str = "page") -> tuple:
    """(the page's HTML, its Content-Security-Policy). What is handed in comes at the end of each part."""
    words = json.loads((WEB / ("words.json" if source == "page" else f"{source}_words.json")).read_text())
    script = _shorter((WEB / f"{source}.js").read_text()) + ("\n" + _shorter(more_script) if more_script else "")
    own = (WEB / f"{source}.css").read_text() if source != "page" else ""
    style = _shorter((WEB / "page.css").read_text() + own + more_style)
    html = _shorter((WEB / f"{source}.html").read_text())
    data = json.dumps(words, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    html = html.replace("</main>", _shorter(more_html) + "</main>").replace("STYLE", style).replace("WORDS", data)
    html = html.replace("SCRIPT", script)
    return html, _POLICY.format(script=_hashed(script), style=_hashed(style))


def board_keys() -> str:
    """Every key that a board file may have, a line each, as firmware/chargelet/hardware/board_keys.py says it: path,
    kind, need, and what it takes."""
    sys.path.insert(0, str(WEB.parent))
    try:
        from chargelet.hardware import board_keys as table
    finally:
        sys.path.remove(str(WEB.parent))
    lines, todo = [], [""]
    while todo:
        section = todo.pop(0)
        for row in table.rows(section, None):
            lines.append(f"{section}{' '.join(row)}".rstrip())
        below = [f"{section}{name}." for name in table.names(section) if section != "main_meter."]
        todo += [name for name in below if name != "main_meter." and table.names(name)]
    return "\n".join(dict.fromkeys(lines))


def text(source: str) -> str:
    """What a browser gets: a page, or the tables of keys."""
    if source == "keys":
        return json.dumps(dict(keys(), board=board_keys()), ensure_ascii=False, separators=(",", ":"))
    return page(source=source)[0]


def packed(source: str) -> bytes:
    """The same, compressed."""
    content = text(source).encode()
    return zopfli.compress(content) if zopfli else gzip.compress(content, 9, mtime=0)


_HEADING = re.compile(r"^### (.*)$")
_ROW = re.compile(r"^\| `(\w+)` \| (RW|R|W) \| (.*?) \| (.*?) ?\| (.*?) ?\| (.*?) ?\|$")


def keys() -> dict:
    """{language: {"groups": headings, "keys": {name: [which heading, RW, R or W, what it takes, default, when a change
    takes effect, what it does]}}} of every configuration key: in English as firmware/OPERATING.md has it, in others as
    web/keys.json translates that."""
    whole = {"en": {"groups": [], "keys": {}}}
    groups, rows = whole["en"]["groups"], whole["en"]["keys"]
    for line in (WEB.parent / "OPERATING.md").read_text().split("\n## ")[1].splitlines():
        heading, row = _HEADING.match(line), _ROW.match(line)
        if heading:
            groups.append(heading[1])
        elif row:
            name, *rest = (_plain(cell) for cell in row.groups())
            rows[name] = [len(groups) - 1, *rest]
    for language, words in json.loads((WEB / "keys.json").read_text()).items():
        said = {name: _said(name, row, words) for name, row in rows.items()}
        whole[language] = {"groups": [words["groups"][name] for name in groups], "keys": said}
    return whole


def _plain(cell: str) -> str:
    return re.sub(r"\[(.*?)\]\(.*?\)", r"\1", cell).replace("`", "")


def _said(name: str, row: list, words: dict) -> list:
    group, access, takes, default, effect, does = row
    span = re.fullmatch(r"(\d+) to (\d+)( \S+)?", takes)
    takes = words["span"].format(span[1], span[2]) + (span[3] or "") if span else words["takes"].get(takes, takes)
    default = words["takes"].get(default, default)
    return [group, access, takes, default, effect and words["effect"][effect], does and words["does"][name]]


def module(source: str) -> bytes:
    """The text of such a module: the page as a browser takes it, and its policy; or the tables of keys."""
    what = "What each configuration key is for" if source == "keys" else "The page"
    said = f'"""{what}, compressed: made of firmware by tools/page_content.py."""\n\n'
    said += "from ..base import loading\n\nloading.seldom(__name__)\n"
    if source == "keys":
        return (said + f"TABLE = {packed(source)!r}\n").encode()
    return (said + f"POLICY = {page(source=source)[1]!r}\nPAGE = {packed(source)!r}\n").encode()


def files(folder: Path) -> dict:
    """{file in the firmware: path} of those modules, written into a folder."""
    return {name: _file(folder, source) for name, source in NAMES.items()}


def _file(folder: Path, source: str) -> Path:
    """Made once of each content, for compressing takes its time; several may be at it."""
    made_of = hashlib.sha256(Path(__file__).read_bytes() + text(source).encode() + (b"zopfli" if zopfli else b""))
    path = folder / "pages" / f"{source}-{made_of.hexdigest()[:16]}.py"
    try:
        os.utime(path)  # in use: not to be forgotten
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}")
        new.write_bytes(module(source))
        new.rename(path)
    return path
