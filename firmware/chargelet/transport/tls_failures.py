"""Finds the security event for a TLS connection that failed (security whitepaper §8), and words for its reason."""

from ..base import loading

loading.seldom(__name__)

# mbedTLS's number, and what OpenSSL's reason has in it on a laptop.
_EVENTS = (
    (-0x2700, "CERTIFICATE_VERIFY_FAILED", "InvalidCentralSystemCertificate"),
    (-0x3000, "", "InvalidCentralSystemCertificate"),  # a fatal one: a chain that is too long, a name that is none
    (-0x6E80, "PROTOCOL", "InvalidTLSVersion"),
    (-0x6E00, "HANDSHAKE_FAILURE", "InvalidTLSCipherSuite"),
    # The server has ended the handshake with an alert. Which one mbedTLS does not say: mostly it is this.
    (-0x7780, "CIPHER", "InvalidTLSCipherSuite"),
)
# MicroPython raises ValueError with mbedTLS's own sentence about a certificate that is not right.
_SENTENCES = "certificate", "signed"


# ECONNRESET: a server that refuses a certificate may just go.
_RESET = 104


def refusal(error) -> bool:
    """Whether this may be the server's word on the station's own certificate: not where nobody was reached, where the
    server's certificate was the wrong one, or where it speaks of something else."""
    if not isinstance(error, OSError):
        return getattr(error, "status", -1) in (0, 401, 403)  # a HandshakeError; 0: it has closed the connection
    code = error.args[0] if error.args else None
    if event(error) in ("InvalidCentralSystemCertificate", "InvalidTLSVersion"):
        return False
    return code == _RESET or (type(code) is int and code < 0) or bool(getattr(error, "reason", None))


def event(error) -> "str | None":
    """The event's type, or None for what is no matter of TLS."""
    if isinstance(error, OSError):
        code = error.args[0] if error.args else None
        reason = getattr(error, "reason", None) or ""
        for number, words, found in _EVENTS:
            if code == number or (words and words in str(reason)):
                return found
        return None
    text = str(error).lower()
    return "InvalidCentralSystemCertificate" if [word for word in _SENTENCES if word in text] else None


# What is wrong, for a person: words in what mbedTLS and OpenSSL say.
_WORDS = (
    ("dates", "expired|future|not yet valid"),
    ("name", "common name|hostname|mismatch|not valid for"),
    ("root", "signed|issuer"),
    ("none", "wrong_version|invalid_record|invalidrecord|record layer|unexpected_message|unexpected message"),
)


def word(error) -> "str | None":
    """What kept a TLS connection from being made: dates, name, root, none (no TLS is spoken there), other; None for
    what is no matter of TLS."""
    text = str(error).lower()
    for found, parts in _WORDS:
        if [part for part in parts.split("|") if part in text]:
            return found
    code = error.args[0] if error.args else None
    return "other" if event(error) or (isinstance(code, int) and code <= -0x1000) else None


# What mbedTLS tells by its number alone.
_SAID = (
    (-0x2700, "the server's certificate is not right"),
    (-0x3000, "the server's certificate can't be read"),
    (-0x6E00, "no cipher suite in common"),
    (-0x6E80, "the server's version of TLS is not taken"),
    (-0x7200, "the server does not speak TLS"),
    (-0x7280, "the server has closed the connection in the handshake"),
    (-0x7780, "the server has refused the handshake"),
    (-0x7F00, "too little memory"),
)


def sentence(error) -> str:
    """What it says, for a person."""
    for number, said in _SAID:
        if error.args and error.args[0] == number:
            return said
    return str(error)
