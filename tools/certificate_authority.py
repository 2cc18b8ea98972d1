"""A certificate authority for tests and for `make sim`: made on the spot, and worth nothing anywhere else."""

import base64
import datetime
import ipaddress
import ssl
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_PEM = serialization.Encoding.PEM
_NO_USAGE = "content_commitment key_encipherment data_encipherment key_agreement encipher_only decipher_only"
_USES = {
    "server": ExtendedKeyUsageOID.SERVER_AUTH,
    "client": ExtendedKeyUsageOID.CLIENT_AUTH,
    "firmware": ExtendedKeyUsageOID.CODE_SIGNING,
}


def new_key(kind: str = "ec"):
    """A private key: P-256, or RSA with 2048 bits."""
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP256R1())


def private_pem(key) -> bytes:
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(_PEM, form, serialization.NoEncryption())


def _name(common_name, organization):
    parts = (NameOID.ORGANIZATION_NAME, organization), (NameOID.COMMON_NAME, common_name)
    return x509.Name([x509.NameAttribute(*part) for part in parts])


class CertificateAuthority:
    """A root certificate with its key; `by`: another one that has signed it. Its key is of the `kind` of new_key()."""

    def __init__(self, name="Test root", organization="Test operator", by=None, kind="ec"):
        self.organization = organization
        self.key = new_key(kind)
        self._name = _name(name, organization)
        above = by or self
        self.certificate = self._made(self._name, self.key.public_key(), above._name, above.key, None, 3650)
        self.ahead_s = -86400  # how far its clock is ahead: from then on valid is what it makes for stations
        self.signed = []  # the certificates that stations have asked for
        self.revoked = []  # those of them that count no more

    @staticmethod
    def _made(subject, public, issuer, key, use, days, names=(), ahead_s=-86400):
        now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
        begins = now + datetime.timedelta(seconds=ahead_s)
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
        made = made.serial_number(x509.random_serial_number())
        made = made.not_valid_before(begins).not_valid_after(now + days * day)
        made = made.add_extension(x509.BasicConstraints(use is None, None), critical=True)
        signs = use is None
        flags = dict.fromkeys(_NO_USAGE.split(), False)
        usage = x509.KeyUsage(digital_signature=not signs, key_cert_sign=signs, crl_sign=signs, **flags)
        made = made.add_extension(usage, critical=True)
        if use:
            made = made.add_extension(x509.ExtendedKeyUsage([_USES[use]]), critical=False)
        if names:
            made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return made.sign(key, hashes.SHA256())

    @property
    def pem(self) -> str:
        """The root certificate."""
        return self.certificate.public_bytes(_PEM).decode()

    def issue(self, public, common_name, use, days=90, organization=None, names=()) -> str:
        """A certificate for a public key as PEM; `use` is server, client or firmware."""
        subject = _name(common_name, organization or self.organization)
        made = self._made(subject, public, self._name, self.key, use, days, names)
        return made.public_bytes(_PEM).decode()

    def sign(self, request: str, days=90) -> str:
        """The certificate that a station has asked for (PKCS #10, PEM), without the root: the station has it."""
        asked = x509.load_pem_x509_csr(request.encode())
        if not asked.is_signature_valid:
            raise ValueError("the request is not signed with its own key")
        issuer = self._name, self.key
        made = self._made(asked.subject, asked.public_key(), *issuer, "client", days, ahead_s=self.ahead_s)
        self.signed.append(made)
        return made.public_bytes(_PEM).decode()

    def pair(self, common_name, use="client", kind="ec", days=90) -> tuple:
        """(certificate as PEM, its private key)."""
        key = new_key(kind)
        return self.issue(key.public_key(), common_name, use, days), key

    def _revocations(self) -> bytes:
        """The list of what is revoked, as PEM."""
        now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
        made = x509.CertificateRevocationListBuilder().issuer_name(self._name).last_update(now - day)
        made = made.next_update(now + day)
        for one in self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(one.serial_number).revocation_date(now - day)
            made = made.add_revoked_certificate(entry.build())
        return made.sign(self.key, hashes.SHA256()).public_bytes(_PEM)

    def server(self, host="localhost", days=90) -> ssl.SSLContext:
        """What a TLS server of that name needs; whoever brings a certificate must have it from this authority, and not
        revoked."""
        names = [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        key = new_key()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "server.pem"
            made = self.issue(key.public_key(), host, "server", days, names=names)
            path.write_bytes(made.encode() + private_pem(key))
            context.load_cert_chain(path)
            path.write_bytes(self._revocations())
            context.load_verify_locations(path)
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
        context.verify_mode = ssl.CERT_OPTIONAL
        context.load_verify_locations(cadata=self.pem)
        return context


def sign_file(key, content: bytes) -> str:
    """The signature of a file as SignedUpdateFirmware has it: RSA-PSS or ECDSA with SHA-256, in base64."""
    if isinstance(key, rsa.RSAPrivateKey):
        made = key.sign(content, padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size), hashes.SHA256())
    else:
        made = key.sign(content, ec.ECDSA(hashes.SHA256()))
    return base64.b64encode(made).decode()
