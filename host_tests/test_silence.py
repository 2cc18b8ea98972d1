"""Every call of ours × every way in which a central system may fail to answer it: nothing else stands still for it."""

from chargelet.base.timestamp import to_text
from chargelet.messages.tables import table
from fakes.bench import Bench
from fakes.fields import split
from fakes.ledger import told, without_repetitions

CONFIG = {
    "MessageTimeout": 5,
    "HeartbeatInterval": 60,
    "MeterValueSampleInterval": 30,
    "TransactionMessageRetryInterval": 10,
    "AuthorizeRemoteTxRequests": False,
    "SecurityProfile": 1,
}
OURS = (
    "BootNotification Heartbeat StatusNotification Authorize StartTransaction MeterValues StopTransaction "
    "FirmwareStatusNotification DiagnosticsStatusNotification DataTransfer SecurityEventNotification "
    "LogStatusNotification SignedFirmwareStatusNotification SignCertificate"
).split()
BILLED = ("StartTransaction", "MeterValues", "StopTransaction")
WAYS = "never late later error list types nulls closed".split()
# After the time-out: before it is said again, and while the answer to that is waited for.
_LATE_MS = {"late": 8000, "later": 18000}


class Case:
    """A station whose central system answers one of its calls in one of the ways."""

    def __init__(self, action, way):
        self.action = action
        self.way = way
        self.bench = bench = Bench(config=CONFIG)
        bench.central.clock = bench.clock
        bench.central.answers["BootNotification"] = self._boot
        bench.station.config["HeartbeatInterval"] = 60
        self.right = bench.central.answer
        bench.central.answer = self._answer
        self.wrong = False
        self.met = 0  # how often it came in the wrong way
        self.dropped = False

    def _boot(self, payload):
        return {"status": "Accepted", "currentTime": to_text(self.bench.clock.now()), "interval": 60}

    def _answer(self, action, payload):
        bench = self.bench
        bench.delay = 0
        right = self.right(action, payload)
        if not self.wrong or action != self.action:
            return right
        self.met += 1
        if self.way in _LATE_MS:
            bench.delay = _LATE_MS[self.way]
            return right
        if self.way == "error":
            return "InternalError"
        if self.way == "list":
            return []
        if self.way == "types":
            return {name: 5.5 for name, _needed, _kind in split(table(action, "conf"))} or "FormationViolation"
        if self.way == "nulls":
            return with_nulls(table(action, "conf"), right)
        if self.way == "closed":
            self.dropped = True
        return None

    def run(self, ms):
        """Let time pass; a connection that is closed comes back after two seconds."""
        for _ in range(ms // 1000):
            self.bench.run(1000, 250)
            if self.dropped:
                self.dropped = False
                self.bench.drop()
                self.bench.run(2000, 500)
                self.bench.connect()

    def session(self, tag):
        """A whole session, with everything in it that the station may have to say."""
        bench = self.bench
        bench.plug()
        bench.ask("RemoteStartTransaction", {"idTag": tag, "connectorId": 1})
        self.run(3000)
        assert bench.station.connectors[0].transaction, (self.action, self.way)
        bench.swipe("STRANGER")
        for name in ("BootNotification", "Heartbeat", "DiagnosticsStatusNotification", "FirmwareStatusNotification"):
            bench.ask("TriggerMessage", {"requestedMessage": name})
        for name in ("LogStatusNotification", "FirmwareStatusNotification"):
            bench.ask("ExtendedTriggerMessage", {"requestedMessage": name})
        bench.station.security.csr = "a request"
        bench.station.vendors.send("org.example", None, "x")
        bench.station.security.note("FirmwareUpdated")
        self.run(70000)
        bench.evse.wants = False  # SuspendedEV, and back
        self.run(8000)
        bench.evse.wants = True
        self.run(25000)
        bench.unplug()
        self.run(10000)
        assert not bench.station.connectors[0].transaction


def with_nulls(fields, right):
    """The right answer with null in each optional field that it has not."""
    made = dict(right)
    for name, needed, kind in split(fields):
        if kind == "@IdTagInfo" and isinstance(made.get(name), dict):
            made[name] = dict(made[name], expiryDate=None, parentIdTag=None)
        elif not needed and name not in made:
            made[name] = None
    return made


def transaction_ids(messages):
    """The ids of the transactions that are told of, one after the other."""
    ids = [payload.get("transactionId") for _name, payload in messages]
    return [one for at, one in enumerate(ids) if one and ids[at - 1 : at] != [one]]


def stamp(message):
    """When it was that a transaction message tells of."""
    return message[1].get("timestamp") or message[1]["meterValue"][0]["timestamp"]


def try_out(action, way):
    case = Case(action, way)
    bench = case.bench
    where = (action, way)
    began = len(bench.central.sent)
    case.wrong = True
    case.session("ONE")
    assert case.met, where
    case.run(60000)
    meanwhile = len(bench.central.sent)
    case.wrong = False
    case.run(60000)
    case.session("TWO")
    case.run(120000)
    assert bench.resets == 0 and len(bench.station.outbox) == 0, where
    messages = told(bench.central)
    once, again = without_repetitions(messages)
    # In order, none lost and none twice; but for repetitions of what was not answered.
    assert [stamp(message) for message in once] == sorted([stamp(message) for message in once]), (where, once)
    for position, message in enumerate(once):
        assert message not in once[:position], (where, "twice", message)
    names = [name for name, _ in once]
    for name, count in (("StartTransaction", 2), ("StopTransaction", 2)):
        assert names.count(name) == count, (where, names)
    assert names.index("StopTransaction") > names.index("StartTransaction")
    assert [name for name in names if name != "MeterValues"] == ["StartTransaction", "StopTransaction"] * 2, (
        where,
        names,
    )
    assert names.count("MeterValues") >= 4, (where, names)
    assert again == 0 or (action in BILLED and way not in ("late", "nulls") and again <= 3 * case.met), (where, again)
    # What was answered, if late, was understood, and once: the right transaction has its values, and is stopped.
    ids = transaction_ids(once)
    assert len(ids) == 2 and ids[0] != ids[1], (where, ids)
    lost = action == "StartTransaction" and way not in ("late", "later", "nulls")
    assert ids[1] > 0 and (ids[0] > 0 or lost), (where, ids)
    # Heartbeats go on meanwhile, but for those that are in question themselves.
    beats = [name for name, _ in bench.central.sent[began:meanwhile]].count("Heartbeat")
    assert beats >= 2, (where, beats)
    return case.met


def sweep(actions):
    count = 0
    for action in actions:
        for way in WAYS:
            try_out(action, way)
            count += 1
    print("silence: %d cases" % count)


def test_silence_on_what_is_said_of_the_station():
    sweep(OURS[:4])


def test_silence_on_what_is_billed():
    sweep(BILLED)


def test_silence_on_news():
    sweep(OURS[7:])


# What must reach the central system, and how it comes about.
MUST = {
    "StatusNotification": lambda station: station.connectors[0].evse.set_fault("GroundFailure"),
    "FirmwareStatusNotification": lambda station: station.maintenance().firmware.reach("DownloadFailed"),
    "DiagnosticsStatusNotification": lambda station: station.maintenance().diagnostics.reach("UploadFailed"),
    "SignedFirmwareStatusNotification": lambda station: station.maintenance().firmware.reach("DownloadFailed", 7),
    "LogStatusNotification": lambda station: station.maintenance().diagnostics.reach("UploadFailure", 7),
    "SecurityEventNotification": lambda station: station.security.note("FirmwareUpdated"),
    "SignCertificate": lambda station: setattr(station.security, "csr", "a request"),
}


def test_what_was_not_answered_is_said_again_until_it_is():
    for action, comes_about in MUST.items():
        for way in ("never", "closed"):
            case = Case(action, way)
            case.run(10000)
            case.wrong = True
            comes_about(case.bench.station)
            case.bench.station.woken()
            case.run(50000 if action == "StatusNotification" else 30000)
            assert case.met >= 2, (action, way, case.met)
            case.wrong = False
            before = len(case.bench.central.all(action))
            case.run(600000)
            assert len(case.bench.central.all(action)) == before + 1, (action, way)


def test_every_call_of_ours_is_tried():
    said = set()
    case = Case("None", "never")
    case.session("ONE")
    said.update([name for name, _ in case.bench.central.sent])
    assert said == set(OURS), said ^ set(OURS)
