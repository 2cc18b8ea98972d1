"""The page in a real browser: who looks besides, what a hostile page gets, and what a power cut leaves."""

import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from charging import TAG, charge

from sim_station import PASSWORD


def test_two_may_look_and_a_third_is_told_so(world, look):
    pages = [look(world), look(world)]
    third = look(world, log_in=False)
    third.type("#password", PASSWORD)
    third.click("#login button")
    third.until("#notice", "Two others are looking at this page")
    charge(world)
    for page in pages:
        page.until("#connector1 .status", "Charging")
    assert third.text("#notice").startswith("Two others") and third.text("#connectors") == ""
    pages[0].open("about:blank")
    third.until("#connector1 .status", "Charging")
    third.until_not("#notice", third.text("#notice") or "Two others are looking at this page: close one of them.")


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
    # Nobody may frame the page, and what is not its own does not run in it.
    page.open(world.own_page)
    with urllib.request.urlopen(world.own_page, timeout=300) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy and answer.headers["X-Frame-Options"] == "DENY"
    run = "const s = document.createElement('script'); s.textContent = 'window.strange = 1'; document.body.append(s);"
    assert page.run(run + "return window.strange ?? 'refused'") == "refused", "no script but the page's own runs"
    assert page.run("return fetch(arguments[0]).then(() => 'sent', () => 'refused')", world.sim.page.url) == "refused"
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
    page.run("document.getElementById('language').focus()")
    page.run("return new Promise((done) => setTimeout(done, 9000))")
    assert page.text("#notice") == "", "nobody tries to get in without a password"
    assert page.run("return document.activeElement.id") == "language", "the focus stays where it is"
    page.type("#password", PASSWORD)
    page.click("#login button")
    page.until("#log", "power cut")
    assert page.run("return fetch('/sessions.csv').then((a) => a.text())").count("PowerLoss") == 1


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
    # What has no effect is off until the panel has seen the power go.
    page.until("[data-w=power_on]:enabled", "Power back")
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
