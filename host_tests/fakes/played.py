"""Scenarios as tables write them: one step behind the other, with what it is to answer behind `->`.

What happens: plug [c], unplug [c], card TAG [c], wait S, drop, connect, cut (power, then offline), fault CODE, mended,
pauses and asks (the vehicle), draws WH, knows TAG STATUS [GROUP] (what Authorize.conf says), judges STATUS (what
StartTransaction.conf says), silent ACTION.
What is asked: remote TAG [c], rstop ID, avail c TYPE, reserve NUMBER c TAG SECONDS [GROUP], cancel NUMBER, unlock c,
key NAME VALUE, list VERSION TYPE and entries (TAG:STATUS, TAG:STATUS:GROUP, TAG: to take it out), version, trigger NAME
[c], limit c ID PURPOSE LIMIT@START,LIMIT@START name=value (rTAG for c: with a remote start; times from now), clear
name=value, reset TYPE, forget (ClearCache), vendor MESSAGE.
What is so: is STATUS [c], told STATUS ... (of connector 1, since the last time), started TAG@c/RESERVATION ..., stopped
ID:REASON:TAG ..., offers AMPERE [c], locked 0 or 1, asked N (Authorize), warns CODE (of connector 0), shows c
LIMIT@START,LIMIT@START (GetCompositeSchedule).
A `-` is an empty text. A step ends with its line or a semicolon.
"""

from chargelet.base.timestamp import to_text

from .bench import Bench
from .charging_profiles import composite, profile

FIELDS = {
    "remote": ("RemoteStartTransaction", "idTag connectorId"),
    "rstop": ("RemoteStopTransaction", "transactionId"),
    "avail": ("ChangeAvailability", "connectorId type"),
    "cancel": ("CancelReservation", "reservationId"),
    "unlock": ("UnlockConnector", "connectorId"),
    "key": ("ChangeConfiguration", "key value"),
    "trigger": ("TriggerMessage", "requestedMessage connectorId"),
    "reset": ("Reset", "type"),
    "forget": ("ClearCache", ""),
    "vendor": ("DataTransfer", "messageId"),
    "version": ("GetLocalListVersion", ""),
}


def typed(text):
    if text in ("True", "False"):
        return text == "True"
    return "" if text == "-" else int(text) if text.isdigit() or text[:1] == "-" else text


def named(words):
    return {name: typed(value) for name, _, value in [word.partition("=") for word in words]}


def listed(word):
    tag, _, said = word.partition(":")
    status, _, group = said.partition(":")
    entry = {"idTag": tag}
    if status:
        entry["idTagInfo"] = dict({"status": status}, **({"parentIdTag": group} if group else {}))
    return entry


def periods(text):
    return [(int(start), float(limit)) for limit, _, start in [one.partition("@") for one in text.split(",")]]


class Play:
    """One station, and the scenario that is played to it."""

    def __init__(self, text, title="", **options):
        self.config = options.get("config")
        self.start(options)
        self.known = {}
        self.bench.central.clock = self.bench.clock
        self.bench.central.answers["Authorize"] = self._authorize
        self.seen = len(self.bench.central.sent)
        for line in text.replace(";", "\n").split("\n"):
            step, _, answer = [part.strip() for part in line.partition("->")]
            words = step.split()
            if words:
                self.at = title, step
                does = getattr(self, "do_" + words[0], None)
                got = does(*words[1:]) if does else self.ask(words[0], words[1:])
                assert not answer or got == typed(answer), (self.at, got)
                self.settle(words[0])

    def start(self, options):
        self.bench = Bench(**options)

    def settle(self, verb):
        self.bench.run(500)

    def _authorize(self, payload):
        return {"idTagInfo": self.known.get(payload["idTag"], {"status": "Accepted"})}

    def call(self, action, request):
        answer = self.bench.ask(action, request)
        return answer.get("status", answer.get("listVersion")) if isinstance(answer, dict) else answer

    def ask(self, verb, words):
        action, fields = FIELDS[verb]
        values = [word if verb == "key" and word != "-" else typed(word) for word in words]
        request = dict(zip(fields.split(), values))
        if verb == "vendor":
            request["vendorId"] = "ORG.chargelet"
        return self.call(action, request)

    def do_reserve(self, number, connector_id, tag, seconds, group=None):
        request = {"reservationId": int(number), "connectorId": int(connector_id), "idTag": tag}
        request["expiryDate"] = to_text(self.bench.clock.now() + int(seconds))
        if group:
            request["parentIdTag"] = group
        return self.call("ReserveNow", request)

    def do_list(self, version, kind, *entries):
        request = {"listVersion": int(version), "updateType": kind}
        request["localAuthorizationList"] = [listed(word) for word in entries]
        return self.call("SendLocalList", request)

    def do_limit(self, connector_id, number, purpose, limits, *more):
        more = named(more)
        schedule = {name: more.pop(name) for name in ("duration", "startSchedule") if name in more}
        for table in (more, schedule):
            for name in ("validFrom", "validTo", "startSchedule"):
                if name in table:
                    table[name] = to_text(self.bench.clock.now() + table[name])
        more.setdefault("kind", "Relative")
        stack = more.pop("stackLevel", 0)
        made = profile(int(number), purpose, periods(limits), stack, schedule_more=schedule, **more)
        if connector_id[0] == "r":
            request = {"idTag": connector_id[1:], "connectorId": 1, "chargingProfile": made}
            return self.call("RemoteStartTransaction", request)
        return self.call("SetChargingProfile", {"connectorId": int(connector_id), "csChargingProfiles": made})

    def do_clear(self, *words):
        return self.call("ClearChargingProfile", named(words))

    # What happens

    def do_plug(self, connector_id=1):
        self.bench.plug(int(connector_id))

    def do_unplug(self, connector_id=1):
        self.bench.unplug(int(connector_id))

    def do_card(self, tag, connector_id=None):
        self.bench.swipe(tag, connector_id and int(connector_id))

    def do_wait(self, seconds):
        self.bench.run(int(seconds) * 1000, 500)

    def do_drop(self):
        self.bench.drop()

    def do_connect(self):
        self.bench.connect()

    def do_cut(self):
        self.bench = self.bench.cut(config=self.config)
        self.bench.central.clock = self.bench.clock

    def do_fault(self, code=None):
        self.bench.evse.set_fault(code)

    do_mended = do_fault

    def do_pauses(self):
        self.bench.evse.wants = False

    def do_asks(self):
        self.bench.evse.wants = True

    def do_draws(self, wh):
        self.bench.evse.meter.wh += int(wh)

    def do_knows(self, tag, status, group=None):
        self.known[tag] = dict({"status": status}, **({"parentIdTag": group} if group else {}))

    def do_judges(self, status):
        self.bench.central.answers["StartTransaction"] = {"transactionId": 1, "idTagInfo": {"status": status}}

    def do_silent(self, action):
        self.bench.central.answers[action] = None

    # What is so

    def so(self, found, wanted):
        assert found == wanted, (self.at, found)

    def do_is(self, status, connector_id=1):
        self.so(self.bench.status(int(connector_id)), status)

    def do_told(self, *statuses):
        sent, self.seen = self.bench.central.sent[self.seen :], len(self.bench.central.sent)
        told = [payload for name, payload in sent if name == "StatusNotification" and payload["connectorId"] == 1]
        self.so(tuple([payload["status"] for payload in told]), statuses)

    def do_started(self, *wanted):
        found = []
        for payload in self.bench.central.all("StartTransaction"):
            found.append("%s@%d" % (payload["idTag"], payload["connectorId"]))
            if "reservationId" in payload:
                found[-1] += "/%d" % payload["reservationId"]
        self.so(tuple(found), wanted)

    def do_stopped(self, *wanted):
        found = []
        for payload in self.bench.central.all("StopTransaction"):
            tag = payload.get("idTag")
            found.append("%d:%s%s" % (payload["transactionId"], payload["reason"], ":" + tag if tag else ""))
        self.so(tuple(found), wanted)

    def do_offers(self, amperes, connector_id=1):
        self.so(self.bench.evses[int(connector_id) - 1].offered_ma, int(amperes) * 1000)

    def do_locked(self, wanted):
        self.so(self.bench.evse.locked, bool(int(wanted)))

    def do_asked(self, count):
        self.so(len(self.bench.central.all("Authorize")), int(count))

    def do_warns(self, code):
        told = self.bench.central.all("StatusNotification")
        self.so([payload["errorCode"] for payload in told if payload["connectorId"] == 0][-1], code)

    def do_shows(self, connector_id, limits):
        found = composite(self.bench, int(connector_id), 600)
        wanted = periods(limits)
        self.so([limit for _start, limit in found], [limit for _start, limit in wanted])
        for (start, _limit), (meant, _same) in zip(found, wanted):
            assert abs(start - meant) <= 4, (self.at, found)  # some time passes while profiles are set


def scenarios(table):
    """(title, config, steps) of each scenario of a text: a title, with keys of the configuration behind it in brackets,
    and its steps below, indented."""
    title, config, steps = None, {}, []
    at = 1
    while at <= len(table):  # all lines at once take RAM
        end = table.find("\n", at) if at < len(table) else at
        line, at = table[at:end], end + 1
        if line[:1] == " ":
            steps.append(line)
            continue
        if steps:
            yield title, config, "\n".join(steps)
        title, _, keys = line.partition(" [")
        config, steps = named(keys.rstrip("]").split()), []


def played(table, **options):
    """Play the scenarios of a text; how many there were is printed."""
    count = 0
    for title, config, text in scenarios(table):
        Play(text, title, config=config, **options)
        count += 1
    print("%d scenarios" % count)
