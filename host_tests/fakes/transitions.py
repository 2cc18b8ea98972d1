"""The table of OCPP 1.6 §4.9: which status may follow which."""

# Rows and columns of the table, with errata 3.20 (B6).
NAMES = {
    "A": "Available",
    "B": "Preparing",
    "C": "Charging",
    "D": "SuspendedEV",
    "E": "SuspendedEVSE",
    "F": "Finishing",
    "G": "Reserved",
    "H": "Unavailable",
    "I": "Faulted",
}
TABLE = (
    "A2 A3 A4 A5 A7 A8 A9 B1 B3 B4 B5 B6 B9 C1 C4 C5 C6 C8 C9 D1 D3 D5 D6 D8 D9 E1 E3 E4 E6 E8 E9 "
    "F1 F2 F8 F9 G1 G2 G8 G9 H1 H2 H3 H4 H5 H9 I1 I2 I3 I4 I5 I6 I7 I8"
)
ORDER = "ABCDEFGHI"
ALLOWED = [(NAMES[pair[0]], NAMES[ORDER[int(pair[1]) - 1]]) for pair in TABLE.split()]
# §4.9: EVCommunicationError is a warning of these only.
WARNED = ("Preparing", "SuspendedEV", "SuspendedEVSE", "Finishing")


def allowed(before, after):
    return before == after or (before, after) in ALLOWED
