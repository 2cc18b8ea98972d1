"""The set-up page's server: a try goes its way, its words are shown, what is no request is refused."""

import json

from chargelet import installation
from chargelet.page import captive
from fakes.set_up_board import OWN, Board


def test_a_try_that_fails_and_one_that_works():
    board = Board()
    assert board.doing() == ["waiting"] and json.loads(board.ask("GET", "/networks")[1]) == [["garage", -40, True]]
    board.wrong = ["wifi_password", "garage"]
    fields = {"network": "garage", "key": "wrong horse", "url": "ws://10.0.0.1/ocpp", "page": "my own page"}
    assert board.ask("POST", "/try", fields)[0] == 200
    assert board.doing() == ["failed", "wifi_password", "garage"] and board.kept == []
    board.wrong = None
    assert board.ask("POST", "/try", fields)[0] == 200
    assert board.doing() == ["works"] and board.page.done.is_set() and len(board.kept) == 1
    assert board.kept[0]["wifi"] == {"name": "garage", "password": "wrong horse"}
    assert "my own" not in json.dumps(board.kept) and installation.problems(board.kept[0], True) == []
    assert board.ask("POST", "/try", fields)[0] == 409


def test_a_root_and_a_profile():
    board = Board()
    fields = {"network": "garage", "url": "wss://csms.example/ocpp", "secret": "hush hush hush hush", "profile": 2}
    status, said = board.ask("POST", "/try", dict(fields, ca="nothing"))
    wanted = "ca: PEM: nothing, where one block belongs; allowed: one certificate in PEM that is valid now"
    assert status == 400 and said == wanted
    assert board.ask("POST", "/try", dict(fields, ca="full"))[0] == 507
    for wrong in (3, -1, True, "2", None):
        status, said = board.ask("POST", "/try", dict(fields, profile=wrong))
        assert status == 400 and said.startswith("profile: 0, 1 or 2 is allowed"), said
    status, said = board.ask("POST", "/try", dict(fields, secret="short"))
    assert status == 400 and said.startswith("csms.password: none or a short one; allowed: 16"), said
    assert board.tried == []
    assert board.ask("POST", "/try", dict(fields, ca="-----BEGIN"))[0] == 200
    assert board.kept[0]["csms"] == {
        "url": fields["url"], "password": fields["secret"], "profile": 2, "ca": "ab" * 32
    }  # fmt: skip


def test_a_full_flash_is_told():
    board = Board()

    def full(table):
        raise OSError(28)

    board.page._keep = full
    assert board.ask("POST", "/try", {"network": "garage"})[0] == 200
    assert board.doing()[:2] == ["failed", "flash"] and not board.page.done.is_set()


def test_who_may_not():
    board = Board()
    assert board.ask("POST", "/try", {"network": "garage"}, origin="http://evil.example")[0] == 403
    assert board.ask("POST", "/try", {"network": "garage"}, host="evil.example", origin="http://evil.example")[0] == 403
    assert board.ask("GET", "/generate_204", host="connectivity.example")[0] == 302
    assert board.ask("PUT", "/try")[0] == 405 and board.ask("GET", "/else")[0] == 404
    for fields in ([], {}, {"network": 1}, {"network": "x" * 33}, {"network": "garage", "free": 1}, {"x": "y"}, 7):
        assert board.ask("POST", "/try", fields)[0] == 400, fields
    assert board.tried == [] and board.kept == []


def test_a_name_is_answered():
    asked = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x01b\x00\x00\x01\x00\x01"
    answer = captive.reply(asked, OWN)
    assert answer[:4] == b"\x12\x34\x81\x80" and answer[-4:] == bytes([192, 168, 4, 1])
    for cut in range(len(asked)):
        assert captive.reply(asked[:cut], OWN) is None
