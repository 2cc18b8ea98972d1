"""Where Modbus meters keep their values: data from the makers' register maps, and how a number is read.

A row: measurand, register, format, and the factor (numerator, denominator) that makes Wh, W, mV or mA of the number.
Formats: f is a float of 32 bits, u and s are whole numbers with and without sign, with the number of registers.
"""

_ENERGY = "Energy.Active.Import.Register"
_POWER = "Power.Active.Import"

# Eastron SDM230 and SDM630 Modbus: input registers (function 4), floats in kWh, W, V and A.
# ABB B21, B23 and B24: holding registers (function 3), whole numbers in 0.01 kWh, 0.01 W, 0.1 V and 0.01 A.
_MODELS = {
    "sdm230": (
        4,
        (
            (_ENERGY, 0x0048, "f2", 1000, 1),
            (_POWER, 0x000C, "f2", 1, 1),
            ("Voltage.L1", 0x0000, "f2", 1000, 1),
            ("Current.Import.L1", 0x0006, "f2", 1000, 1),
        ),
    ),
    "sdm630": (
        4,
        (
            (_ENERGY, 0x0048, "f2", 1000, 1),
            (_POWER, 0x0034, "f2", 1, 1),
            ("Voltage.L1", 0x0000, "f2", 1000, 1),
            ("Voltage.L2", 0x0002, "f2", 1000, 1),
            ("Voltage.L3", 0x0004, "f2", 1000, 1),
            ("Current.Import.L1", 0x0006, "f2", 1000, 1),
            ("Current.Import.L2", 0x0008, "f2", 1000, 1),
            ("Current.Import.L3", 0x000A, "f2", 1000, 1),
        ),
    ),
    "b21": (
        3,
        (
            (_ENERGY, 0x5000, "u4", 10, 1),
            (_POWER, 0x5B14, "s2", 1, 100),
            ("Voltage.L1", 0x5B00, "u2", 100, 1),
            ("Current.Import.L1", 0x5B0C, "u2", 10, 1),
        ),
    ),
    "b23": (
        3,
        (
            (_ENERGY, 0x5000, "u4", 10, 1),
            (_POWER, 0x5B14, "s2", 1, 100),
            ("Voltage.L1", 0x5B00, "u2", 100, 1),
            ("Voltage.L2", 0x5B02, "u2", 100, 1),
            ("Voltage.L3", 0x5B04, "u2", 100, 1),
            ("Current.Import.L1", 0x5B0C, "u2", 10, 1),
            ("Current.Import.L2", 0x5B0E, "u2", 10, 1),
            ("Current.Import.L3", 0x5B10, "u2", 10, 1),
        ),
    ),
}


def model(name: str) -> tuple:
    """(function, rows) of a model by the name that board files use."""
    return _MODELS[name]


def number(data: bytes, form: str, times: int, over: int) -> "int | None":
    """A register's content as a whole number times a factor; None for what means "no value"."""
    bits = int.from_bytes(data, "big")
    if form[0] == "f":
        return _float(bits, times)
    size = 8 * len(data)
    if bits == (1 << size) - 1 or (form[0] == "s" and bits == (1 << size - 1) - 1):
        return None
    if form[0] == "s" and bits >> size - 1:
        bits -= 1 << size
    return bits * times // over


def _float(bits: int, times: int) -> "int | None":
    """A float of 32 bits times a factor, rounded down, without losing a digit on boards whose floats are as short."""
    exponent = bits >> 23 & 0xFF
    if exponent == 0xFF:
        return None  # infinite, or no number
    if not exponent:
        return 0
    mantissa = (bits & 0x7FFFFF | 0x800000) * times
    shift = exponent - 150
    value = mantissa << shift if shift >= 0 else mantissa >> -shift
    return -value if bits >> 31 else value
