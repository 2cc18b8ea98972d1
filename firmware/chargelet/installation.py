"""What one installation has of its own: its network, its central system, its identity."""

from .base import loading
from .base.cistring import plain

loading.seldom(__name__)

# Where the time comes from when the installation says nothing else.
TIME_SERVER = "pool.ntp.org"

# `ca` is the hash of the root that has come with it (given_root.py).
_TEXTS = {
    "wifi": {"name": 32, "password": 63},
    "csms": {"url": 512, "secure_url": 512, "identity": 48, "password": 40, "profile": 0, "ca": 64},
    "time": {"server": 253},
}


def alone(table) -> bool:
    """Whether the station has no central system at all: `stand_alone = true`, and no section csms."""
    return table.get("stand_alone") is True and "csms" not in table


def lacking(profile, there) -> list:
    """Which certificates a security profile needs and nobody has brought: ca, certificate, key. `there` are those that
    are there."""
    needed = {2: ("ca",), 3: ("ca", "certificate", "key")}.get(profile, ())
    return [name for name in needed if name not in there]


def problems(table, wifi: bool) -> list:
    """[(path, what was found, what is allowed)] of all that is wrong; `wifi`: whether the board needs one."""
    if not isinstance(table, dict):
        return [("installation", "no sections", "sections wifi, csms, time, page and config, and stand_alone")]
    found = []
    for name in table:
        if name not in _TEXTS and name not in ("config", "stand_alone", "page"):
            found.append((name, "an unknown section", "wifi, csms, time, page, config, stand_alone"))
    stand_alone = table.get("stand_alone", False)
    if not isinstance(stand_alone, bool):
        found.append(("stand_alone", "%r" % (stand_alone,), "true or false"))
    for section, keys in _TEXTS.items():
        inner = table.get(section)
        if inner is not None:
            _section(inner, section, keys, found)
        elif (section == "csms" or (section == "wifi" and wifi)) and not alone(table):
            found.append((section, "nothing", "this section is needed"))
    _sense(table, wifi, found)
    if "page" in table:
        _page(table["page"], found)
    config = table.get("config", {})
    if not isinstance(config, dict):
        found.append(("config", "no section", "OCPP configuration keys with their values"))
    return found


def _section(inner, section, keys, found):
    """What is wrong within a section, whatever the others say."""
    if not isinstance(inner, dict):
        found.append((section, "no section", "a section with %s" % ", ".join(sorted(keys))))
        return
    for name, value in inner.items():
        path = "%s.%s" % (section, name)
        if name not in keys:
            found.append((path, "an unknown key", ", ".join(sorted(keys))))
        elif path == "csms.profile":
            if type(value) is not int or not 0 <= value <= 3:
                found.append((path, "%r" % (value,), "a security profile from 0 to 3"))
        elif not isinstance(value, str) or not 0 < len(value) <= keys[name] or not plain(value):
            # A password is not for a console either.
            shown = "no such text" if name == "password" else "%r" % (value,)
            found.append((path, shown, "a text of 1 to %d characters, no control characters" % keys[name]))


def _sense(table, wifi, found):
    wlan, csms = table.get("wifi"), table.get("csms")
    if wifi and isinstance(wlan, dict) and "name" not in wlan:
        found.append(("wifi.name", "nothing", "the name of a Wi-Fi"))
    if isinstance(wlan, dict) and isinstance(wlan.get("password"), str) and 0 < len(wlan["password"]) < 8:
        found.append(("wifi.password", "a short one", "8 to 63 characters, or none for an open Wi-Fi"))
    if isinstance(csms, dict):
        url = csms.get("url")
        if url is None:
            found.append(("csms.url", "nothing", "where the central system is: ws://192.168.1.10:9000/ocpp"))
        elif isinstance(url, str) and not url.startswith(("ws://", "wss://")):
            found.append(("csms.url", "%r" % (url,), "an address that begins with ws:// or wss://"))
        elif isinstance(url, str) and "@" in url.split("/")[2]:
            found.append(("csms.url", "one with a user name", "csms.identity and csms.password say who asks"))
        secure = csms.get("secure_url", "wss://")
        if isinstance(secure, str) and not secure.startswith("wss://"):
            found.append(("csms.secure_url", "%r" % (secure,), "an address that begins with wss://"))
        profile, password = csms.get("profile"), csms.get("password")
        if profile in (1, 2) and (not isinstance(password, str) or len(password) < 16):
            found.append(("csms.password", "none or a short one", "16 to 40 characters, for profile %d" % profile))


def _page(page, found):
    """What is kept of the page's password is made by `make provision`; there is none that we give."""
    from .page import password

    if not isinstance(page, dict) or [name for name in page if name not in ("salt", "hash", "rounds", "port")]:
        # Its password, or what is enough to try out which it is, may be in there.
        shown = " ".join(sorted(page)) if isinstance(page, dict) else "no section"
        found.append(("page", shown, "a section with port, and of its password salt, hash and rounds"))
    elif not password.valid(page):
        found.append(("page.password", "no such text", "a text of 8 to 64 characters"))
    elif type(page.get("port", 80)) is not int or not 0 < page.get("port", 80) < 65536:
        found.append(("page.port", "%r" % (page["port"],), "a number from 1 to 65535"))
