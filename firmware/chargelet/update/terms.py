"""What a firmware package must be for a board to take it; base/package.py checks it."""


class Terms:
    """`modulus` is the signer's RSA key, `kind` the manifest's board, `chip` its chip. `running` is the version that
    would be replaced: an older one is taken only where the board file says `allow_older`."""

    def __init__(self, modulus: int, kind: str, chip: str, running: str, allow_older: bool = False):
        self.modulus = modulus
        self.kind = kind
        self.chip = chip
        self.running = running
        self.allow_older = allow_older
