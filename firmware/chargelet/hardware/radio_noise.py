"""Noise for keys on a board that goes by Ethernet: the chip's radio is on for a moment, at boot, connected to nothing.

An ESP32's generator of random numbers takes noise in only while the radio (or the ADC, in a way that is not open to us)
feeds it; otherwise what it gives is to be taken for pseudo-random (ESP-IDF, "Random Number Generation"). What is drawn
while there is noise goes into all keys of this boot. A board with Wi-Fi has its radio on all the time.
"""

from ..base import entropy, loading

loading.seldom(__name__)


def gather(log):
    """Take noise in from the radio. Where it can't be switched on, the log says so, and no key is made in this boot."""
    import network

    entropy.distrust()
    radio = network.WLAN(network.STA_IF)
    try:
        radio.active(True)
        entropy.stir()
        radio.scan()  # the receiver has been at work for seconds then
        entropy.stir()
    except OSError as error:
        log("entropy: the radio gives none, and no key is made: %s" % error)
    finally:
        try:
            radio.active(False)
        except OSError:
            pass
