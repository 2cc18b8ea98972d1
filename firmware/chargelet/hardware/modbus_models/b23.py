"""ABB B23 and B24: holding registers in 0.01 kWh, 0.01 W, 0.1 V and 0.01 A. See contracts/modbus_model.py."""

FUNCTION = 3
REGISTERS = (
    ("Energy.Active.Import.Register", 0x5000, "u4", 10, 1),
    ("Power.Active.Import", 0x5B14, "s2", 1, 100),
    ("Voltage.L1", 0x5B00, "u2", 100, 1),
    ("Voltage.L2", 0x5B02, "u2", 100, 1),
    ("Voltage.L3", 0x5B04, "u2", 100, 1),
    ("Current.Import.L1", 0x5B0C, "u2", 10, 1),
    ("Current.Import.L2", 0x5B0E, "u2", 10, 1),
    ("Current.Import.L3", 0x5B10, "u2", 10, 1),
)
