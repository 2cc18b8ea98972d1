"""The control pilot's circuit: source, resistors, diode, noise. What the vehicle does is in vehicle.py.

              1 kΩ                    diode
   ±12 V ───▭▭▭▭───┬── pilot ──────────▷|────┬──────┐
                   │                         ▭ R2   ▭ R3 (with S2 closed)
               divider → ADC                 │      │
                                    PE ──────┴──────┘
"""

R2 = 2740
R3 = 1300
R3_VENTILATION = 246

_SOURCE_MV = 12000
_SOURCE_OHM = 1000
_DIODE_MV = 700
_NOISE_MV = 40


def parallel(first: int, second: int) -> int:
    """The resistance of two resistors side by side, in ohms."""
    return first * second // (first + second)


def levels(ohms: "int | None", diode: bool) -> tuple:
    """(high, low) in mV that the pilot has with this load (None: nothing plugged in)."""
    if ohms is None:
        return _SOURCE_MV, -_SOURCE_MV
    share = (_SOURCE_MV - (_DIODE_MV if diode else 0)) * ohms // (ohms + _SOURCE_OHM)
    return share + (_DIODE_MV if diode else 0), -_SOURCE_MV if diode else -share


class Noise:
    """Up to 40 mV more or less, the same every time: a small linear congruential generator."""

    def __init__(self, seed: int):
        self._seed = seed

    def __call__(self) -> int:
        self._seed = (self._seed * 75 + 74) % 65537
        return self._seed % (2 * _NOISE_MV + 1) - _NOISE_MV
