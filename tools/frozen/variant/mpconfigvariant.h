// What this MicroPython can do: as much as ports/esp32 of the same version, and as little. host_tests/README.md lists
// what differs still.

#define MICROPY_CONFIG_ROM_LEVEL                (MICROPY_CONFIG_ROM_LEVEL_EXTRA_FEATURES)

#define MICROPY_FLOAT_IMPL                      (MICROPY_FLOAT_IMPL_FLOAT)
#define MICROPY_NLR_SETJMP                      (1)
#define MICROPY_GCREGS_SETJMP                   (1)
#define MICROPY_EMIT_X86                        (0)
#define MICROPY_SCHEDULER_DEPTH                 (8)
#define MICROPY_PY_ALL_INPLACE_SPECIAL_METHODS  (1)
#define MICROPY_PY_IO_BUFFEREDWRITER            (1)
#define MICROPY_READLINE_HISTORY_SIZE           (8)
#define MICROPY_PY_SYS_PATH_DEFAULT             ".frozen"
// As in our images (boards/image).
#define MICROPY_PY___FILE__                     (0)

// By Debian's mbedTLS: MicroPython's makefile must not look for its own.
#define MICROPY_PY_SSL                          (1)
#define MICROPY_SSL_MBEDTLS                     (1)

#include "../mpconfigvariant_common.h"

// What the unix port has beyond a board.
#undef MICROPY_EMERGENCY_EXCEPTION_BUF_SIZE
#undef MICROPY_ERROR_REPORTING
#define MICROPY_ERROR_REPORTING                 (MICROPY_ERROR_REPORTING_NORMAL)
#undef MICROPY_MALLOC_USES_ALLOCATED_SIZE
#undef MICROPY_MEM_STATS
#undef MICROPY_PY_GC_COLLECT_RETVAL
#undef MICROPY_PY_OS_SYSTEM
#undef MICROPY_PY_SELECT_POSIX_OPTIMISATIONS
#undef MICROPY_PY_SYS_ATEXIT
#undef MICROPY_PY_SYS_EXC_INFO
#ifndef FAST_COMPILER
#undef MICROPY_OPT_COMPUTED_GOTO
#endif

// rom.c
#undef MICROPY_VFS_ROM_IOCTL
#define MICROPY_VFS_ROM_IOCTL                   (1)
