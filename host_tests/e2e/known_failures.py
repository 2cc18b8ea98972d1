"""A session to try a known failure on, and the order in which its messages came."""

import asyncio

QUICK = '{"MessageTimeout": 2, "TransactionMessageRetryInterval": 1, "AllowOfflineTxForUnknownId": true}'
OFFLINE = '{"AllowOfflineTxForUnknownId": true}'


async def session(scene, tag="CARD", connector=1, seconds=0.5):
    """A whole session, whether or not anybody listens."""
    station = scene.station
    await station.do("plug_in", connector=connector)
    await station.do("swipe", tag=tag, connector=connector)
    await contactor(scene, True, connector)
    await asyncio.sleep(seconds)
    await station.do("swipe", tag=tag, connector=connector)
    await contactor(scene, False, connector)
    await gone(scene, connector)


async def contactor(scene, closed, connector=1):
    await scene.station.until(lambda state: state["connectors"][str(connector)]["contactor"] is closed)


async def gone(scene, connector=1):
    """Plug out, and wait until the connector is there for the next vehicle."""
    await scene.station.do("plug_out", connector=connector)
    await scene.station.until(lambda state: state["status"][str(connector)] == "Available")


def order(csms, since=0):
    """(action, idTag or transactionId) of starts and stops."""
    return [
        (event["action"][:-11], event["payload"].get("idTag", event["payload"].get("transactionId")))
        for event in csms.log[since:]
        if event["kind"] == "call" and event["action"] in ("StartTransaction", "StopTransaction")
    ]
