"""How a number in the registers of a Modbus meter is read."""


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
