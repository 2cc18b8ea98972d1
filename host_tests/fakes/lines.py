"""A log that keeps its lines for a test to look at."""

from chargelet.base.log import INFO


class Lines(list):
    """Call it as chargelet.base.log.Log; `levels` are those of the lines."""

    def __init__(self):
        super().__init__()
        self.levels = []

    def __call__(self, text, level=INFO):
        self.append(text)
        self.levels.append(level)
