"""A temperature sensor that takes current away, in a board file: its keys, its mistakes, its drivers."""

from ..chips import chip

KEYS = """
kind one ! analog,ds18x20
adc adc ?
pin out ?
zero_mv int =500 0..3300
slope_mv int =10 1..100
derate_c int =65 20..100
stop_c int =75 20..110
"""


def problems(board, table, path, max_a):
    """A sensor without its pin, limits in the wrong order, and a voltage that the ADC does not read."""
    wire = "adc" if table["kind"] == "analog" else "pin"
    if wire not in table:
        yield path + wire, "nothing", "needed for this kind"
    if table["stop_c"] <= table["derate_c"]:
        yield path + "stop_c", "%d" % table["stop_c"], "more than derate_c"
    most_mv = chip(board["chip"]).adc_mv
    hot_mv = table["zero_mv"] + table["slope_mv"] * table["stop_c"]
    if table["kind"] == "analog" and hot_mv > most_mv:
        yield path + "stop_c", "%d mV there" % hot_mv, "%d mV: the ADC reads no more" % most_mv


def make(kit, table, max_a):
    """The interlock with its sensor."""
    from ..derating import Derating

    return Derating(_sensor(table), table["derate_c"], table["stop_c"], max_a * 1000)


def _sensor(table):
    if table["kind"] == "analog":
        from ..analog_sensor import AnalogSensor

        return AnalogSensor(table["adc"], table["zero_mv"], table["slope_mv"])
    import ds18x20
    import onewire

    from machine import Pin

    from ..onewire_sensor import OneWireSensor

    return OneWireSensor(ds18x20.DS18X20(onewire.OneWire(Pin(table["pin"]))))
