// At the end of mpconfigport.h: what an ESP32 has and MicroPython's QEMU port leaves out.
#undef MICROPY_PY_SELECT
#undef MICROPY_PY_TIME
#undef MICROPY_PY_ASYNCIO
#define MICROPY_PY_SELECT                       (1)
#define MICROPY_PY_TIME                         (1)
#define MICROPY_PY_ASYNCIO                      (1)
#define MICROPY_PY_TIME_GMTIME_LOCALTIME_MKTIME (1)
#define MICROPY_PY_TIME_TIME_TIME_NS            (1)
#define MICROPY_PY_TIME_INCLUDEFILE             "time_of_day.c"
#define MICROPY_PY_OS_URANDOM                   (1)
#define MICROPY_PY_OS_INCLUDEFILE               "random_bytes.c"
#define MICROPY_ALLOC_PATH_MAX                  (128)
#define MICROPY_SCHEDULER_DEPTH                 (8)
#define MICROPY_PY_ALL_INPLACE_SPECIAL_METHODS  (1)
#define MICROPY_PY___FILE__                     (0)

// Where QEMU is told to put how large the heap is; the heap itself lies behind it.
#define BARE_METAL_HEAP_SIZE                    (*(volatile uint32_t *)0x83fffffc)
#define BARE_METAL_HEAP                         ((char *)0x84000000)
// As a board has it: a task of 16 KiB, of which MicroPython keeps one for itself.
#define BARE_METAL_STACK                        (15 * 1024)
