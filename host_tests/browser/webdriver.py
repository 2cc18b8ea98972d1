"""A browser that is driven through WebDriver (the W3C's protocol): as much of it as the page's tests need."""

import base64
import contextlib
import json
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from control_port import free_port

HERE = Path(__file__).resolve().parent.parent.parent / ".browser"
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def there() -> bool:
    """Whether tools/get_browser.sh has been here."""
    return (HERE / "chromedriver").exists()


class Browser:
    """One window, with nothing kept of the one before. Use it as a context."""

    def __init__(self, width=1200, height=900, language="en-GB", dark=False):
        port = free_port()
        self._root = f"http://127.0.0.1:{port}"
        self._driver = subprocess.Popen(
            [HERE / "chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        arguments = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"]
        arguments += [f"--lang={language}", f"--window-size={width},{height}", "--force-device-scale-factor=1"]
        arguments += ["--blink-settings=preferredColorScheme=0"] if dark else []
        chrome = {
            "binary": str(HERE / "chromium"),
            "args": arguments,
            "prefs": {"intl.accept_languages": language},
            "mobileEmulation": {"deviceMetrics": {"width": width, "height": height, "pixelRatio": 2}},
        }
        if width > 600:
            del chrome["mobileEmulation"]
        wanted = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": chrome}}}
        until = time.monotonic() + 300
        while True:
            try:
                self._at = "/session/" + self._call("POST", "/session", wanted)["sessionId"]
                return
            except urllib.error.URLError:
                if time.monotonic() > until:
                    self._driver.kill()
                    raise
                time.sleep(0.1)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        with contextlib.suppress(OSError, RuntimeError):
            self._call("DELETE", self._at)
        self._driver.terminate()
        self._driver.wait()

    def _call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._root + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"].splitlines()[0]) from None

    def open(self, url):
        self._call("POST", self._at + "/url", {"url": url})

    def run(self, script, *arguments):
        """What a function's body returns; a promise is waited for."""
        return self._call("POST", self._at + "/execute/sync", {"script": script, "args": list(arguments)})

    def _find(self, selector):
        return self._call("POST", self._at + "/element", {"using": "css selector", "value": selector})[_ELEMENT]

    def _seen(self, selector, seconds=120):
        """_find() of what a person waits for: it is there, and may not be shown yet."""
        end = time.monotonic() + seconds
        while not self.run("return !!document.querySelector(arguments[0])?.checkVisibility()", selector):
            assert time.monotonic() < end, f"{selector} is not to be seen"
            time.sleep(0.05)
        return self._find(selector)

    def click(self, selector, seconds=120):
        end = time.monotonic() + seconds
        while True:
            try:
                return self._call("POST", f"{self._at}/element/{self._seen(selector)}/click", {})
            except RuntimeError as error:  # the page has drawn it anew between being found and being clicked
                if "stale element" not in str(error) or time.monotonic() > end:
                    raise

    def type(self, selector, text):
        """Keys, as a person presses them."""
        self._call("POST", f"{self._at}/element/{self._seen(selector)}/value", {"text": text})

    def keys(self, text):
        """Keys for whatever has the focus."""
        presses = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": presses}]
        self._call("POST", self._at + "/actions", {"actions": actions})

    def text(self, selector) -> str:
        """What a person reads there."""
        seen = "const e = document.querySelector(arguments[0]); return e?.checkVisibility() ? e.innerText : ''"
        return self.run(seen, selector)

    def until(self, selector, wanted, seconds=120):
        """Wait until this text is to be read there."""
        end = time.monotonic() + seconds
        while wanted not in self.text(selector):
            assert time.monotonic() < end, f"{selector} says {self.text(selector)!r}, not {wanted!r}"
            time.sleep(0.1)

    def until_not(self, selector, unwanted, seconds=120):
        """Wait until another text is to be read there."""
        end = time.monotonic() + seconds
        while self.text(selector) == unwanted:
            assert time.monotonic() < end, f"{selector} still says {unwanted!r}"
            time.sleep(0.1)

    def picture(self, path: Path):
        """All of the page as it looks now."""
        height = self.run("return document.documentElement.scrollHeight")
        width = self.run("return document.documentElement.clientWidth")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        given = {"cmd": "Page.captureScreenshot", "params": {"captureBeyondViewport": True, "clip": clip}}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self._call("POST", self._at + "/goog/cdp/execute", given)["data"]))

    def complaints(self) -> list:
        """What axe-core finds wrong for people who cannot see or use a mouse: [(rule, where)]."""
        # Through the driver: the page's own policy lets no foreign script in.
        self.run((HERE / "axe.min.js").read_text() + "; window.axe = axe;")
        found = self.run("return axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)")
        return [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found]
