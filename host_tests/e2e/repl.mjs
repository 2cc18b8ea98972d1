// A MicroPython compiled to WebAssembly, its own REPL on standard input and output; it calls itself a board.
// Usage: node repl.mjs FOLDER_OF_THE_PACKAGE MACHINE RAM PINS_THAT_IT_HAS_NOT
const [folder, machine, ram, lacks] = process.argv.slice(2);
const { loadMicroPython } = await import(folder + "/micropython.mjs");
const mp = await loadMicroPython({
  heapsize: 4 * 1024 * 1024,
  linebuffer: false,
  stdout: (data) => process.stdout.write(Buffer.from(data)),
});
// sys.implementation._machine is a text of a fixed length in the module's memory.
const OWN = "JS with Emscripten";
if (machine.length !== OWN.length) throw new Error(`a machine's name has ${OWN.length} characters here`);
const memory = Buffer.from(mp._module.HEAPU8.buffer);
for (let at = memory.indexOf(OWN); at >= 0; at = memory.indexOf(OWN, at + 1)) memory.write(machine, at);
// The file system must outlive a reset, so nothing more happens in one.
mp.runPython(`
import os
os.mkdir("/lib")
with open("/lib/machine.py", "w") as f:
    f.write("""
def _did(*what):
    with open("/did", "a") as f:
        print(*what, file=f)

def reset():
    _did("reset")

class Pin:
    OUT = 3
    def __init__(self, number, mode=None, value=None):
        if number in (${lacks ? lacks + "," : ""}):
            raise ValueError("invalid pin")
        if value is not None:
            _did("pin", number, value)

class WDT:
    def __init__(self, timeout):
        _did("watchdog", timeout)

class Counter:
    pass
""")
with open("/lib/esp32.py", "w") as f:
    f.write("HEAP_DATA = 4\\ndef idf_heap_info(capabilities):\\n    return [(${ram} - 1000, 0, 0, 0), (1000, 0, 0, 0)]\\n")
with open("/lib/network.py", "w") as f:
    f.write("class LAN:\\n    pass\\n")
import sys
sys.path.append("/lib")
os.chdir("/")
`);
mp.replInit();
// This port has no raw paste mode, and says so in a way of its own: the answer of a board without one is "R\x00".
const PASTE = [5, 65, 1];
let held = [];
process.stdin.on("data", (data) => {
  for (const character of data) {
    if (character === PASTE[held.length]) {
      held.push(character);
      if (held.length === PASTE.length) {
        held = [];
        process.stdout.write("R\x00");
      }
      continue;
    }
    for (const one of held) mp.replProcessChar(one);
    held = [];
    mp.replProcessChar(character);
  }
});
