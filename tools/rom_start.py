# Runs in MicroPython: maps a ROM file system image into memory, outside the heap, and runs its `main`.
# The nearest thing on a laptop to firmware that is frozen into a chip. Usage: rom_start.py IMAGE SIZE [MODULE]
import os
import sys

import ffi
import uctypes
import vfs

libc = ffi.open(None)  # what the interpreter itself is linked with, by whatever name
fd = libc.func("i", "open", "si")(sys.argv[1], 0)
if fd < 0:
    raise OSError(sys.argv[1] + " cannot be opened")
size = int(sys.argv[2])
address = libc.func("P", "mmap", "PIiiii")(None, size, 1, 2, fd, 0)  # PROT_READ, MAP_PRIVATE
vfs.mount(vfs.VfsRom(uctypes.bytearray_at(address, size)), "/rom")
os.chdir("/rom")  # as on a board, where what is imported lies in the current folder
sys.path[:] = ["", ".frozen"]
module = sys.argv[3] if len(sys.argv) > 3 else "main"
del libc, fd, size, address, ffi, uctypes, vfs
__import__(module)
