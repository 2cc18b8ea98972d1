// What the three images have in common, for MicroPython itself.

// IDF reserves 56 kB for Bluetooth; and nobody needs it.
#define MICROPY_PY_BLUETOOTH                (0)
#define MICROPY_PY_ESPNOW                   (0)

// The heap begins with what the firmware takes, in one piece, and seldom grows: the rest is for Wi-Fi and TLS.
#define MICROPY_GC_INITIAL_HEAP_SIZE        (80 * 1024)

// The name of its file, which nobody asks for, takes 700 bytes of RAM in the tables of a hundred modules.
#define MICROPY_PY___FILE__                 (0)
