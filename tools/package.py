"""Makes a firmware package: image, manifest, signature (firmware/chargelet/base/package.py reads it).

    .venv/bin/python tools/package.py --version 0.2.0 --key boards/simulator/signing-key.pem --out new.pkg
    .venv/bin/python tools/package.py --key my-key.pem --show-key        what goes into a board file as [update] key

A key is made with `openssl genrsa -out my-key.pem 2048`. Whoever has it can put firmware on every board that knows it.
"""

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

import check_board
import deploy
import freeze
import interpreter
import rom


def load_key(path: Path) -> rsa.RSAPrivateKey:
    """The private key in a PEM file. Raises ValueError when it is not an RSA key."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError):
        raise ValueError(f"{path}: no private key in PEM, or one with a password") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(f"{path} is no RSA key")
    return key


def make(image: bytes, board: str, chip: str, version: str, key: rsa.RSAPrivateKey) -> bytes:
    """The package of an image."""
    manifest = {
        "format": 1,
        "board": board,
        "chip": chip,
        "version": version,
        "size": len(image),
        "sha256": hashlib.sha256(image).hexdigest(),
    }
    line = json.dumps(manifest).encode() + b"\n"
    signature = key.sign(line, padding.PKCS1v15(), hashes.SHA256())
    return line + signature.hex().encode() + b"\n" + image


def build(board: str, version: str, key: rsa.RSAPrivateKey, image: Path | None = None) -> bytes:
    """The package of what lies here, or of an image, which will call itself this version. Raises ValueError for an
    image that is no program for the board's chip."""
    chip = check_board.read(board)["chip"]
    if image is not None:
        content = image.read_bytes()
        _judge(image, content, chip)
        return make(content, chip, chip, version, key)
    if not (rom.board_folder(board) / "main.py").is_file():
        files = deploy.firmware_files()
        parts = [b"%s %d\n" % (name[1:].encode(), len(content)) + content for name, content in files.items()]
        return make(b"".join(parts), "files", chip, version, key)
    files = rom.station_files(board)
    if interpreter.form() == "frozen":
        return make(freeze.build(files, version).read_bytes(), board, chip, version, key)
    table = json.loads(files["board.json"])
    table["station"]["firmwareVersion"] = version
    files["board.json"] = json.dumps(table).encode()
    return make(rom.build(files).read_bytes(), board, chip, version, key)


def _judge(path: Path, content: bytes, chip: str):
    """Raises ValueError unless this is what an OTA partition of the board may hold."""
    import images  # with esptool, which takes a second to load

    if chip not in images.NAMES:
        raise ValueError(f"--image is for boards with {', '.join(images.NAMES)}, and this board has {chip}")
    try:
        images.check_program(content, chip)
    except images.ImageError as error:
        raise ValueError(f"{path}: {error}") from None


def version(text: str) -> str:
    if not re.fullmatch(r"[\w.+-]{1,50}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a version: 1 to 50 letters, digits and .+-_")
    return text


def main():
    parser = argparse.ArgumentParser(description="Make a firmware package.")
    parser.add_argument("--board", default="simulator", help="a folder under boards/, or a path (default: %(default)s)")
    parser.add_argument("--version", type=version, help="what the firmware calls itself, like 1.2 or 1.2-rc1")
    parser.add_argument("--key", type=Path, required=True, help="a PEM file with an RSA key")
    parser.add_argument("--out", type=Path, help="where the package goes")
    parser.add_argument("--image", type=Path, help="for boards with OTA partitions: micropython.bin of a build")
    parser.add_argument("--show-key", action="store_true", help="print [update] key for a board file, and make nothing")
    options = parser.parse_args()
    try:
        key = load_key(options.key)
        if options.show_key:
            print(f"{key.public_key().public_numbers().n:x}")
            return
        if not options.version or not options.out:
            parser.error("--version and --out are needed")
        options.out.write_bytes(build(options.board, options.version, key, options.image))
    except (OSError, ValueError, RuntimeError) as error:
        sys.exit(f"package: {error}")
    print(f"{options.out}: {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
