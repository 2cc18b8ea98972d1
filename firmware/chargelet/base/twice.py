"""Keeps what the station can't do without twice, in two folders: a worn piece of flash costs one of them."""

from . import loading
from .log import ERROR

loading.seldom(__name__)

_FOLDER = "twins"


def there(storage, name: str) -> bool:
    """Whether there is such a value, whole or not."""
    return storage.there(name) or storage.there(_twin(name))


def _twin(name) -> str:
    return _FOLDER + "/" + name


def write(storage, name: str, value: dict):
    """Replace it; durable on return. Raises OSError: then the old value stays. A power cut may leave a copy that is
    behind, and the next read() sees to that."""
    storage.keep(name, value)
    try:
        storage.mkdir(_FOLDER)
        storage.keep(_twin(name), value)
    except OSError:
        storage.remove(_twin(name))  # on a full flash: none is better than one that is behind for long


def read(storage, name: str, log, right=None) -> "dict | None":
    """The value, None where neither is whole; `right(value)` says whether it makes sense. Both are whole afterwards,
    where flash takes it, and not without a log."""
    first, second = [_whole(storage, each, right) for each in (name, _twin(name))]
    value = second if first is None else first
    if value is None or log is None or first == second:
        return value
    if first is None:
        log("%s: the file is lost or damaged; its copy counts" % name, ERROR)
    try:
        write(storage, name, value)
    except OSError as error:
        log("%s: flash says %s" % (name, error))
    return value


def _whole(storage, name, right) -> "dict | None":
    try:
        value = storage.kept(name)
        return value if type(value) is dict and (right is None or right(value)) else None
    except ValueError:
        return None
