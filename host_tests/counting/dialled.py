"""In the place of uwebsockets.seldom: modules that open streams are loaded anew again and again, and get ours."""

import sys


class Dialled(list):
    """Names of loaded modules. One that has taken open_stream from uwebsockets.dial gets `connect` in its place: it
    says that it is needed seldom after its imports."""

    def __init__(self, connect):
        super().__init__()
        self.connect = connect

    def append(self, name):
        super().append(name)
        module = sys.modules.get(name)
        if hasattr(module, "open_stream"):
            module.open_stream = self.connect
