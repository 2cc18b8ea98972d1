"""What is kept of the page's password, made on a laptop: the firmware makes the same (chargelet/page/password.py)."""

import hashlib
import secrets

# A laptop has it quickly, and the chip takes some seconds for each look at a password.
ROUNDS = 500


def made(password: str) -> dict:
    """Salt, hash and rounds, as an installation holds them."""
    salt = secrets.token_bytes(16)
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)
    return {"salt": salt.hex(), "hash": key.hex(), "rounds": ROUNDS}
