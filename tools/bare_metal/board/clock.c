// Time by the machine's own timer, which counts at 10 MHz from the start.
#include "py/mphal.h"
#include "py/runtime.h"

static uint64_t ticks(void) {
    volatile uint32_t *timer = (volatile uint32_t *)0x0200bff8;
    uint32_t high, low;
    do {
        high = timer[1];
        low = timer[0];
    } while (high != timer[1]);
    return (uint64_t)high << 32 | low;
}

mp_uint_t mp_hal_ticks_ms(void) {
    return ticks() / 10000;
}

mp_uint_t mp_hal_ticks_us(void) {
    return ticks() / 10;
}

mp_uint_t mp_hal_ticks_cpu(void) {
    return ticks();
}

uint64_t mp_hal_time_ns(void) {
    return ticks() * 100;
}

void mp_hal_delay_us(mp_uint_t us) {
    uint64_t begin = ticks();
    while (ticks() - begin < (uint64_t)us * 10) {
    }
}

void mp_hal_delay_ms(mp_uint_t ms) {
    uint64_t begin = ticks();
    do {
        mp_handle_pending(true);
    } while (ticks() - begin < (uint64_t)ms * 10000);
}
