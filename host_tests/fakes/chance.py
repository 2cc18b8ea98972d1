"""Random numbers that are the same on both interpreters."""


class Chance:
    """The numbers that follow from a seed."""

    def __init__(self, seed):
        self._state = seed * 7919 + 17

    def below(self, end):
        """A whole number from 0 to end - 1."""
        self._state = (self._state * 16807) % 2147483647
        return self._state % end

    def of(self, choices):
        """One of a list or tuple."""
        return choices[self.below(len(choices))]
