// MicroPython compiled to WebAssembly, with its own REPL on standard input and output.
// Usage: node repl.mjs FOLDER_OF_THE_PACKAGE
const { loadMicroPython } = await import(process.argv[2] + "/micropython.mjs");
const mp = await loadMicroPython({
  heapsize: 4 * 1024 * 1024,
  linebuffer: false,
  stdout: (data) => process.stdout.write(Buffer.from(data)),
});
// A board has one; here it notes what was asked of it. The file system must outlive a reset, so nothing else happens.
mp.runPython(`
import os
os.mkdir("/lib")
with open("/lib/machine.py", "w") as f:
    f.write("def reset():\\n    open('/resets', 'a').write('x')\\n")
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
