// time.ticks_cpu(): the time that this process has had of a processor, in microseconds. A board's counts cycles.

#include <time.h>

#include "py/mpconfig.h"

mp_uint_t mp_hal_ticks_cpu(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
