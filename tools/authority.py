"""Reads the certificate of an authority: PEM on a laptop, DER on a board."""

import ssl
from pathlib import Path


def read(path: Path) -> bytes:
    """The certificate in a PEM file, as devices read it (DER). Raises OSError, ValueError."""
    text = path.read_text()
    if text.count("BEGIN CERTIFICATE") != 1:
        raise ValueError("one certificate in PEM form is allowed, that of the authority")
    return ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERTIFICATE") :].strip())
