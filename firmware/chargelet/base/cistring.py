"""CiString: text in which letters count the same in either case (OCPP 1.6 §2.2). One place compares idTags and names.

A CiString is printable ASCII (§2.2), and only the letters of ASCII have two cases here: MicroPython knows those of no
others, and both interpreters are to say the same. Central systems that send others get them compared as they are.
"""


def folded(text: str) -> str:
    """The text in the one form that all ways to write it share."""
    if hasattr(text, "translate"):  # CPython, whose lower() knows more letters
        return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")
    return text.lower()


def plain(text: str) -> bool:
    """Whether it can be shown and kept: no control characters, no halves of a character (JSON can spell those)."""
    for letter in text:
        if letter < " " or letter == "\x7f" or 0xD800 <= ord(letter) < 0xE000:
            return False
    return True
