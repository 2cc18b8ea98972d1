"""A key that the station has made, in mutual TLS with OpenSSL: the station's side in MicroPython, under its heap."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from mutual_tls import DER, Server, Station, certificate, name, root_and_middle


@pytest.mark.parametrize("kind", ["EC", "RSA", "PSS"])
@pytest.mark.parametrize("length", [1, 2])
def test_the_key_of_the_station_in_mutual_tls(tmp_path, kind, length):
    root, key, middle, middle_key = root_and_middle(kind)
    server_key = ec.generate_private_key(ec.SECP256R1())
    own = certificate(name("localhost"), server_key.public_key(), name("Root"), key)
    server = Server(tmp_path, own, server_key, root)
    station = Station(tmp_path / "station")
    station.install(root)
    # Without a certificate it is not let in.
    assert "welcome" not in station(server.port)
    assert not [one for one in server.seen if isinstance(one, tuple)]
    request = station.asks()
    subject = name("CS-1", "Operator")
    assert set(request.subject) == set(subject)
    issuer, issuer_key = (name("Middle"), middle_key) if length == 2 else (name("Root"), key)
    leaf = certificate(request.subject, request.public_key(), issuer, issuer_key)
    station.takes(*[leaf, middle][:length])
    assert station(server.port) == "b'welcome'\n"
    assert server.seen[-1][0] == "CS-1" and server.seen[-1][1] in ("TLSv1.2", "TLSv1.3")
    server.close()


def test_a_pair_that_flash_has_spoilt_is_an_error_of_the_network(tmp_path):
    """The link tries again, and says why."""
    root, key, _, _ = root_and_middle("EC")
    server_key = ec.generate_private_key(ec.SECP256R1())
    server = Server(
        tmp_path, certificate(name("localhost"), server_key.public_key(), name("Root"), key), server_key, root
    )
    station = Station(tmp_path / "station")
    station.install(root)
    request = station.asks()
    station.takes(certificate(request.subject, request.public_key(), name("Root"), key))
    for file in ("a.key", "a.pem"):
        path = station.folder / "certificates" / file
        good = path.read_bytes()
        for spoilt in (b"", good[:100], b"x" * 300):
            path.write_bytes(spoilt)
            assert "OSError" in station(server.port) and "spoilt" in station(server.port)
        path.write_bytes(good)
    assert station(server.port) == "b'welcome'\n"
    server.close()


def test_whom_it_does_not_speak_to_and_who_does_not_speak_to_it(tmp_path):
    root, key, _, _ = root_and_middle("EC")
    stranger, stranger_key, _, _ = root_and_middle("EC")
    server_key = ec.generate_private_key(ec.SECP256R1())
    own = certificate(name("localhost"), server_key.public_key(), name("Root"), key)
    station = Station(tmp_path / "station")
    station.install(root)
    request = station.asks()
    station.takes(certificate(request.subject, request.public_key(), name("Root"), key))
    # The server trusts another authority of the same name, then one of another name shows itself.
    suspicious = Server(tmp_path, own, server_key, stranger)
    assert "welcome" not in station(suspicious.port) and suspicious.last() == "SSLCertVerificationError"
    impostor = Server(
        tmp_path, certificate(name("localhost"), server_key.public_key(), name("Root"), stranger_key), server_key, root
    )
    assert station(impostor.port).startswith("refused") and isinstance(impostor.last(), str)
    for server in (suspicious, impostor):
        server.close()


def test_a_root_that_another_root_has_signed_is_trusted_alone(tmp_path):
    """AdditionalRootCertificateCheck: the old root goes, and the new one was signed by it."""
    old, old_key, _, _ = root_and_middle("EC")
    key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    new = certificate(name("New"), key.public_key(), name("Root"), old_key, True)
    own = certificate(name("localhost"), server_key.public_key(), name("New"), key)
    server = Server(tmp_path, own, server_key, new)
    station = Station(tmp_path / "station")
    station.install(old)
    station.install(new)
    request = station.asks()
    station.takes(certificate(request.subject, request.public_key(), name("New"), key))
    (first,) = [
        path for path in (station.folder / "certificates").glob("c-*") if path.read_bytes() == old.public_bytes(DER)
    ]
    first.unlink()
    assert station(server.port) == "b'welcome'\n"
    server.close()
