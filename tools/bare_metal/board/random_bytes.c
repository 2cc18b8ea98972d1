// Part of extmod/modos.c: os.urandom. Different each time, and no more than that: nothing here is a secret.
#include "py/mphal.h"

static mp_obj_t mp_os_urandom(mp_obj_t count) {
    static uint32_t state = 2463534242u;
    vstr_t bytes;
    vstr_init_len(&bytes, mp_obj_get_int(count));
    state ^= mp_hal_ticks_cpu() | 1;
    for (size_t i = 0; i < bytes.len; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        bytes.buf[i] = state >> 24;
    }
    return mp_obj_new_bytes_from_vstr(&bytes);
}
static MP_DEFINE_CONST_FUN_OBJ_1(mp_os_urandom_obj, mp_os_urandom);
