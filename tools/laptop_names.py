"""The laptop's names for tools/station: whom its system asks (resolv.conf), and what it knows itself (hosts)."""

import re
from pathlib import Path

_SERVERS_MAX = 3
_FIXED_MAX = 20
_IPV4 = r"\d{1,3}(?:\.\d{1,3}){3}"


def _text(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""


def servers(text: str | None = None) -> list[str]:
    """The IPv4 name servers of /etc/resolv.conf; the firmware speaks no IPv6."""
    text = _text("/etc/resolv.conf") if text is None else text
    return re.findall(rf"^\s*nameserver\s+({_IPV4})\s*$", text, re.M)[:_SERVERS_MAX]


def fixed(text: str | None = None) -> list[tuple[str, str]]:
    """Pairs of name and IPv4 address of /etc/hosts."""
    text = _text("/etc/hosts") if text is None else text
    found = []
    for address, names in re.findall(rf"^\s*({_IPV4})[ \t]+([^#\n]+)", text, re.M):
        found += [(name.lower(), address) for name in names.split()]
    return found[:_FIXED_MAX]
