// Part of extmod/modtime.c: there is no clock with a battery, so that a day in November 2026 is what it starts at.
#include "py/mphal.h"
#include "shared/timeutils/timeutils.h"

static mp_int_t seconds_since_2000(void) {
    return 846806400 + (mp_int_t)(mp_hal_time_ns() / 1000000000);
}

static mp_obj_t mp_time_localtime_get(void) {
    timeutils_struct_time_t t;
    timeutils_seconds_since_2000_to_struct_time(seconds_since_2000(), &t);
    mp_obj_t fields[8] = {
        MP_OBJ_NEW_SMALL_INT(t.tm_year), MP_OBJ_NEW_SMALL_INT(t.tm_mon), MP_OBJ_NEW_SMALL_INT(t.tm_mday),
        MP_OBJ_NEW_SMALL_INT(t.tm_hour), MP_OBJ_NEW_SMALL_INT(t.tm_min), MP_OBJ_NEW_SMALL_INT(t.tm_sec),
        MP_OBJ_NEW_SMALL_INT(t.tm_wday), MP_OBJ_NEW_SMALL_INT(t.tm_yday),
    };
    return mp_obj_new_tuple(8, fields);
}

static mp_obj_t mp_time_time_get(void) {
    return mp_obj_new_int(seconds_since_2000());
}
