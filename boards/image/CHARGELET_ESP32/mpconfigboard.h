// What MicroPython calls this image; tools/board_facts.py knows the chip by the last word.

#include "../mpconfigboard_common.h"

#define MICROPY_HW_BOARD_NAME               "Chargelet"
#define MICROPY_HW_MCU_NAME                 "ESP32"
