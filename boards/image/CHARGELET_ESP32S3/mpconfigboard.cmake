# An ESP32-S3 without external RAM, with 8 MB of flash or more: WROOM-1-N8. With external RAM a stock image serves.
set(IDF_TARGET esp32s3)
set(CHARGELET_TABLE partitions-8MiB.csv)
set(SDKCONFIG_DEFAULTS boards/sdkconfig.usb boards/sdkconfig.240mhz ${MICROPY_BOARD_DIR}/sdkconfig.board)
include(${MICROPY_BOARD_DIR}/../common.cmake)
