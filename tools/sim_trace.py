"""Writes a message between station and central system so that people read it who do not know OCPP by heart."""

import time

from rich.markup import escape
from rich.text import Text

_COLOURS = {
    "Available": "green",
    "Preparing": "cyan",
    "Charging": "bold bright_green",
    "SuspendedEV": "yellow",
    "SuspendedEVSE": "yellow",
    "Finishing": "cyan",
    "Unavailable": "magenta",
    "Faulted": "bold red",
}


def _status(payload):
    colour = _COLOURS.get(payload["status"], "white")
    where = f"connector {payload['connectorId']}" if payload["connectorId"] else "station"
    code = "" if payload["errorCode"] == "NoError" else f" ({payload['errorCode']})"
    return f"{where} is [{colour}]{payload['status']}[/]{code}"


def _values(payload):
    sampled = payload["meterValue"][0]["sampledValue"]
    return f"transaction {payload.get('transactionId', '-')}: " + ", ".join(
        f"{value['value']} {value.get('unit', '')}" for value in sampled
    )


# How the interesting calls of the station read.
_READS = {
    "BootNotification": lambda p: f"I am a {p['chargePointVendor']} {p['chargePointModel']}, {p['firmwareVersion']}",
    "Authorize": lambda p: f"may card {p['idTag']} charge?",
    "StartTransaction": lambda p: f"card {p['idTag']} begins at connector {p['connectorId']}, {p['meterStart']} Wh",
    "StopTransaction": lambda p: f"{p['transactionId']} ends at {p['meterStop']} Wh: {p.get('reason', 'Local')}",
    "StatusNotification": _status,
    "MeterValues": _values,
    "Heartbeat": lambda p: "still here",
}


def _brief(payload) -> str:
    text = ", ".join(f"{key} {value}" for key, value in payload.items() if not isinstance(value, (dict, list)))
    inner = payload.get("idTagInfo")
    if inner:
        text = f"{text}{', ' if text else ''}card {inner['status']}"
    return escape(" ".join(text.split())[:90])


def brief(event) -> str:
    """What a message says, in one line of plain text."""
    payload, action = event.get("payload"), event.get("action")
    if event["kind"] == "error":
        return payload["code"]
    if not isinstance(payload, dict):
        return ""
    reads = event["kind"] == "call" and event["direction"] == "in" and action in _READS
    return Text.from_markup(_READS[action](payload) if reads else _brief(payload)).plain


class Trace:
    """Prints every event of the central system's log as a line; `fresh` are the newest of them, as plain text."""

    def __init__(self, console):
        self._console = console
        self.fresh = []
        self._started = time.monotonic()

    def __call__(self, event):
        stamp = f"[dim]{event['time'] - self._started:6.1f} s[/]"
        kind, action, payload = event["kind"], event.get("action"), event.get("payload")
        if kind == "open":
            line = f"[cyan]→[/] [dim]connected as {escape(event['path'])}[/]"
        elif kind == "close":
            line = "[red]×[/] [dim]the connection is gone[/]"
        elif kind == "call" and event["direction"] == "in":
            text = _READS[action](payload) if action in _READS else _brief(payload)
            line = f"[cyan]→[/] {action:<20} {text}"
        elif kind == "call":
            line = f"[magenta]←[/] [magenta]{action}[/] {_brief(payload)}"
        elif kind == "error":
            arrow = "[magenta]←[/]" if event["direction"] == "out" else "[cyan]→[/]"
            line = f"{arrow} [red]{action}: {payload['code']}[/]"
        elif kind == "result" and event["direction"] == "in":
            line = f"[cyan]→[/] {action:<20} [dim]answer:[/] {_brief(payload)}"
        elif kind == "result" and payload and action != "Heartbeat":
            line = f"[magenta]←[/] [dim]{action:<20} {_brief(payload)}[/]"
        else:
            return
        self._console.print(f"{stamp}  {line}")
        self.fresh.append(" ".join(Text.from_markup(line).plain.split()))
        del self.fresh[:-500]
