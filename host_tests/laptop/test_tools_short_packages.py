"""Short folders in images: every way in which a module may be named, and what must stay as it is."""

import pytest

import rom
import short_packages


def rename(**texts):
    content = {name.replace("__", "/") + ".py": text.encode() for name, text in texts.items()}
    return {path: data.decode() for path, data in short_packages.rename(content).items()}


def test_imports_follow_their_folders():
    made = rename(
        main='from chargelet.station.station import A\nimport chargelet.rpc.rpc as r\nname = "chargelet.rpc."\n',
        chargelet__compose="from .station.station import A\nfrom . import station\n    from .rpc import rpc\n",
        chargelet__station__station="from ..rpc.rpc import B\nfrom . import other\nfrom .other import C\nimport json\n",
        chargelet__station__other='from json import loads\nx = "org.chargelet", "chargelet@", "chargelet"\n',
        chargelet__rpc__rpc="",
    )
    assert made == {
        "main.py": 'from c.s.station import A\nimport c.r.rpc as r\nname = "c.r."\n',
        "c/compose.py": "from .s.station import A\nfrom . import station\n    from .r import rpc\n",
        "c/s/station.py": "from ..r.rpc import B\nfrom . import other\nfrom .other import C\nimport json\n",
        "c/s/other.py": 'from json import loads\nx = "org.chargelet", "chargelet@", "chargelet"\n',
        "c/r/rpc.py": "",
    }


def test_no_folder_takes_the_name_of_a_module_beside_it():
    made = rename(c="", chargelet__a="", chargelet__actions__x="", chargelet__authority__y="", other__z="")
    folders = {path.rpartition("/")[0] for path in made}
    assert "c" not in folders and "other" in folders
    inner = [path for path in made if path.endswith(("x.py", "y.py"))]
    assert len({path.rpartition("/")[0] for path in inner}) == 2 and not [p for p in inner if "/a/" in p]


def test_an_import_without_a_name_of_its_own_is_an_error():
    with pytest.raises(ValueError, match="main.py"):
        rename(main="import chargelet.compose\n", chargelet__compose="")


def test_the_firmware_has_no_long_folder_left():
    content = {
        name: source if isinstance(source, bytes) else source.read_bytes()
        for name, source in rom.station_files("simulator").items()
    }
    made = short_packages.rename(content)
    assert len(made) == len(content) and not [path for path in made if path.startswith(("chargelet", "uwebsockets"))]
    for path, data in made.items():
        if path.endswith(".py"):
            compile(data, path, "exec")
            assert b'"chargelet.' not in data and b"from chargelet" not in data, path
