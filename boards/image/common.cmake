# What the three images have in common: which settings they are made of, where the flash is divided, what is frozen in.
# Included by each mpconfigboard.cmake, which MicroPython's build reads first.

# ESP-IDF takes a partition table of another folder by its full path only, which no file of settings can know.
set(CHARGELET_PARTITIONS ${CMAKE_BINARY_DIR}/sdkconfig.partitions)
get_filename_component(CHARGELET_IMAGE ${CMAKE_CURRENT_LIST_DIR} ABSOLUTE)
file(WRITE ${CHARGELET_PARTITIONS}
    "CONFIG_PARTITION_TABLE_CUSTOM_FILENAME=\"${CHARGELET_IMAGE}/${CHARGELET_TABLE}\"\n")

# Without boards/sdkconfig.ble: no Bluetooth.
list(INSERT SDKCONFIG_DEFAULTS 0 boards/sdkconfig.base)
list(APPEND SDKCONFIG_DEFAULTS ${CHARGELET_IMAGE}/sdkconfig.common ${CHARGELET_PARTITIONS})

get_filename_component(MICROPY_FROZEN_MANIFEST ${CHARGELET_IMAGE}/../../firmware/manifest.py ABSOLUTE)
