"""The registers of a model of Modbus meter: the contract of the files in ../modbus_models/.

The file is called as board files name the model (`model = "sdm630"`). Besides the file, the name is added to the row
`model` in parts/meter_modbus.py.
"""

# The Modbus function that reads them: 3 for holding registers, 4 for input registers.
FUNCTION = 4

# A row: measurand in OCPP's words, the first register's number (from 0, not 30001), format, and the factor (numerator,
# denominator) that makes Wh, W, mV or mA of the number. The format is a letter and how many registers: f is a float
# of 32 bits, u and s are whole numbers without and with sign; the register with the highest bits comes first. Energy
# and power are the first two rows.
REGISTERS = (
    ("Energy.Active.Import.Register", 0x0048, "f2", 1000, 1),  # kWh
    ("Power.Active.Import", 0x0034, "f2", 1, 1),  # W
    ("Voltage.L1", 0x0000, "f2", 1000, 1),  # V
    ("Current.Import.L1", 0x0006, "f2", 1000, 1),  # A
)
