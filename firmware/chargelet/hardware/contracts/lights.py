"""Lights: the contract of what parts/lights_*.py make. What they show is station/status_lights.py's."""


class Lights:
    """One lamp or several."""

    # How many lamps there are.
    count = 1

    def show(self, colours):
        """Shine in these colours, each (red, green, blue) from 0 to 255: one for each connector, or, where there are
        fewer lamps than connectors, one for all."""
