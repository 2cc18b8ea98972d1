// What MicroPython calls this image; tools/board_facts.py knows the chip by the last word.

#include "../mpconfigboard_common.h"

#define MICROPY_HW_BOARD_NAME               "Chargelet"
#define MICROPY_HW_MCU_NAME                 "ESP32C3"

// A console on the UART as well: not every module has its USB wired.
#define MICROPY_HW_ENABLE_UART_REPL         (1)
