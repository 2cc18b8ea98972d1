"""The page in a real browser: settings, the board file, diagnostics, and firmware that is brought."""

from charging import TAG, charge

import check_board
import package
import rom
from sim_station import PASSWORD


def test_configuration_keys_with_their_explanations(world, look):
    page = look(world)
    page.click("#open-config summary")
    page.until("#config", "Who may charge")
    page.run("document.querySelectorAll('#config details').forEach((one) => { one.open = true; })")
    page.until("#config", "whoever plugs in charges")
    page.until("#config", "takes effect: next plug")
    for name in ("HeartbeatInterval", "AuthorizationKey", "NumberOfConnectors", "LogLevel"):
        assert name in page.text("#config"), name
    assert page.run("return document.getElementById('k-AuthorizationKey').type") == "password"
    assert page.run("return document.getElementById('k-MinimumStatusDuration').max") == "3600"
    change = """
    const field = document.getElementById("k-" + arguments[0]);
    field.form.noValidate = true;
    field.value = arguments[1];
    field.form.requestSubmit();
    """
    said = "form:has(#k-%s) output"
    page.run(change, "FreeVend", "true")
    page.until(said % "FreeVend", "Saved.")
    (row,) = world.ask("GetConfiguration", key=["FreeVend"])["configurationKey"]
    assert row["value"] == "true"
    page.until("#card1", "–")  # whoever plugs in charges: no card is needed to start
    page.run(change, "MinimumStatusDuration", "3601")
    page.until(said % "MinimumStatusDuration", "Refused: nothing has changed.")
    page.run(change, "SecurityProfile", "2")
    page.until(said % "SecurityProfile", "Refused")
    wide = page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0 and page.complaints() == []
    page.run("const s = document.getElementById('language'); s.value = 'de'; s.dispatchEvent(new Event('change'))")
    page.until("#config", "wer einsteckt, lädt")
    page.until("#config", "gilt ab: nächstes Einstecken")
    assert page.run("return document.getElementById('k-MinimumStatusDuration').max") == "3600"
    world.do("plug_in", connector=1)
    page.until("#connector1 .status", "Lädt")


def test_firmware_that_is_brought_is_installed_when_nobody_charges(world, look, tmp_path):
    key = package.load_key(rom.ROOT / "boards" / "simulator" / "signing-key.pem")
    good = tmp_path / "new.pkg"
    good.write_bytes(package.build("simulator", "9.9.9", key))
    older, strange = tmp_path / "older.pkg", tmp_path / "picture.pkg"
    older.write_bytes(package.build("simulator", "0.0.1", key))
    strange.write_bytes(b"GIF89a" * 1000)
    page = look(world)
    page.run("document.getElementById('open-firmware').open = true")
    page.until("#version", "Version 0.")
    for path, said in ((strange, "This is no package of firmware."), (older, "This is older than what runs.")):
        page.type("#package", str(path))
        page.click("#bring button")
        page.until("#state", said)
        page.run("document.getElementById('bring').reset()")
    charge(world)
    page.until("#connector1 .status", "Charging")
    page.type("#package", str(good))
    page.click("#bring button")
    page.until("#state", "kB are written.")
    assert page.complaints() == []
    page.until("#state", "New firmware is here: it is installed as soon as nobody charges.", 300)
    page.until("#whole", "New firmware waits until nobody charges.")
    assert world.do("state")["connectors"]["1"]["contactor"]
    world.do("swipe", tag=TAG, connector=1)
    page.until("#login", "Password")
    page.type("#password", PASSWORD)
    page.click("#login button")
    page.until("#connectors", "Connector 1")
    page.run("const d = document.getElementById('open-firmware'); d.open = false; d.open = true")
    page.until("#version", "Version 9.9.9")
    assert len(world.sim.csms.calls("StopTransaction")) == 1


def test_the_board_file_with_what_each_key_may_be(world, look):
    page = look(world)
    page.run("document.getElementById('open-board').open = true")
    page.until("#board", "connector[0].pilot.zero_mv")
    cells = "[...document.querySelectorAll('#board tr')].map((row) => [...row.cells].map((one) => one.innerText))"
    rows = page.run("return " + cells)
    found = {path: (value, allowed) for path, value, allowed in rows}
    assert found["connector[0].max_current"] == ("32", "a whole number from 6 to 80; needed")
    assert found["safety.bench"] == ("true", "true or false; default: false")
    assert found["chip"] == ("simulator", "one of esp32, esp32s3, esp32c3, simulator; needed")
    assert found["connector[0].contactor.coil"][1] == "the number of a pin; needed" and "" not in found
    table = page.run("return fetch('/board.json').then((a) => a.json())")
    whole = check_board.read("simulator")
    assert table == whole
    wide = page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0 and page.complaints() == []


def test_diagnostics_can_be_downloaded(world, look):
    page = look(world)
    charge(world)
    page.until("#connector1 .status", "Charging")
    text = page.run("return fetch('/diagnostics.txt').then((a) => a.text())")
    for part in ("# Chargelet", "# Configuration", "# Queue", "# Connectors", "# Boots", "# Log"):
        assert part in text, part
    assert TAG not in text and PASSWORD not in text and "AuthorizationKey" not in text
    assert page.text("a[href='/diagnostics.txt']") == "Download diagnostics and log"
