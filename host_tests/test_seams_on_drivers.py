"""The scenarios where operations meet once more, on real drivers over the simulated world: what takes its time there
(a bolt, a pilot, a contactor, the look at a cable) changes nothing of what is told."""

from fakes.bench import Bench
from fakes.played import Play, scenarios
from fakes.site import Site

# What only the fake EVSE can do, and a station that starts anew.
NOT_HERE = ("cut", "fault", "draws")
# Steps that move nothing.
QUICK = ("wait", "is", "told", "started", "stopped", "offers", "locked", "asked", "shows")


class OnDrivers(Play):
    """With a vehicle there, a step takes what the hardware takes."""

    def start(self, options):
        self.site = Site()
        self.bench = Bench(site=self.site, **options)
        self.bench.run(2000)

    def settle(self, verb):
        self.bench.run(4000 if self.site.vehicle.plugged and verb not in QUICK else 500)

    def do_plug(self):
        self.site.vehicle.plug()

    def do_unplug(self):
        self.site.vehicle.unplug()

    def do_pauses(self):
        self.site.vehicle.wants = False

    def do_asks(self):
        self.site.vehicle.wants = True

    def do_offers(self, amperes):
        self.so(self.site.evse.offered_ma, int(amperes) * 1000)

    def do_locked(self, wanted):
        self.so(self.site.evse.locked, bool(int(wanted)))


def test_on_real_drivers_it_is_the_same():
    from test_seams import CARDS, OPERATORS, REFUSED_LATER, REMOTE_STARTS
    from test_seams_kept import PROFILES, RESERVATIONS

    count = 0
    for table in (REMOTE_STARTS, REFUSED_LATER, CARDS, OPERATORS, RESERVATIONS, PROFILES):
        for title, config, text in scenarios(table):
            if not [word for word in NOT_HERE if word in text]:
                count += 1
                OnDrivers(text, title, config=config)
    print("%d scenarios on real drivers" % count)
