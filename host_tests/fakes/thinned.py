"""Of how many cases of a sweep one is tried, as whoever starts the tests says: STEP=1 for each."""

import os


def each(otherwise: int, name: str = "STEP") -> int:
    """Each so many-th. A chip without an operating system has no environment to ask."""
    ask = getattr(os, "getenv", None)
    return int((ask and ask(name)) or otherwise)
