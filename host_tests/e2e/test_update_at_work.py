"""Signed firmware for a station that has the most to do: security profile 3, both connectors charging with samples each
second, under the heap of a board; three times in a row, of which two have a wrong signature."""

import pytest
from file_server import Files
from test_rsa_at_work import busy, pytestmark  # noqa: F401 - not with CPython
from test_signed_update import Update

FETCHED = "Downloading", "Downloaded"


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_it_is_fetched_and_proved(tmp_path, kind):
    async def scenario(scene):
        async with Files() as files:
            update = Update(scene, files)
            await update.install_root()
            told = ()
            for number, signature in enumerate(("AAAA", "AAAA", None)):
                told += (*FETCHED, "InvalidSignature" if signature else "SignatureVerified")
                assert await update.ask(number, kind, signature=signature) == "Accepted"
                await update.until(*told)

    busy(tmp_path, scenario, patient=True)
