"""Names that people have given to cards: kept on flash, a short list."""

from ..base import loading
from ..base.cistring import folded
from ..base.log import masked
from ..station.claim import same

loading.seldom(__name__)

_FILE = "cards"
MAX = 40
NAME_MAX = 24


def all_of(storage) -> list:
    """[idTag, name] of each card that has a name."""
    try:
        found = storage.kept(_FILE) or []
        return [[str(tag), str(name)] for tag, name in found][:MAX]
    except (ValueError, TypeError):
        return []


def name_of(storage, id_tag) -> "str | None":
    """The name of a card, or None."""
    for tag, name in all_of(storage):
        if same(tag, id_tag):
            return name
    return None


def naming(storage, apart: bool = False):
    """A function that gives what a card is shown as: its name, or its end. With `apart` all of the number comes behind
    the end, after a line break: cards that end alike are not the same."""
    known = {folded(tag): name for tag, name in all_of(storage)}

    def shown(id_tag):
        if not id_tag:
            return ""
        number = folded(id_tag)
        return known.get(number) or (masked(number.upper()) + "\n" + number if apart else masked(id_tag))

    return shown


def give(storage, id_tag: str, name: str) -> bool:
    """Give a card a name; an empty one removes it. False when there are too many. Raises OSError."""
    rest = [[tag, known] for tag, known in all_of(storage) if not same(tag, id_tag)]
    if name:
        if len(rest) >= MAX:
            return False
        rest.append([id_tag, name])
    storage.keep(_FILE, rest)
    return True
