"""All charging profiles of the station, through power cuts, and what they allow together (OCPP 1.6 §3.13).

What the profiles allow reaches a connector as its limit named "profile".
"""

from ..base import loading
from .charging_profile import PURPOSES, Profile, sooner

_PREFIX = "profile-"
# Where the station's limit is not enough for all, a vehicle that leaves its share alone for so long makes room.
_UNUSED_MS = 60000


class ChargingProfiles:
    """All of them. What holds now is asked for often, and worked out only when it may have changed."""

    def __init__(self, station):
        self._station = station
        self._all = []
        self._fresh_until = None  # the time until which the limits stand; None: not worked out
        self._seen = None  # the transactions and the clock that the limits are for
        self.unused = None  # where they are not enough for all: transaction → since when its vehicle takes nothing
        self._came = False  # whether one still lies where it was made, among the parts of a message
        storage = station.storage
        for name in storage.names():
            if name.startswith(_PREFIX):
                try:
                    profile = Profile(*storage.kept(name))
                    if profile.purpose in dict(PURPOSES).values() and profile.lowest() >= 0:
                        self._all.append(profile)
                        continue
                except (ValueError, TypeError, IndexError):
                    pass
                station.log("charging profiles: %s is damaged and left out" % name)
                storage.remove(name)

    def __len__(self) -> int:
        return len(self._all)

    def _name(self, profile) -> str:
        return "%s%s-%d-%d" % (_PREFIX, profile.purpose, profile.connector, profile.stack)

    def _beside(self, profile) -> list:
        """Those that stay when this one comes."""
        name = self._name(profile)
        return [one for one in self._all if one.id != profile.id and self._name(one) != name]

    def _over(self, profile) -> bool:
        now = self._station.clock.now()
        return now is not None and profile.valid_to is not None and profile.valid_to <= now

    def room_for(self, profile, most: int) -> bool:
        """Whether there are at most `most` with this one. One past its validTo makes room."""
        return len([one for one in self._beside(profile) if not self._over(one)]) < most

    def install(self, profile, most: int) -> bool:
        """Add one, in place of those with the same id, or purpose, connector and stack level (§3.13.2, §5.16.3).

        False when there are too many, or flash is full; then all is as it was. The same one again writes nothing:
        some home systems send it every few seconds.
        """
        for one in [one for one in self._all if one.again(profile)]:
            profile.installed = one.installed
        if not self.room_for(profile, most) or not self._written(profile):
            return False
        self._take(profile)
        return True

    def apply(self, profile):
        """Add one that came with its transaction (RemoteStartTransaction, §5.16.2): whatever happens.

        There is room for it. On a full flash it lasts until the next boot.
        """
        self._written(profile)
        self._take(profile)

    def _written(self, profile) -> bool:
        try:
            self._station.storage.keep(self._name(profile), profile.stored())
        except OSError as error:
            self._station.log("charging profiles: %d is not kept: flash says %s" % (profile.id, error))
            return False
        return True

    def _take(self, profile):
        rest = self._beside(profile)
        if len(rest) >= self._station.config["MaxChargingProfilesInstalled"]:
            # Not before: a clock that is set wrong for a moment should cost nobody a profile.
            rest = [one for one in rest if not self._over(one)]
        self._drop([one for one in self._all if one not in rest], self._name(profile))
        self._all.append(profile)
        self._came = True
        self._seen = None  # its transaction may be over before the next step

    def _drop(self, gone, but=None):
        for profile in gone:
            self._all.remove(profile)
            if self._name(profile) != but:
                self._station.storage.remove(self._name(profile))
        self._fresh_until = None

    def clear(self, matches) -> bool:
        """Remove those that a function picks; whether there was one."""
        gone = [profile for profile in self._all if matches(profile)]
        self._drop(gone)
        return bool(gone)

    # What they allow

    def prevailing(self, purpose: str, connector_id: int, t: int, began: "int | None") -> tuple:
        """((profile, limit, phases) or None, until) of one purpose: the highest stack level that says something.

        What has the same purpose and stack level replaces, what has not is added (§3.13.2, §5.16.4). So a connector's
        own TxDefaultProfile replaces that of all connectors there (§3.13.1) on its level, also while it says nothing
        itself; a higher level prevails, whosever it is, for that is what an exception is given: a station's holiday
        counts where connectors have tariffs of their own. One past its validTo is as good as removed.
        """
        best = until = None
        those = [one for one in self._all if one.purpose == purpose and one.connector in (0, connector_id)]
        own = [one.stack for one in those if one.connector and (one.valid_to is None or t < one.valid_to)]
        for profile in those:
            limit, phases, end = profile.at(t, began)
            until = sooner(until, end)
            if limit is None or (not profile.connector and profile.stack in own):
                continue
            if best is None or profile.stack > best[0].stack:
                best = profile, limit, phases
        return best, until

    def milliamperes(self, found) -> int:
        """A limit as current per phase.

        Of a power by all phases that are wired: a vehicle may draw on each of them, whatever numberPhases says, since
        none can be switched off here. What an operator limits in W must not be exceeded threefold.
        """
        profile, limit, _phases = found
        if profile.unit == "A":
            return limit * 100
        return limit * 100 // (self._station.volts * self._station.phases)

    def at(self, connector_id: int, t: int, began: "int | None", most_ma: int) -> tuple:
        """(mA per phase, phases, until, limit in tenths and its unit or None) that hold on a connector at a time."""
        found, until = self.prevailing("Max", 0, t, None)
        own, end = self.prevailing("Tx", connector_id, t, began)
        until = sooner(until, end)
        default, end = self.prevailing("Default", connector_id, t, began)
        until = sooner(until, end)
        own = own or default
        if own and (found is None or self.milliamperes(own) <= self.milliamperes(found)):
            found = own
        if found is None or self.milliamperes(found) > most_ma:
            return most_ma, 0, until, None
        profile, limit, phases = found
        return self.milliamperes(found), phases, until, (limit, profile.unit)

    # Time

    def began(self, transaction, now: int) -> int:
        """When it began, as the clock shows now: what counts from there (§7.13) counts on, whoever sets the clock."""
        clock = self._station.clock
        return now - clock.wall(clock.stamp_in(transaction.frame)) + clock.wall(transaction.began)

    def step(self):
        """Keep the connectors' limits up to date."""
        station = self._station
        running = self._running()
        now = station.clock.now()
        fresh = self._fresh_until is not None and now is not None and now < self._fresh_until
        if fresh and running == self._seen:
            return
        if running != self._seen:
            self._drop([one for one in self._all if one.number is not None and not self._runs(one)])
        if self._came:
            self._came = False
            loading.settle()
            self._all = [profile.copy() for profile in self._all]
        self._seen = None  # until all is worked out: for what finds no memory half way it is done again
        self._fresh_until = None if now is None else now + 3600
        share = None
        for connector in station.connectors:
            connector.limits.pop("profile", None)
        if now is None:
            # Better too little than what a grid connection does not bear.
            if self._all:
                share = min([self.milliamperes((one, one.lowest(), 3)) for one in self._all])
        else:
            for profile in self._all:
                if profile.installed is None:  # it came before the time was known
                    profile.installed = now
                    self._written(profile)
            for connector in station.connectors:
                self._limit(connector, now)
            found, end = self.prevailing("Max", 0, now, None)
            if found:
                share = self.milliamperes(found)
            self._fresh_until = sooner(self._fresh_until, end)
        if share is None:
            self.unused = None
        else:
            from . import sharing  # few stations have such a limit, and it changes seldom

            self.unused = sharing.share(station, share, self._leaves, self.unused or {})
        self._seen = running

    def _running(self) -> list:
        """What the limits follow from, besides the profiles and the time."""
        seen = [self._station.clock.frame]
        for connector in self._station.connectors:
            one = connector.transaction
            may = one and one.authorized and not connector.evse.fault
            seen.append(one and (one.number, may, self._leaves(connector, one.number)))
        return seen

    def _leaves(self, connector, number) -> bool:
        """Whether its vehicle leaves alone what it is offered, or did when it was offered something last."""
        if self.unused is None:
            return False
        now = self._station.clock.uptime()
        if connector.evse.contactor_closed:
            self.unused.pop(number, None)
        elif connector.evse.offered_ma:
            self.unused.setdefault(number, now)
        return now - self.unused.get(number, now) >= _UNUSED_MS

    def next_due(self, latest: int) -> int:
        """The uptime in ms at which step() has something to do, `latest` at the latest."""
        clock = self._station.clock
        if self._fresh_until is None or self._running() != self._seen:
            return clock.uptime() if clock.now() is not None else latest
        for since in (self.unused or {}).values():
            if clock.uptime() < since + _UNUSED_MS:
                latest = min(latest, since + _UNUSED_MS)
        return min(latest, clock.reached(self._fresh_until, clock.frame))

    def _runs(self, profile) -> bool:
        connector = self._station.connector(profile.connector)
        if connector is None:
            return False
        number = connector.transaction.number if connector.transaction else connector.interrupted
        return number == profile.number

    def _limit(self, connector, now):
        transaction = connector.transaction
        if transaction:
            began = self.began(transaction, now)
            milliamperes, _phases, until, _exact = self.at(connector.id, now, began, connector.evse.max_ma)
            connector.limits["profile"] = milliamperes
            self._fresh_until = sooner(self._fresh_until, until)
