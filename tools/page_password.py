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


def hashed(page) -> dict:
    """An installation's section page, its password replaced by what is kept of it. Raises ValueError."""
    if not isinstance(page, dict) or "password" not in page:
        return page  # chargelet.installation judges it
    password = page["password"]
    if not isinstance(password, str) or not 8 <= len(password) <= 64:
        raise ValueError("page.password: a text of 8 to 64 characters is allowed")
    return dict(made(password), **{name: value for name, value in page.items() if name != "password"})
