# A plain ESP32 without external RAM: WROOM-32 and the like, with 4 MB of flash or more.
set(IDF_TARGET esp32)
set(CHARGELET_TABLE partitions-4MiB.csv)
set(SDKCONFIG_DEFAULTS boards/sdkconfig.240mhz)
include(${MICROPY_BOARD_DIR}/../common.cmake)
