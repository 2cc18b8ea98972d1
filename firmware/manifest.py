"""What is frozen into an image of MicroPython: the way onto boards without external RAM (boards/image/README.md)."""

# ruff: noqa: F821
import atexit
import os
import shutil
import sys
import tempfile

PACKAGES = ("uwebsockets", "chargelet")
# Private names that tests look at or change: those stay names.
KEPT = os.getenv("CHARGELET_KEPT", "").split()

sys.path.insert(0, os.path.join(os.pardir, "tools"))
import constants  # noqa: E402


def sources(packages) -> list:
    """The paths of all files."""
    found = []
    for package in packages:
        for folder, _, files in os.walk(package):
            found += [os.path.join(folder, name) for name in files if name.endswith(".py")]
    return sorted(found)


def mark_constants(path, target):
    """Copy a file with its constants marked, as old as it is or as what marks them: what stays as it is is not compiled
    again."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(path) as file, open(target, "w") as copy:
        copy.write(constants.in_text(file.read(), KEPT))
    made = max(os.path.getmtime(path), os.path.getmtime(constants.__file__))
    os.utime(target, (made, made))


def full_name(path) -> str:
    """chargelet.station.bolt: what a module is called when it is loaded."""
    parts = path[:-3].split(os.sep)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


include("$(PORT_DIR)/boards/manifest.py")
copies = tempfile.mkdtemp()
atexit.register(shutil.rmtree, copies)
for path in sources(PACKAGES):
    mark_constants(path, os.path.join(copies, path))
made = []
if os.path.isdir("web"):  # it is made of that; in the tests' build it is made already
    import page_content

    made = [name.replace("/", os.sep) for name in page_content.NAMES]
    for name, source in page_content.NAMES.items():
        with open(os.path.join(copies, name), "wb") as file:
            file.write(page_content.module(source))
for name in PACKAGES:
    package(name, base_path=copies)
# A name that frozen code has in it lies in flash. Those that are put together at run time take RAM, 3 kB of it: so a
# module that nobody ever loads says them all.
with open(os.path.join(copies, "full_names.py"), "w") as file:
    names = {full_name(path) for path in sources(PACKAGES) + made}
    names |= {full_name(os.path.join(os.path.dirname(path), "__init__.py")) for path in sources(PACKAGES)}
    file.writelines("import %s\n" % name for name in sorted(names))
    # What its package calls it.
    file.writelines("%s\n" % name for name in sorted({name.split(".")[-1] for name in names}))
module("full_names.py", base_path=copies)
