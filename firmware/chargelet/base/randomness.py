"""Random numbers. No other module makes any."""

from binascii import hexlify
from os import urandom

# entropy.py keeps here what noise it has taken in, mixed; None where there is none for keys.
noise = [b""]


def below(n: int) -> int:
    """A random integer from 0 to n - 1, for n up to 2**16."""
    return int.from_bytes(urandom(4), "big") % n


def token() -> str:
    """Sixteen hexadecimal digits that nobody has drawn before."""
    return hexlify(urandom(8)).decode()


def ids():
    """A function that gives message ids which nobody has used before (OCPP-J errata 3.1): sixteen random digits a boot
    and a count, so that no flash is written for it."""
    boot = token()
    count = [0]

    def new_id() -> str:
        count[0] += 1
        return "%s-%x" % (boot, count[0])

    return new_id
