"""Starts frozen code: `-m frozen_start IMAGE MODULE ...`. IMAGE is a ROM file system with modules that are not
frozen, such as tests; or nothing."""

import sys

if sys.argv[1]:
    import vfs

    vfs.mount(vfs.VfsRom(vfs.rom_ioctl(2, sys.argv[1])), "/rom")
    sys.path[:] = ["/rom", ".frozen"]
    del vfs
else:
    sys.path[:] = [".frozen"]
__import__(sys.argv[2])
