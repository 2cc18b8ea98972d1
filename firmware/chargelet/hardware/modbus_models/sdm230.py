"""Eastron SDM230-Modbus: input registers, floats in kWh, W, V and A. See contracts/modbus_model.py."""

FUNCTION = 4
REGISTERS = (
    ("Energy.Active.Import.Register", 0x0048, "f2", 1000, 1),
    ("Power.Active.Import", 0x000C, "f2", 1, 1),
    ("Voltage.L1", 0x0000, "f2", 1000, 1),
    ("Current.Import.L1", 0x0006, "f2", 1000, 1),
)
