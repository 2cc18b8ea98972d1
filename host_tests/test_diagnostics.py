"""What diagnostics hold, what they do not, and how they are made."""

from chargelet.base.log import masked
from fakes.transfers import Scene


def test_without_room_on_flash_no_diagnostics_are_made():
    scene = Scene()
    scene.bench.storage.free = lambda: 131071
    scene.diagnose("http://x/", retries=0)
    scene.work()
    assert scene.told("Diagnostics") == ["Uploading", "UploadFailed"] and scene.network.asked == []


def test_the_snapshot_is_made_in_small_pieces():
    scene = Scene()
    storage = scene.bench.storage
    written, rests = [], []
    sleep = scene.bench.clock.sleep

    def counted(ms):
        rests.append(sum(written))
        return sleep(ms)

    real = storage.writer

    def writer(name):
        file = real(name)
        put = file.write

        class Counting:
            def __enter__(self):
                return self

            def __exit__(self, *exception):
                return file.__exit__(*exception)

            def write(self, piece):
                written.append(len(piece))
                return put(piece)

        return Counting()

    storage.writer = writer
    scene.bench.clock.sleep = counted
    scene.diagnose("http://x/")
    scene.work()
    assert scene.network.sent and sum(written) == len(scene.network.sent[0]) > 1000, (written, scene.bench.lines)
    steps = [later - earlier for earlier, later in zip([0] + rests, rests)]
    assert max(steps) < 1200, steps


def test_no_card_is_in_the_diagnostics():
    tag = "DEADBEEF42"
    scene = Scene()
    lines = []
    log = scene.bench.station.log

    def kept(line, *level):
        lines.append(line)
        log(line, *level)

    scene.bench.station.log = scene.bench.station.authorization._log = kept
    scene.bench.charging(tag)
    scene.bench.station.swipe(tag)
    scene.bench.run(2000)
    scene.bench.drop()
    scene.bench.swipe("STRANGER77")
    text = "".join(lines)
    assert "**F42" in text and "**R77" in text and tag not in text and "STRANGER" not in text, text
    long = "12345678901234567890"
    for tag, shown in ((long, "**7890"), ("12345678", "**78"), ("1234", "**4"), ("12", "**"), ("", "**")):
        assert masked(tag) == shown, tag
