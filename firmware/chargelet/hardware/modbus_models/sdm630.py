"""Eastron SDM630-Modbus: input registers, floats in kWh, W, V and A. See contracts/modbus_model.py."""

FUNCTION = 4
REGISTERS = (
    ("Energy.Active.Import.Register", 0x0048, "f2", 1000, 1),
    ("Power.Active.Import", 0x0034, "f2", 1, 1),
    ("Voltage.L1", 0x0000, "f2", 1000, 1),
    ("Voltage.L2", 0x0002, "f2", 1000, 1),
    ("Voltage.L3", 0x0004, "f2", 1000, 1),
    ("Current.Import.L1", 0x0006, "f2", 1000, 1),
    ("Current.Import.L2", 0x0008, "f2", 1000, 1),
    ("Current.Import.L3", 0x000A, "f2", 1000, 1),
)
