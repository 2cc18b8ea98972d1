"""A session of the simulated station, for the page's tests."""

TAG = "04A2B3C4D5E680"


def charge(world, connector=1):
    world.do("plug_in", connector=connector)
    world.do("swipe", tag=TAG, connector=connector)
