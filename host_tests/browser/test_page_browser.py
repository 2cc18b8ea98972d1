"""The page in a real browser, against a station in MicroPython: what people see, do and hear, and what nobody may."""

import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

import check_board
import package
import rom
from sim_station import PASSWORD

PICTURES = Path(__file__).resolve().parent.parent.parent / ".build" / "pictures"
TAG = "04A2B3C4D5E680"


def charge(world, connector=1):
    world.do("plug_in", connector=connector)
    world.do("swipe", tag=TAG, connector=connector)


def test_from_the_password_to_a_session_and_its_line_in_the_log(world, look):
    page = look(world, log_in=False)
    page.type("#password", "wrong password")
    page.click("#login button")
    page.until("#notice", "That was not the password.")
    page.run("document.getElementById('password').value = ''")
    page.type("#password", PASSWORD)
    page.click("#login button")
    page.until("#connector1 .why", "Free: plug in.")
    world.do("plug_in", connector=1)
    page.until("#connector1 .why", "It waits for a card.")
    page.type("#other1", TAG)
    page.click("#connector1 .row:not([hidden]) button")
    page.until("#connector1 .status", "Charging")
    page.until("#connector1 .why", "fast")
    page.until("#connector1 dl", "**E680")
    before = page.text("#connector1 dl")
    page.until("#connector1 dl", "kWh")
    page.until_not("#connector1 dl", before)
    page.click("#connector1 .row:not([hidden]) button:nth-of-type(1)")
    page.until("#connector1 .why", "Paused on this page.")
    page.click("#connector1 .row:not([hidden]) button:nth-of-type(1)")
    page.until("#connector1 .status", "Charging")
    page.click("#connector1 .row:not([hidden]) button:nth-of-type(2)")
    page.until("#connector1 .why", "Finished")
    world.do("plug_out", connector=1)
    page.until("#connector1 .why", "Free")
    page.until("#log", "card or page")
    stop = world.sim.csms.calls("StopTransaction")[0]
    csv = page.run("return fetch('/sessions.csv').then((a) => a.text())").strip().split("\r\n")
    assert len(csv) == 2 and csv[1].split(",")[6] == str(stop["meterStop"]) and csv[1].endswith("Local,told")
    assert page.complaints() == []


def test_reasons_as_people_read_them_in_both_languages(world, look):
    page = look(world)
    world.do("plug_in", connector=1)
    page.until("#connector1 .why", "It waits for a card.")
    page.run("const s = document.getElementById('language'); s.value = 'de'; s.dispatchEvent(new Event('change'))")
    page.until("#connector1 .why", "Es fehlt noch eine Karte.")
    page.until("h2", "Anschluss 1")
    world.do("suspend_ev", connector=1)
    world.do("swipe", tag=TAG, connector=1)
    page.until("#connector1 .why", "Das Fahrzeug hat noch nicht angefragt.")
    world.do("resume_ev", connector=1)
    page.until("#connector1 .status", "Lädt")
    periods = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10}]}
    profile = {
        "chargingProfileId": 7, "stackLevel": 0, "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative", "chargingSchedule": periods,
    }  # fmt: skip
    assert world.ask("SetChargingProfile", connectorId=1, csChargingProfiles=profile) == {"status": "Accepted"}
    page.until("#connector1 .why", "Von der Zentrale auf 10 A begrenzt (Profil 7).")
    world.do("offline")
    page.until("#whole", "Es gibt keine Verbindung zur Zentrale.")
    world.do("swipe", tag=TAG, connector=1)
    page.until("#whole", "Wartet auf die Zentrale:")
    world.do("online")
    page.until("#connector1 .status", "Beendet")
    world.do("fault", connector=2, code="GroundFailure")
    page.until("#connector2 .why", "Störung: Fehlerstrom.")


def answers(page, text):
    """What the next question of the page is answered with."""
    page.run("window.prompt = () => arguments[0]".replace("arguments[0]", json.dumps(text)))


def test_a_card_that_was_shown_gets_a_name_and_the_log_has_it(world, look):
    page = look(world)
    page.until("#seen", "No card has been shown")
    charge(world)
    page.until("#seen", TAG)
    page.until("#seen", "accepted")
    answers(page, "Anna")
    page.click("#seen button")
    page.until("#named", "Anna")
    page.until("#named", "**E680")
    page.until("#connector1 dl", "Anna")
    world.do("swipe", tag=TAG, connector=1)
    page.until("#log", "Anna")
    assert TAG not in page.text("#log")
    answers(page, "")
    page.click("#named button")
    page.until_not("#named", "Anna")
    page.until("#log", "**E680")
    world.do("offline")
    page.until("#whole", "There is no connection")
    world.do("swipe", tag="0102030405", connector=1)
    page.until("#seen", "not known here, and nobody could be asked")
    assert page.complaints() == []


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


def test_two_may_look_and_a_third_is_told_so(world, look):
    pages = [look(world), look(world)]
    third = look(world, log_in=False)
    third.type("#password", PASSWORD)
    third.click("#login button")
    third.until("#notice", "answer")  # an event stream has no words of its own; asked again, it says why
    charge(world)
    for page in pages:
        page.until("#connector1 .status", "Charging")


def test_a_hostile_page_in_another_tab_gets_nothing(world, look):
    page = look(world)
    charge(world)
    page.until("#connector1 .status", "Charging")
    port = world.own_page

    class Hostile(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><iframe id=f></iframe><p id=said></p>")

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hostile)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page.open(f"http://localhost:{server.server_port}/")
    tries = """
    const to = arguments[0], told = [];
    const body = JSON.stringify({connector: 1});
    for (const given of [
      {method: "POST", credentials: "include", headers: {"Content-Type": "application/json"}, body},
      {method: "POST", credentials: "include", mode: "no-cors", body},
      {method: "POST", credentials: "include", mode: "no-cors", headers: {"Content-Type": "text/plain"}, body},
      {credentials: "include"}, {credentials: "include", mode: "no-cors"},
    ]) {
      for (const path of ["stop", "sessions", "cards"]) {
        try { const a = await fetch(to + path, given); told.push(await a.text()); } catch { told.push(null); }
      }
    }
    document.getElementById("f").src = to;
    await new Promise((done) => setTimeout(done, 1500));
    let inside = null;
    try { inside = document.getElementById("f").contentDocument?.body?.innerText ?? null; } catch {}
    return [told, inside];
    """
    told, inside = page.run("return (async (...arguments) => {" + tries + "})(...arguments)", port)
    assert {text for text in told if text} == set() and not inside, (told, inside)
    server.shutdown()
    state = world.do("state")
    assert state["connectors"]["1"]["contactor"] and world.sim.csms.calls("StopTransaction") == []


def test_it_comes_back_after_a_power_cut_and_the_log_is_whole(world, look):
    page = look(world)
    charge(world)
    page.until("#connector1 .status", "Charging")
    world.sim.power_off()
    page.until("#notice", "The station does not answer.")
    world.sim.power_on()
    world.listens()
    page.until("#login", "Password")  # sessions end with the power
    page.type("#password", PASSWORD)
    page.click("#login button")
    page.until("#log", "power cut")
    assert page.run("return fetch('/sessions.csv').then((a) => a.text())").count("PowerLoss") == 1


def test_with_the_keyboard_alone(world, look):
    page = look(world, log_in=False)
    page.until("#login", "Password")
    page.keys(PASSWORD + "\ue007")  # the field has the focus; Enter
    page.until("#connector1 .why", "Free")
    world.do("plug_in", connector=1)
    page.run("document.getElementById('card1').focus()")
    seen = set()
    for _ in range(40):
        page.keys("\ue004")  # Tab
        seen.add(page.run("return document.activeElement.id || document.activeElement.innerText"))
        outline = page.run("return getComputedStyle(document.activeElement).outlineStyle")
        on_page = page.run("return document.activeElement !== document.body")
        assert not on_page or outline != "none", page.run("return document.activeElement.outerHTML")
    assert {"Start", "by-month", "Configuration keys", "Change password", "language", "out"} <= seen, seen


@pytest.mark.parametrize("width,height", [(390, 844), (1280, 900)])
@pytest.mark.parametrize("language", ["en-GB", "de-DE"])
@pytest.mark.parametrize("dark", [False, True])
def test_it_looks_right(world, look, width, height, language, dark):
    page = look(world, width=width, height=height, language=language, dark=dark)
    charge(world)
    world.do("plug_in", connector=2)
    page.until("#connector1 .status", "Charging" if language == "en-GB" else "Lädt")
    assert page.run("return document.documentElement.lang") == language[:2]
    wide = page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "it scrolls sideways"
    small = page.run(
        "return [...document.querySelectorAll('main button, main select, main input')].filter((e) => e.offsetParent)"
        ".filter((e) => e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
    )
    assert small == [] and page.complaints() == []
    PICTURES.mkdir(parents=True, exist_ok=True)
    name = f"page-{'phone' if width < 600 else 'laptop'}-{language[:2]}-{'dark' if dark else 'light'}.png"
    page.picture(PICTURES / name)
    assert (PICTURES / name).stat().st_size > 10000


@pytest.mark.parametrize("language", ["en-GB", "de-DE"])
def test_what_is_folded_fits_a_phone_too(world, look, language):
    page = look(world, width=390, height=844, language=language, dark=language == "de-DE")
    for name in ("open-config", "open-firmware", "open-board"):
        page.run("document.getElementById(arguments[0]).open = true", name)
    page.until("#board", "connector[0]")
    page.until("#version", "Version")
    page.until("#config", "Charging profiles" if language == "en-GB" else "Ladeprofile")
    page.run("document.querySelectorAll('#config details').forEach((one) => { one.open = true; })")
    page.until("#config", "HeartbeatInterval")
    wide = page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0 and page.complaints() == []


def test_the_page_of_make_sim_has_the_world_beside_it(world, look):
    page = look(world, url=world.sim.page.url)
    page.until("#places", "Connector 2")
    page.run("[...document.querySelectorAll('#places button')].find((b) => b.innerText === 'Plug in').click()")
    page.until("#connector1 .why", "It waits for a card.")
    page.run("[...document.querySelectorAll('#places button')].find((b) => b.innerText === 'Show it').click()")
    page.until("#connector1 .status", "Charging")
    page.until("#messages", "StartTransaction")
    one = "const d = [...document.querySelectorAll('#messages details')].find((d) => /→ StartTr/.test(d.innerText));"
    assert TAG in page.run(one + "d.open = true; return d.innerText")
    page.run("document.querySelector('[data-w=power_off]').click()")
    page.until("#notice", "does not answer")
    page.run("document.querySelector('[data-w=power_on]').click()")
    page.until("#login", "Password")
    assert page.complaints() == []


def test_another_machine_may_not_ask_by_a_name_of_its_own(world):
    world.listens()
    request = urllib.request.Request(world.own_page, headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=300)
    assert refused.value.code == 403
    request = urllib.request.Request(
        world.sim.page.url + "world", json.dumps({"cmd": "power_off"}).encode(), {"Origin": "http://evil.example"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=300)
    assert refused.value.code == 403 and world.sim.running


def test_pictures_for_the_readme(world, look):
    page = look(world, width=1100)
    for tag, seconds in ((TAG, 6), ("04A2B3C4D5E681", 4), (TAG, 3)):
        world.do("plug_in", connector=2)
        world.do("swipe", tag=tag, connector=2)
        page.until("#connector2 .status", "Charging")
        page.run(f"return new Promise((done) => setTimeout(done, {seconds * 1000}))")
        world.do("swipe", tag=tag, connector=2)
        page.until("#connector2 .status", "Finished")
        world.do("plug_out", connector=2)
        page.until("#connector2 .status", "Free")
    first = page.run("return fetch('/sessions').then((a) => a.json())")["rows"][0]
    page.run("return act('/name', {session: arguments[0], connector: 2, name: 'Anna'}).then(() => enter())", first[9])
    world.do("plug_in", connector=2)
    charge(world)
    page.until("#connector1 dl", "0.04")
    page.run("return act('/limit', {connector: 1, amps: 10})")
    page.until("#connector1 .why", "Limited to 10 A on this page.")
    page.until("#connector1 dl", "0.06")
    page.until("#log", "Anna")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.picture(PICTURES / "readme-laptop.png")
    page.run("document.getElementById('language').value = 'de'; document.getElementById('language').onchange()")
    page.until("#log", "Karte oder Seite")
