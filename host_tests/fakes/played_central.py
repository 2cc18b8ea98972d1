"""A station that a central system's own sequence is played against: it asks, and needs the answers to go on."""

from .bench import Bench

ACCEPTED = {"status": "Accepted"}


class Played:
    """A station, and a central system that asks it."""

    def __init__(self, connectors=1, **options):
        self.bench = Bench(connectors, **options)
        self.bench.central.clock = self.bench.clock  # the time goes on there too
        self.seen = 0  # of what the station has sent

    def ask(self, action, **payload):
        answer = self.bench.ask(action, payload)
        self.bench.run(300)
        return answer

    def accepted(self, action, **payload):
        answer = self.ask(action, **payload)
        assert answer == ACCEPTED, (action, payload, answer)

    def value(self, key):
        """A key that is asked for alone."""
        answer = self.ask("GetConfiguration", key=[key])
        assert "unknownKey" not in answer, answer
        (row,) = answer["configurationKey"]
        assert row["key"] == key and row["readonly"] in (True, False), row
        return row["value"]

    def change(self, key, value):
        return self.ask("ChangeConfiguration", key=key, value=value)["status"]

    def news(self, action):
        """The payloads of an action since the last look at any."""
        sent = self.bench.central.sent[self.seen :]
        self.seen = len(self.bench.central.sent)
        return [payload for name, payload in sent if name == action]

    def limit(self, connector, purpose, amperes, number, level, **more):
        """A profile with one period; `start` makes it Absolute, `transaction` binds it."""
        schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amperes}]}
        profile = {"chargingProfileId": number, "stackLevel": level, "chargingProfilePurpose": purpose}
        profile["chargingProfileKind"] = "Absolute" if "start" in more else "Relative"
        if "start" in more:
            schedule["startSchedule"] = more["start"]
        if "transaction" in more:
            profile["transactionId"] = more["transaction"]
        profile["chargingSchedule"] = schedule
        self.accepted("SetChargingProfile", connectorId=connector, csChargingProfiles=profile)

    def offers(self, amperes, status):
        assert self.bench.evse.offered_ma == amperes * 1000, self.bench.evse.offered_ma
        assert self.bench.status() == status, self.bench.status()

    def strict(self):
        """All keys, as a library takes them that checks lengths and types. Returns them."""
        rows = self.ask("GetConfiguration")["configurationKey"]
        for row in rows:
            assert len(row["key"]) <= 50 and len(row["value"]) <= 500 and row["readonly"] in (True, False), row
        assert len({row["key"].lower() for row in rows}) == len(rows)
        return {row["key"]: row["value"] for row in rows}
