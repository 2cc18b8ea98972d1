"""What stands for the world in tests; and a time-out for Python 3.11 that loses no cancellation."""

import sys

if sys.implementation.name == "cpython" and sys.version_info < (3, 12):
    import asyncio

    async def _wait_for(awaitable, timeout):
        # As Python 3.12 has it. That of 3.11 swallows a cancellation that comes together with the result, and whoever
        # was to end goes on for ever.
        async with asyncio.timeout(timeout):
            return await asyncio.ensure_future(awaitable)  # a task: the others have their turn

    asyncio.wait_for = _wait_for
