"""Runs the tests that both interpreters share in MicroPython, under the heap of a plain ESP32; and adds up.

    host_tests/run.py [-k NAME] [--heap 88k] [FILE ...]     in MicroPython
    host_tests/run.py --all                                  pytest on CPython beside it: what `make test` does

Freezes firmware and simulated board into MicroPython, builds a ROM image of the tests, and starts one MicroPython a
test file, in which in_micropython.py runs the functions called test_*. Ends with a line `N passed, N failed`; exit
status 1 unless something passed and nothing failed.
"""

import argparse
import concurrent.futures
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import interpreter  # noqa: E402
import rom  # noqa: E402

# A flash chip in memory takes more than a board's heap, and so do two stations at once, or a package made and checked.
LARGE = {
    "test_bounds": "300k",  # texts of 10 kB, several times
    "test_central_systems": "300k",  # all that was said in an hour
    "test_charge_log": "400k",  # a thousand sessions on a flash that is a dict
    "test_charge_log_times": "200k",  # a station after the other
    "test_charge_sums": "200k",  # what 64 sessions leave on a flash that is a dict
    "test_page_upload": "300k",  # a station, browsers, and packages that are sent to it
    "test_page_upload_bounds": "300k",
    "test_page_bounds": "300k",
    "test_page_cards": "200k",  # logs and lists, whole
    "test_page_live": "300k",  # half a dozen browsers at once
    "test_page_requests": "300k",  # requests of 20 kB
    "test_page_settings": "120k",  # the table of all keys, as a browser gets it
    "test_seams_on_drivers": "200k",  # a station after the other
    "test_secrets": "400k",  # all that was said
    "test_signed_firmware": "100k",  # a station, its authority and a package at once
    "test_silence": "200k",  # all that was said in two sessions
    "test_littlefs": "4M",
    "test_littlefs_list": "4M",
    "test_littlefs_station": "4M",
    "test_littlefs_wear": "4M",
    "test_littlefs_certificates": "4M",
    "test_littlefs_security": "4M",
    "test_littlefs_set_up": "4M",
    "test_partition_installer": "4M",
    "test_package": "120k",
    "test_claims": "200k",
    "test_memory_taken": "1M",  # of which others take all but some bytes
    "test_free_vend": "400k",  # hundreds of records on a flash that is a dict
    "test_certificates_meet": "300k",  # a station after the other
    "test_profile_on_flash": "200k",  # files of 10 kB
    "test_power_cut": "120k",  # a station after the other
    "test_provisioned": "200k",  # a station after the other
    "test_order": "400k",  # the model of all that has happened
    "test_energy": "200k",  # a world and two stations
    "test_times": "200k",  # hours of messages
    "test_unanswered_jobs": "120k",  # all that was said of jobs
    "test_station_cuts": "200k",
    "test_damaged_flash": "200k",  # a list of more than a block on a flash that is a dict
    "test_local_list_changes": "400k",  # large lists on a flash that is a dict
    "test_local_list_damage": "400k",
    "test_due": "200k",
    "test_transitions": "200k",  # three walks are code that lies in the heap
}
# A file gets what processors others leave: on a busy machine little.
MAX_S = 3000
# They take longest, and begin first: nobody waits for the last one alone.
LONG = (
    "test_certificates_meet",
    "test_memory_taken",
    "test_damaged_flash",
    "test_silence",
    "test_unanswered_jobs",
    "test_littlefs_security",
    "test_transitions",
    "test_littlefs_station",
    "test_own_certificate",
    "test_bounds",
)
# Most of the end-to-end tests wait for a process: so many at a time take the least time.
WORKERS = 5
# Of what a file says although all is well; errors that a test provoked, and the firmware logged, are not shown.
LINES_SHOWN = 4
TRACEBACK = re.compile(r"Traceback|  File |\w*(Error|Exception)\b")


def _bytes(heap: str) -> int:
    """How much 88k or 4M are."""
    return int(heap[:-1] or 0) * (1 << (10 if heap[-1:] == "k" else 20)) if heap else 0


def on_cpython() -> tuple:
    """(passed, failed) of pytest, which prints for itself."""
    report = rom.BUILD / "pytest.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-n", str(WORKERS), "--dist", "loadgroup"]
    command += [f"--junitxml={report}", "-o", "junit_logging=no"]
    status = subprocess.run(command, cwd=ROOT).returncode
    try:
        suites = list(xml.etree.ElementTree.parse(report).getroot())
    except (OSError, xml.etree.ElementTree.ParseError):
        print(f"pytest ended with status {status} and no report")
        return 0, 1
    total = {name: sum(int(suite.get(name)) for suite in suites) for name in ("tests", "errors", "failures", "skipped")}
    failed = total["errors"] + total["failures"]
    # Whatever else pytest does not like is a failure too.
    return total["tests"] - failed - total["skipped"], failed or int(status != 0)


def files_with(extra) -> tuple:
    """(the firmware's files, the tests' files, the names of the test modules): the shared tests, or these files."""
    firmware = rom.station_files("simulator")
    shared = rom.test_files()
    if extra:
        shared = {name: path for name, path in shared.items() if not name.startswith("test_")}
        shared.update({path.name: path.resolve() for path in extra})
        names = [path.stem for path in extra]
    else:
        names = [name[:-3] for name in shared if name.startswith("test_")]
    return firmware, shared, sorted(names, key=lambda name: (LONG.index(name) if name in LONG else len(LONG), name))


def run_file(command, name) -> tuple:
    """(passed, failed, what to show) of one test file in a MicroPython of its own."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=MAX_S)
        output, end = done.stdout, f"status {done.returncode}"
    except subprocess.TimeoutExpired as error:
        output, end = error.stdout or b"", f"no end within {MAX_S} s"
    lines = output.decode(errors="replace").strip().splitlines()
    counts = lines[-1].split() if lines else []
    if end == "status 0" and len(counts) == 2 and all(count.isdigit() for count in counts):
        passed, failed = int(counts[0]), int(counts[1])
        if failed:
            return passed, failed, "\n".join(lines[:-1])
        if not passed:
            return 0, 1, "holds no tests"
        said = [line for line in dict.fromkeys(lines[:-1]) if not TRACEBACK.match(line)]
        return passed, 0, "\n".join(said[-LINES_SHOWN:])
    return 0, 1, "\n".join([*lines, f"{name} came to no end of its own: {end}"])


def in_micropython(options, say=print, before=()) -> tuple:
    """(passed, failed) of the shared tests; say() is told a line for each file, `before` begins each command."""
    firmware, shared, names = files_with(options.files)
    names = [name for name in names if options.k in name]

    def command(name):
        heap = max(options.heap, LARGE.get(name, ""), key=_bytes)
        return [*before, *interpreter.beside(firmware, shared, "in_micropython", name, heap_size=heap)]

    try:
        command("")  # everything is built before two want it
    except RuntimeError as error:
        say(str(error))
        return 0, 1
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, outcome in zip(names, pool.map(lambda name: run_file(command(name), name), names)):
            good, bad, shown = outcome
            if shown:
                say(shown)
            say(f"{name}: {good} passed, {bad} failed")
            passed += good
            failed += bad
    say(f"in {interpreter.about()}, heap {options.heap}: {passed} passed, {failed} failed")
    return passed, failed


def on_both(options) -> list:
    """[(passed, failed)] of pytest and of MicroPython beside it, of which all is said once pytest is done.

    The end-to-end tests leave most of a processor's time unused; MicroPython takes that only, so that what they wait
    for does not come later.
    """
    if not interpreter.there():
        return [on_cpython()]
    said = []
    nice = ["nice", "-n", "10"] if shutil.which("nice") else []
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        other = beside.submit(in_micropython, options, said.append, nice)
        sums = [on_cpython()]
        print(f"on CPython: {sums[0][0]} passed, {sums[0][1]} failed", flush=True)
        sums.append(other.result())
    print("\n".join(said))
    return sums


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the shared tests in MicroPython.")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="these in place of the shared tests")
    parser.add_argument("-k", default="", metavar="NAME", help="only files whose name contains this")
    parser.add_argument("--heap", default=interpreter.heap(), help="default %(default)s")
    parser.add_argument("--all", action="store_true", help="pytest on CPython too")
    options = parser.parse_args()
    for path in options.files:
        if not path.is_file():
            parser.error(f"{path} is not a file")
    if not interpreter.there():
        print("No MicroPython here (tools/setup --retry looks for one): the shared tests run on CPython only.")
        if not options.all:
            return 0
    sums = on_both(options) if options.all else [in_micropython(options)]
    passed, failed = (sum(column) for column in zip(*sums))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
