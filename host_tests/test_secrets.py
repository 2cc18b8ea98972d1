"""A mark in every secret, and a look for it in all that the station says: to its log, its central system, its page, and
whoever is sent its diagnostics. What is written-only comes from the tables, and so do the page's routes.
"""

import json
from binascii import b2a_base64, hexlify

from test_get_log import get_log

from chargelet.base.pieces import finish
from chargelet.certificates import arrivals, kept
from chargelet.page import password, routes
from chargelet.station import charge_sums
from fakes import authority
from fakes.bench import Bench, text_of
from fakes.transfers import Scene
from fakes.visitor import Visitor, live

SECRET = "zq7vault"  # is part of whatever nobody may see
TAG = "yx9owner"  # of what only its end is shown of, but where it is asked for
LOCATIONS = (
    "ftp://user:%s@host/dir/", "http://%s:x@host/a", "https://host/a?sig=%s", "http://host/a#%s", "ftp:/u:%s@host/x",
    "//u:%s@host/", "http://u:%s@[host/x", "gopher://u:%s@host/",
)  # fmt: skip


def marked(length=24):
    return (SECRET + "-" * length)[:length]


class Loud(Scene):
    """All that is logged is kept, and all that the central system is told."""

    def __init__(self):
        lines = self.lines = []

        class Whole(Bench):
            def _log(self, line, level=1):
                lines.append(line)

        Scene.__init__(self)
        self.bench = Whole(2)  # in place of its own
        self.said = []

    def ask(self, action, payload):
        answer = self.bench.ask(action, payload)
        self.said.append(json.dumps(answer))
        return answer


def forms(secret):
    """How it may be written."""
    data = secret.encode()
    return [secret, hexlify(data).decode(), b2a_base64(data).decode()[:10]]


def look(what, said, marks):
    text = said if isinstance(said, str) else said.decode()
    for mark in marks:
        for form in forms(mark):
            at = text.lower().find(form.lower())
            assert at < 0, (what, mark, text[max(0, at - 90) : at + 60])


def secrets_everywhere(scene):
    """Each place where a secret comes in, as it should and as it should not."""
    bench, station = scene.bench, scene.bench.station
    station.credentials.give(marked())
    written_only = [name for name, access, _kind, _default in station.config._rows() if access == "W"]
    assert written_only
    for name in written_only:
        for value in (marked(20), marked(30), marked(41), marked(15), marked(20) + "\n", "1"):
            for key in (name, name.lower(), name + "x"):
                scene.ask("ChangeConfiguration", {"key": key, "value": value})
        scene.ask("GetConfiguration", {"key": [name]})
    for failed in (lambda: station.credentials.refused(), lambda: station.credentials.accepted()):
        station.credentials.password()
        failed()
    storage = bench.storage
    finish(arrivals.install(storage, kept.CENTRAL_SYSTEM, authority.pem(authority.root(1)), authority.NOON, 9, False))
    for place in LOCATIONS:
        location = place % SECRET
        for fails in (0, 9):
            scene.network.fails = fails
            scene.network.files[location] = ("v1", b"n" * 30)
            for action, payload in (
                ("GetDiagnostics", {"location": location, "retries": 0}),
                ("UpdateFirmware", {"location": location, "retrieveDate": "2026-11-20T12:00:00Z", "retries": 0}),
            ):
                scene.ask(action, payload)
                for _ in range(4):
                    scene.work()
            get_log(scene, location=location, retries=0)
            scene.work()
            get_log(scene, "DiagnosticsLog", location=location, retries=0)
            scene.work()


def people(scene):
    """Cards: at the reader, from the central system, reserved, listed, in a group."""
    bench = scene.bench
    info = {"status": "Accepted", "parentIdTag": TAG + "-group"}
    bench.central.answers["Authorize"] = {"idTagInfo": info}
    entry = {"idTag": TAG + "-listed", "idTagInfo": info}
    scene.ask("SendLocalList", {"listVersion": 1, "updateType": "Full", "localAuthorizationList": [entry]})
    later = "2026-11-21T12:00:00Z"
    for number, connector in ((1, 2), (2, 0), (3, 9)):
        reserve = {"connectorId": connector, "expiryDate": later, "idTag": TAG + "-res", "reservationId": number}
        scene.ask("ReserveNow", reserve)
    scene.ask("RemoteStartTransaction", {"idTag": TAG + "-remote", "connectorId": 1})
    scene.ask("ChangeConfiguration", {"key": "FreeVendIdTag", "value": TAG + "-free"})
    for tag in (TAG + "-one", TAG + "-group", TAG + "-remote"):
        bench.plug()
        bench.swipe(tag, 1)
        bench.run(3000, 500)
        bench.swipe(TAG + "-other", 1)
        bench.run(1000, 500)
        bench.swipe(tag, 1)
        bench.unplug()
        bench.run(3000, 500)
    bench.drop()
    bench.plug()
    bench.swipe(TAG + "-listed", 1)
    bench.run(3000, 500)
    bench.connect()
    bench.run(3000, 500)


def test_no_secret_is_in_anything_that_is_said():
    scene = Loud()
    bench = scene.bench
    secrets_everywhere(scene)
    people(scene)
    scene.ask("GetConfiguration", {})
    scene.ask("DataTransfer", {"vendorId": "org.chargelet", "messageId": "Journal"})
    scene.network.fails = 0
    for kind in ("DiagnosticsLog", "SecurityLog"):
        get_log(scene, kind)
        scene.work()
    scene.diagnose("http://x/")
    scene.work()
    sent = b"".join(scene.network.sent)
    assert b"# Configuration" in sent and b"AuthorizationKey" in sent, "files have come"
    assert len(scene.lines) > 100
    look("log", "\n".join(scene.lines), (SECRET, TAG))
    look("files", sent, (SECRET, TAG))
    look("csv", "".join(charge_sums.csv(bench.station)), (SECRET, TAG))
    look("answers", "\n".join(scene.said), (SECRET,))
    look("calls", json.dumps(bench.central.sent), (SECRET,))
    look("callerrors", "".join([text_of(text) for text in bench.heard]), (SECRET,))


def test_no_secret_is_on_the_page():
    scene = Loud()
    bench = scene.bench
    secrets_everywhere(scene)
    people(scene)
    visitor = Visitor(bench)
    for text in (SECRET, marked(60), marked(200), [SECRET], {"a": SECRET}, None):
        visitor.log_in(text)
        bench.clock.advance(400000)
    visitor.page._tries.clear()
    assert visitor.log_in() == 200
    own = marked(20)
    status, head, _body = visitor.post("/password", {"old": "correct horse", "new": own})
    assert status == 200
    visitor.cookie = head.split("Set-Cookie: ")[1].split(";")[0]
    table = password.kept(bench.storage, visitor.page.given)
    hidden = [table["hash"], table["salt"], visitor.page.given["hash"], visitor.page.given["salt"]]
    for length in (20, 90):
        visitor.post("/config", {"key": "authorizationKEY", "value": marked(length)})
    everybody = ["/sessions?skip=0", "/sums?by=card", "/sums?by=month"]
    for method, path, _closed, _names, _most in routes.ROUTES:
        if method == "GET" and path not in ("/", "/keys", "/events"):  # the first two were made with the firmware
            everybody.append(path)
    for path in everybody:
        _status, head, body = visitor.get(path)
        look(path, head + body, [SECRET] + hidden)
        # Cards that have a name or were seen last are shown whole to whoever has logged in, and so is a key.
        if path not in ("/seen", "/config"):
            look(path, head + body, (TAG,))
    look("events", json.dumps(live(visitor)), [SECRET, TAG] + hidden)
    look("log", "\n".join(scene.lines), [SECRET, TAG] + hidden)
