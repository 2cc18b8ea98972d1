"""What is told of diagnostics and firmware may get no answer, ever: a session meanwhile is billed as if it had."""

import json

from chargelet.base.timestamp import from_text
from fakes.bench import Bench

JOBS = {
    "Firmware": (
        ("Idle",),
        ("Downloading",),
        ("Downloading", "Downloaded"),
        ("Downloading", "Downloaded", "Installing"),
        ("Downloading", "DownloadFailed"),
        ("Downloading", "Downloaded", "Installing", "InstallationFailed"),
        ("Installed",),
    ),
    "Diagnostics": (("Idle",), ("Uploading",), ("Uploading", "Uploaded"), ("Uploading", "UploadFailed")),
}
WAYS = ("never", "late", "error", "closed")


class Scene(Bench):
    """A central system that answers one action in its own way."""

    def __init__(self, action, way):
        self.action = action
        self.way = way
        Bench.__init__(self, config={"MeterValueSampleInterval": 60})
        self.central.clock = self.clock

    def _carry(self, frame):
        message = json.loads(frame)
        if message[0] != 2 or message[2] != self.action:
            Bench._carry(self, frame)
            return
        self.central.sent.append((message[2], message[3]))
        if self.way == "late":
            self._replies.append((self.clock.uptime() + 40000, json.dumps([3, message[1], {}])))
        elif self.way == "error":
            self._replies.append((self.clock.uptime(), json.dumps([4, message[1], "GenericError", "", {}])))
        elif self.way == "closed":
            self.drop()

    def live(self, ms):
        """Let time pass; a lost connection is made again a second later."""
        for _ in range(ms // 1000):
            if not self.endpoint.online:
                self.connect()
            self.run(1000, 500)


def session(scene):
    """A quarter of an hour at the station."""
    central = scene.central
    begun = scene.clock.uptime()
    scene.live(3000)
    scene.plug()
    scene.swipe()
    scene.live(900000)
    scene.swipe()
    scene.unplug()
    scene.live(120000)
    billed = [name for name, _ in central.sent if name in ("StartTransaction", "MeterValues", "StopTransaction")]
    lasted = from_text(central.all("StopTransaction")[0]["timestamp"])
    lasted -= from_text(central.all("StartTransaction")[0]["timestamp"])
    assert billed == ["StartTransaction"] + ["MeterValues"] * (lasted // 60) + ["StopTransaction"], billed
    assert lasted > 800
    stamps = [payload["meterValue"][0]["timestamp"] for payload in central.all("MeterValues")]
    assert stamps == sorted(set(stamps)), stamps
    assert len(central.all("Heartbeat")) >= 3, (scene.clock.uptime() - begun, central.sent)
    assert central.statuses()[-1] == "Available", central.statuses()


def test_a_session_is_billed_whatever_becomes_of_what_is_told_of_a_job():
    cases = 0
    for job, paths in JOBS.items():
        for path in paths:
            for way in WAYS:
                scene = Scene(job + "StatusNotification", way)
                made = scene.station.maintenance()
                progress = made.firmware if job == "Firmware" else made.diagnostics
                if path == ("Idle",):
                    scene.ask("TriggerMessage", {"requestedMessage": scene.action})
                else:
                    for state in path:
                        progress.reach(state)
                session(scene)
                told = [payload["status"] for payload in scene.central.all(scene.action)]
                order = [state for at, state in enumerate(told) if told[at - 1 : at] != [state]]
                assert tuple(order) == path[: len(order)] and order, (path, way, told)
                if way == "error":
                    assert tuple(told) == path, told
                else:
                    assert len(told) <= 2 + 900 // 60, (path, way, told)
                scene.way = None
                cases += 1
    print("unanswered notifications of jobs: %d sessions" % cases)


def test_what_is_never_answered_is_told_ever_more_seldom_and_given_up():
    scene = Scene("FirmwareStatusNotification", "never")
    scene.station.maintenance().end_update("DownloadFailed")
    times = []
    for _ in range(4 * 3600):
        before = len(scene.central.all(scene.action))
        scene.run(1000, 500)
        if len(scene.central.all(scene.action)) > before:
            times.append(scene.clock.uptime() // 1000)
    waits = [later - earlier for earlier, later in zip(times, times[1:])]
    assert len(times) == 5 and waits == sorted(waits) and waits[0] >= 39 and waits[-1] <= 640, waits
    assert scene.station.maintenance().idle and "update" not in scene.storage.values


def test_what_comes_after_a_given_up_state_is_told():
    scene = Scene("FirmwareStatusNotification", "never")
    progress = scene.station.maintenance().firmware
    for state in ("Downloading", "Downloaded", "Installing"):
        progress.reach(state)
    scene.run(3600000, 1000)
    scene.way = "error"
    scene.run(1300000, 1000)
    told = [payload["status"] for payload in scene.central.all(scene.action)]
    assert told[-1] == "Installing" and progress.untold == [], told


def test_the_states_of_a_job_are_bounded_and_in_order():
    """Any walk through jobs that follow each other, heard or not: at most one job and one end before it are kept."""
    progress = Scene("", None).station.maintenance().firmware
    state = 7
    most = 0
    for _ in range(3000):
        state = (state * 1103515245 + 12345) & 0x3FFFFFFF
        kind = state >> 20
        path = JOBS["Firmware"][kind % 7]
        request = kind if kind & 128 else None  # of the security whitepaper's messages, or not
        for reached in path if path != ("Idle",) else ():
            progress.reach(reached, request)
            ticket = progress.oldest()
            most = max(most, len(progress.untold))
            if kind & 8 and ticket:
                _status, _request, number = ticket
                progress.answered(number, bool(kind & 16))
        kept = [one for one, _ in progress.untold]
        starts = [at for at, one in enumerate(kept) if one == "Downloading"]
        assert len(starts) <= 1 and (not starts or starts[0] <= 1), kept
    assert most <= 9, most


def test_an_answer_for_an_older_job_says_nothing_of_the_newer_one():
    progress = Scene("", None).station.maintenance().firmware
    progress.reach("Downloading")
    _, _, ticket = progress.oldest()
    progress.reach("Downloading")  # the same state, twice told once
    assert progress.untold == [("Downloading", None)]
    progress.heard(ticket)
    assert progress.untold == [("Downloading", None)], "the answer was about the job before"
    progress.reach("Downloaded")
    progress.reach("DownloadFailed")
    status, _, ticket = progress.newest()
    assert status == "DownloadFailed"
    progress.heard(ticket)
    assert progress.untold == [] and progress.newest()[0] == "Idle"
