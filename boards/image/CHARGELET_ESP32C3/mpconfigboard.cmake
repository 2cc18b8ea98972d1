# An ESP32-C3, with 4 MB of flash or more.
set(IDF_TARGET esp32c3)
set(CHARGELET_TABLE partitions-4MiB.csv)
set(SDKCONFIG_DEFAULTS ${MICROPY_BOARD_DIR}/sdkconfig.board)
include(${MICROPY_BOARD_DIR}/../common.cmake)
