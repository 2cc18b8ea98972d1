"""The private key leaves the station by no way: no answer, no diagnostics, no error has it."""

import base64
import contextlib
import io

from test_get_log import get_log

from chargelet.base.pieces import finish
from chargelet.certificates import store
from fakes import stored
from fakes.transfers import Scene


def forms(pem):
    """The key as it may be written."""
    data = base64.b64decode("".join(pem.decode().split("\n")[1:-2]))
    private = data[7:39]
    body = "".join(pem.decode().split("\n")[1:-2])
    number = int.from_bytes(private, "big")
    found = [body[8:60], private.hex(), private.hex().upper(), str(number), repr(private)[2:40]]
    return found + [base64.b64encode(private).decode()[4:36]]


def with_keys():
    """A bench whose station has a pair in use and another that is asked for; the forms of both keys."""
    scene = Scene()
    storage = scene.bench.station.storage
    stored.install(storage, stored.ROOT)
    stored.request(storage)
    stored.signed(storage)
    store.confirm_client(storage)
    stored.request(storage)
    keys = [storage.read(f"certificates/{pair}.key") for pair in "ab"]
    return scene, storage, [form for key in keys for form in forms(key)]


def test_it_is_in_no_answer_and_in_no_diagnostics():
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        scene, storage, secrets = with_keys()
        bench = scene.bench
        answers = [bench.ask("GetConfiguration", {}), bench.ask("DataTransfer", {"vendorId": "x", "data": "keys"})]
        scene.diagnose("http://x/")
        scene.work()
        for kind in ("DiagnosticsLog", "SecurityLog"):
            get_log(scene, kind)
            scene.work()
        bench.charging()
        bench.drop()
    sent = b"".join(scene.network.sent).decode(errors="replace")
    assert "a line" in sent, "the diagnostics came"
    told = repr(answers) + sent + said.getvalue() + repr(bench.central.__dict__)
    for secret in secrets:
        assert secret not in told


def test_it_is_in_no_error():
    _, storage, secrets = with_keys()
    good = dict(storage.values)
    answer = stored.answer(storage)
    tried = 0
    for name in [name for name in good if name.startswith("certificates/")]:
        for at in range(0, len(good[name]), 3):
            for spoilt in (good[name][:at], good[name][:at] + b"!" + good[name][at + 1 :], good[name] + b"x"):
                storage.values = {**good, name: spoilt}
                try:
                    finish(stored.taken(storage, answer, stored.NOON, "CS-1", "Operator"))
                except ValueError as error:
                    tried += 1
                    assert not [secret for secret in secrets if secret in str(error) + repr(error.__dict__)], name
    print(f"{tried} errors")
    assert tried > 500
