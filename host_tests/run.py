"""Runs the tests that both interpreters share in MicroPython, under the heap of a plain ESP32.

    host_tests/run.py [-k NAME] [--heap 100k]

Knows no pytest. Builds one ROM image of firmware, simulated board and tests, and starts one MicroPython a test
file, in which in_micropython.py runs the functions called test_*. Exit status 1 on any failure.
"""

import argparse
import concurrent.futures
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import rom  # noqa: E402

# A flash chip in memory takes more than a board's heap.
LARGE = "4M"


def main():
    """Build, start, sum up."""
    parser = argparse.ArgumentParser(description="Run the shared tests in MicroPython.")
    parser.add_argument("-k", default="", help="only files whose name contains this")
    parser.add_argument("--heap", default="100k")
    options = parser.parse_args()
    micropython = ROOT / ".mpy" / "micropython"
    if not micropython.exists():
        print("No MicroPython here (tools/setup --print says why): the shared tests ran on CPython only.")
        return 0
    files = rom.station_files("simulator")
    files.pop("main.py")
    files.update(rom.test_files())
    image = rom.build(files)
    names = sorted(name[:-3] for name in files if name.startswith("test_") and options.k in name)

    def one(name):
        start = [ROOT / "tools" / "rom_start.py", image, str(image.stat().st_size), "in_micropython", name]
        heap = LARGE if "littlefs" in name else options.heap
        command = [micropython, "-X", "heapsize=" + heap, *start]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=180, errors="replace")
            return done.returncode, done.stdout, done.stderr
        except subprocess.TimeoutExpired as error:
            return "none: no end within 180 s", str(error.stdout or ""), ""

    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, (status, output, errors) in zip(names, pool.map(one, names)):
            last = output.strip().splitlines()[-1:] or [""]
            counts = last[0].split()
            if status == 0 and len(counts) == 2 and all(count.isdigit() for count in counts):
                good, bad = int(counts[0]), int(counts[1])
            else:
                good, bad = 0, 1
                print(f"{name}: ended with status {status}")
            said = output if bad else "\n".join(output.strip().splitlines()[:-1])
            if said:
                print(said)
            if bad:
                print(errors)
            passed += good
            failed += bad
            print(f"{name}: {good} passed, {bad} failed", flush=True)
    version = subprocess.run([micropython, "-c", "import sys; print(sys.version)"], capture_output=True, text=True)
    print(f"on {version.stdout.strip()}, heap {options.heap}:")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
