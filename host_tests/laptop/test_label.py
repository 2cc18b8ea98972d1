"""The label of a board: its own Wi-Fi, the password that is drawn once and stays, the code that a phone reads."""

import xml.etree.ElementTree

import label
from board_link import BoardError
from chargelet import set_up
from chargelet.base.storage import Storage


class Link:
    """A board on a serial port that has these files; it answers what a label asks."""

    def __init__(self):
        self.files = {}

    def run(self, code):
        if "unique_id" in code:
            return "7cdfa1abcdef\r\n"
        (name,) = [part for part in code.split("'") if part.startswith("/")]
        return self.files.get(name, b"").decode() + "\r\n"

    def write(self, name, content):
        self.files[name] = content


def test_the_password_is_drawn_once_and_is_the_one_that_the_board_uses(tmp_path):
    link = Link()
    name, password = label.of(link)
    assert name == "Chargelet-ABCDEF" == set_up.name_of(b"\x7c\xdf\xa1\xab\xcd\xef") and len(password) == 10
    assert label.of(link) == (name, password) and list(link.files) == ["/state/access-point"]
    storage = Storage(str(tmp_path / "state"))
    storage.write("access-point", link.files["/state/access-point"])
    assert set_up.own_password(storage) == password
    assert label.of(Link())[1] != password, "no two boards have the same"


def test_the_label_is_a_text_and_a_drawing(tmp_path):
    said = label.made(Link(), tmp_path)
    text, drawing = sorted(tmp_path.iterdir(), key=lambda path: path.suffix, reverse=True)
    lines = text.read_text().splitlines()
    password = lines[1].removeprefix("Password: ")
    assert lines[0] == "Set-up Wi-Fi: Chargelet-ABCDEF" and password in said and str(drawing) in said
    assert lines[2] == f"WIFI:S:Chargelet-ABCDEF;T:WPA;P:{password};;"
    root = xml.etree.ElementTree.parse(drawing).getroot()
    assert root.tag.endswith("svg") and lines[2] in [node.text for node in root] and int(root.get("width")) > 100


def test_a_board_that_is_starting_has_its_label_once_it_answers(tmp_path, monkeypatch):
    starts = []

    class Starting(Link):
        def __init__(self, port):
            starts.append(port)
            if len(starts) < 3:
                raise BoardError("no MicroPython answers")
            Link.__init__(self)

        def reset(self, again):
            starts.append("reset")

        def close(self):
            starts.append("closed")

    monkeypatch.setattr(label, "BoardLink", Starting)
    monkeypatch.setattr(label.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(label.written, "__defaults__", (tmp_path,))
    monkeypatch.setattr(label.made, "__defaults__", (tmp_path,))
    assert label.once_it_answers("port").startswith("set-up Wi-Fi Chargelet-ABCDEF, password ")
    assert starts == ["port"] * 3 + ["reset", "closed"]
    del starts[:]
    assert "`make label`" in label.once_it_answers("port", 0) and starts == ["port"]


def test_what_means_something_in_a_code_is_escaped():
    assert label.wifi('a;b,c:"d\\', "x") == 'WIFI:S:a\\;b\\,c\\:\\"d\\\\;T:WPA;P:x;;'


def test_a_label_that_cannot_be_made_keeps_nobody_from_going_on(monkeypatch):
    def mute(link):
        raise BoardError("the board says: no such thing")

    monkeypatch.setattr(label, "made", mute)
    said = label.at_hand(Link())
    assert said == "its label is not made (the board says: no such thing): `make label` tries again"
