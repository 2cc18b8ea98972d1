"""The page in a real browser, against a station in MicroPython: a session, its reasons in words, and cards."""

import json

from charging import TAG, charge

from sim_station import PASSWORD


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
    page.run("const r = document.getElementById('range1'); r.value = 10; r.dispatchEvent(new Event('change'))")
    page.until("#connector1 .why", "Limited to 10 A on this page.")
    page.click("#connector1 .row:not([hidden]) button:nth-of-type(1)")
    page.until("#connector1 .why", "Paused on this page.")
    page.click("#connector1 .row:not([hidden]) button:nth-of-type(1)")
    page.until("#connector1 .why", "Limited to 10 A on this page.")
    page.until("#connector1 .status", "Charging")
    page.click("#connector1 .row:not([hidden]) button:nth-of-type(2)")
    page.until("#connector1 .why", "Finished")
    world.do("plug_out", connector=1)
    page.until("#connector1 .why", "Free")
    page.until("#log", "card or page")
    page.until("#place", "1–1 / 1")
    page.click("#by-card")
    page.until("#sums", "**E680")
    assert page.run("return document.activeElement.id") == "sums", "a screen reader is led to what has come"
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
    page.type("#other1", "12 34")
    page.click("#connector1 .row:not([hidden]) button")
    page.until("#notice", "Eine Kartennummer hat 1 bis 20 Zeichen, ohne Leerzeichen.")
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
    for language, head in (("en", "start,end,connector,card,"), ("de", "\ufeffstart;end;connector;card;")):
        page.run("const s = document.getElementById('language'); s.value = arguments[0]; s.onchange()", language)
        script = "return fetch(document.getElementById('csv').href).then((a) => a.arrayBuffer())"
        decoded = ".then((b) => new TextDecoder('utf-8', {ignoreBOM: true}).decode(b))"
        assert page.run(script + decoded).startswith(head)
    page.run("const s = document.getElementById('language'); s.value = 'en'; s.onchange()")
    page.until("#named", "**E680")
    answers(page, "")
    page.click("#named button")
    page.until_not("#named", "Anna")
    page.until("#log", "**E680")
    world.do("offline")
    page.until("#whole", "There is no connection")
    world.do("swipe", tag="0102030405", connector=1)
    page.until("#seen", "not known here, and nobody could be asked")
    assert page.complaints() == []
