# A bare RISC-V chip of 32 bits, as QEMU has it: MicroPython's VIRT_RV32, with what the firmware needs of an ESP32.
include boards/VIRT_RV32/mpconfigboard.mk

MICROPY_VFS_LFS2 = 1
CFLAGS += -DCHARGELET_BARE_METAL -I$(BOARD_DIR)
SRC_BOARD_O += shared/timeutils/timeutils.o bare_metal_clock.o

$(BUILD)/bare_metal_clock.o: $(BOARD_DIR)/clock.c
	$(call compile_c)
