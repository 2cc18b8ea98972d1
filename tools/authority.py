"""Reads the certificate of an authority: PEM on a laptop, DER on a board."""

import ssl
from pathlib import Path


def read(path: Path) -> bytes:
    """The certificate in a PEM file, as devices read it (DER). Raises OSError, ValueError."""
    text = path.read_text()
    if text.count("BEGIN CERTIFICATE") != 1:
        raise ValueError("one certificate in PEM form is allowed, that of the authority")
    return ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERTIFICATE") :].strip())


def pem(path: Path) -> bytes:
    """A PEM file as it is: a certificate with its chain, or a key. Raises OSError, ValueError."""
    content = path.read_bytes()
    if b"-----BEGIN " not in content:
        raise ValueError(f"{path}: a PEM file is needed")
    return content


def fits(chain: bytes, key: bytes):
    """Raises ValueError unless a key belongs to the first certificate of a chain."""
    # Here, for tools/station runs without it.
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    certificate = x509.load_pem_x509_certificate(chain)
    private = serialization.load_pem_private_key(key, None)
    if certificate.public_key() != private.public_key():
        raise ValueError("csms.key: it does not belong to the first certificate of csms.certificate")
