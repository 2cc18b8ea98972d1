"""Driver of a DS18B20 temperature sensor, on the modules that MicroPython brings along."""


class OneWireSensor:
    """The first sensor on a bus, which is handed in: a ds18x20.DS18X20."""

    def __init__(self, bus):
        self._bus = bus
        self._rom = None

    def read(self) -> "int | None":
        """Whole °C of the conversion that the last call began, or None when there is no answer or a bad checksum."""
        try:
            if self._rom is None:
                found = self._bus.scan()
                self._rom = found[0] if found else None
            if self._rom is None:
                return None
            try:
                celsius = self._bus.read_temp(self._rom)
            finally:
                self._bus.convert_temp()
        except Exception as error:  # the driver raises OneWireError, AssertionError ("CRC error"), OSError
            if isinstance(error, MemoryError):
                raise
            self._rom = None
            return None
        # 85 °C to the last bit is what a DS18B20 says before its first conversion.
        return int(celsius) if celsius != 85 else None
