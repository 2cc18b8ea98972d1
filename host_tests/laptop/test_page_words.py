"""The page's words: each language says all of them, each reason has its sentence, and the whole stays small."""

import ast
import gzip
import json
import re
import shutil

import test_operating

import check_board
import page_content
import rom

WORDS = json.loads((page_content.WEB / "words.json").read_text())
SCRIPT = (page_content.WEB / "page.js").read_text()
HTML = (page_content.WEB / "page.html").read_text()
# Configuration keys and keys of a board file that come along: whoever adds some has room for them, too.
KEYS = 56 + 104


def places(text):
    return sorted(set(re.findall(r"\{\d\}", text)))


def reasons():
    """The names of all reasons that why.py can give."""
    tree = ast.parse((rom.FIRMWARE / "chargelet" / "page" / "why.py").read_text())
    found, limits = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.List) and node.elts and isinstance(node.elts[0], ast.Constant | ast.IfExp | ast.BinOp):
            first = node.elts[0]
            if isinstance(first, ast.BinOp):
                limits.add(first.right.value)
            else:
                found |= {one.value for one in ast.walk(first) if isinstance(one, ast.Constant)}
    found |= {how + name for how in ("by_", "none_") for name in limits}
    return {name for name in found if isinstance(name, str) and name.islower()}


def test_each_reason_has_its_sentence_and_each_sentence_its_reason():
    known = {name[4:] for name in WORDS["en"] if name.startswith("why_")}
    ones = {"waiting_1", "waiting_since_1"}
    assert reasons() == known - ones and ones <= known


def test_each_language_says_everything_with_the_same_places():
    assert set(WORDS) >= {"en", "de"}
    for language, words in WORDS.items():
        assert set(words) == set(WORDS["en"]), language
        for name, text in words.items():
            assert text and places(text) == places(WORDS["en"][name]), (language, name)


def test_all_that_the_page_says_is_in_the_table():
    said = set(re.findall(r'data-t="(\w+)"', HTML)) | set(re.findall(r'\bt\("(\w+)"', SCRIPT)) - {"c_", "s_", "e_"}
    said |= {"c_" + status for status in ("Accepted", "Rejected", "NotSupported")}
    assert len(said) > 20 and said <= set(WORDS["en"]), said - set(WORDS["en"])


def test_each_status_and_each_end_has_a_word():
    statuses = "Available Preparing Charging SuspendedEV SuspendedEVSE Finishing Reserved Unavailable Faulted"
    assert set(statuses.split()) <= set(WORDS["en"])
    ends = "EmergencyStop EVDisconnected HardReset Local Other PowerLoss Reboot Remote SoftReset UnlockCommand"
    assert {"r_" + name for name in [*ends.split(), "DeAuthorized"]} <= set(WORDS["en"])


def test_each_answer_to_a_card_has_a_word():
    source = (rom.FIRMWARE / "chargelet" / "station" / "card.py").read_text()
    ours = set(re.findall(r'_tell\(station, id_tag, "(\w+)"', source)) | set(re.findall(r'outcome = "(\w+)"', source))
    assert len(ours) >= 4
    words = {"o_" + name for name in ours | {"Blocked", "Expired", "Invalid", "ConcurrentTx"}}
    assert words == {name for name in WORDS["en"] if name.startswith("o_")}


def test_what_becomes_of_firmware_has_words():
    folder = rom.FIRMWARE / "chargelet"
    page, station = ((folder / name).read_text() for name in ("page/upload.py", "station/brought.py"))
    states = set(re.findall(r'return "(\w+)"', station)) | {"installing", "waiting", "failed", "ready"}
    assert all(f'"{state}"' in page for state in ("installing", "waiting", "failed", "ready"))
    assert {"s_" + state for state in states} == {name for name in WORDS["en"] if name.startswith("s_")}
    known = wrong()
    assert {"e_" + name for name in known.values()} == {name for name in WORDS["en"] if name.startswith("e_")}
    refusals = ["base/package.py", "update/received.py", "update/partition_installer.py"]
    source = "".join((folder / name).read_text() for name in refusals)
    said = re.findall(r'raise ValueError\("package: (.*?)"', source)
    known = [*known, "is empty", "the image", "damaged"]  # what is found only when it is installed
    assert len(said) > 12 and [text for text in said if not any(part in text for part in known)] == []


def wrong():
    """What the script looks for in a refusal → the word for it."""
    found = re.search(r"WRONG = \{(.*?)\};", SCRIPT, re.DOTALL)[1]
    return dict(re.findall(r'"?([\w ]+?)"?: "(\w+)"', found))


def test_what_people_are_refused_is_said_in_their_language():
    source = "".join((rom.FIRMWARE / "chargelet/page" / name).read_text() for name in ("commands.py", "routes.py"))
    said = re.findall(r'Refused\((?:400|404|409|507), "(.*?)"', source)
    texts = [text % ("card", 1, 20) if text.count("%") == 3 and "text" in text else text for text in said]
    # What the page itself never asks for.
    never = ["there is no such thing here", "a whole number from", "amps: 0, or"]
    left = [text for text in texts if not any(part in text for part in [*wrong(), *never])]
    away = re.search(r'^_TEXT = "(.*)"$', (rom.FIRMWARE / "chargelet/page/away.py").read_text(), re.MULTILINE)[1]
    assert wrong()[next(part for part in wrong() if part in away)] == "file"
    assert len(texts) > 12 and left == ["new: "]  # is "%d to %d characters", with 8 and 64
    assert wrong()["to 64"] == "new"


def test_every_configuration_key_is_explained_in_each_language():
    keys = page_content.keys()
    assert set(keys) == set(WORDS)
    known = {name: row for name, *row in test_operating.KEYS}
    for language, table in keys.items():
        assert set(table["keys"]) == set(known), language
        for name, (group, access, takes, _default, effect, does) in table["keys"].items():
            english = keys["en"]["keys"][name]
            assert access == known[name][0] and group < len(table["groups"]) and takes, (language, name)
            assert bool(effect) == bool(english[4]) and bool(does) == bool(english[5]), (language, name)
            assert language == "en" or (does != english[5] or not does), (language, name)
    made = {}
    exec(page_content.module("keys").split(b"(__name__)")[1], made)
    assert json.loads(gzip.decompress(made["TABLE"])) == dict(keys, board=page_content.board_keys())


def paths(value, path=""):
    """The path of each leaf of a board file, without the numbers of connectors."""
    if isinstance(value, dict):
        return [one for name, inner in value.items() for one in paths(inner, f"{path}.{name}" if path else name)]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [one for inner in value for one in paths(inner, path)]
    return [re.sub(r"^main_meter\.", "connector.meter.", path)]


def test_every_key_of_a_board_file_is_explained_as_check_board_does():
    lines = [line.split(" ", 3) for line in page_content.board_keys().split("\n")]
    known = {path: rest for path, *rest in lines}
    assert len(known) == len(lines) > 80
    kinds = {"int", "bool", "text", "one", "list", "coil", "out", "in", "adc", "meter", "reader", "lights"}
    for board in sorted(path.parent.name for path in (rom.ROOT / "boards").glob("*/board.toml")):
        for path in paths(check_board.read(board)):
            assert known[path][0] in kinds, (board, path)
    for path, (kind, need, *_rest) in known.items():
        assert kind in kinds | {"same", "evse", "interlock"} and need[0] in "!?=", path


def test_it_is_small_loads_nothing_and_its_policy_fits():
    html, policy = page_content.page()
    own = len(page_content.keys()["en"]["keys"]) + len(page_content.board_keys().split("\n")) - KEYS
    assert len(page_content.packed("page")) + len(page_content.packed("keys")) < 20000 + 60 * own
    assert "http:" not in html.replace("http://www.w3.org/2000/svg", "") and "https:" not in html
    for unsafe in ("unsafe", "*"):
        assert unsafe not in policy
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        inside = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert len(inside) == 1 and f"{rule} '{page_content._hashed(inside[0])}'" in policy
    assert "innerHTML" not in html and "eval(" not in html and not re.search(r"<[^>]+\son\w+=", html)


def test_a_language_is_added_by_an_entry_in_each_table(tmp_path, monkeypatch):
    web = tmp_path / "web"
    shutil.copytree(page_content.WEB, web, ignore=shutil.ignore_patterns("pictures"))
    for name in ("OPERATING.md", "chargelet"):
        (tmp_path / name).symlink_to(rom.FIRMWARE / name)
    for path in web.glob("*.json"):
        table = json.loads(path.read_text())
        # Another language in its letters, as large as German.
        table["xx"] = json.loads(json.dumps(table["de"], ensure_ascii=False))
        if path.name != "keys.json":
            table["xx"] = {name: text.swapcase() for name, text in table["de"].items()}
        path.write_text(json.dumps(table))
    monkeypatch.setattr(page_content, "WEB", web)
    assert set(page_content.keys()) == {"en", "de", "xx"}
    for source, script in (("page", SCRIPT), ("first", (page_content.WEB / "first.js").read_text())):
        html, _policy = page_content.page(source=source)
        words = json.loads(re.search(r'id="words">(.*?)</script>', html, re.DOTALL)[1])
        assert list(words) == ["en", "de", "xx"] and words["xx"]["_"] == "dEUTSCH"
        assert "Object.keys(WORDS)" in script and '"de"' not in script, "the list of languages is that of the table"
        assert len(page_content.packed(source)) < 20000


def test_the_module_is_the_page():
    made = {}
    exec(page_content.module("page").split(b"(__name__)")[1], made)
    assert gzip.decompress(made["PAGE"]).decode() == page_content.page()[0] and made["POLICY"]
    assert page_content.module("page") == page_content.module("page")


def test_the_set_up_page_says_everything_too():
    words = json.loads((page_content.WEB / "first_words.json").read_text())
    script = (page_content.WEB / "first.js").read_text()
    html = (page_content.WEB / "first.html").read_text()
    said = set(re.findall(r'data-t="(\w+)"', html)) | set(re.findall(r'\bt\("(\w+)"', script)) - {"f_", "d_", "w_"}
    firmware = [rom.FIRMWARE / "chargelet" / name for name in ("trial.py", "page/first_page.py")]
    failures = re.findall(r'\["(csms_\w+)"|\["failed", "(\w+)"', "".join(path.read_text() for path in firmware))
    said |= {"f_" + (one or other) for one, other in failures} | {"f_time"}
    fields = dict(re.findall(r'"?([a-z.]+)"?: "(\w+)"', re.search(r"FIELDS = \{(.*?)\};", script)[1]))
    judges = ("installation.py", "page/first_routes.py")
    judged = "".join((rom.FIRMWARE / "chargelet" / name).read_text() for name in judges)
    for path in fields:  # each is a path of the installation, or what the set-up page itself calls it
        assert path in judged or path.split(".")[1] in judged, path
    assert {"wifi.name", "wifi.password", "csms.url", "csms.identity", "csms.password", "csms.ca"} <= set(fields)
    said |= {"w_" + name for name in fields.values()} | set(fields.values())
    words_of_tls = (rom.FIRMWARE / "chargelet/transport/tls_failures.py").read_text().split("_WORDS = (")[1]
    said |= {"f_tls_" + word for word in [*re.findall(r'^    \("(\w+)"', words_of_tls, re.MULTILINE), "other"]}
    reasons = re.search(r"_REASONS = (\{.*\})", (rom.FIRMWARE / "chargelet/hardware/access_point.py").read_text())[1]
    said |= {"f_wifi_" + reason for reason in ast.literal_eval(reasons).values()}
    cable = (rom.FIRMWARE / "chargelet/hardware/wired_access_point.py").read_text()
    lacks = re.search(r'return "(\w+)" if .* else "(\w+)"', cable).groups()
    said |= {"f_cable_" + word for word in lacks} | {"d_" + word for word in ("cable", "joining", "asking", "works")}
    assert len(said) > 20 and said == set(words["en"]) - {"_"}, said ^ set(words["en"])
    for language in words.values():
        assert set(language) == set(words["en"])
        assert all(places(language[name]) == places(words["en"][name]) for name in language)
    page, policy = page_content.page(source="first")
    assert len(page_content.packed("first")) < 8000 and "unsafe" not in policy
