"""Freezes this package into an image, as micropython-lib's packages do."""

metadata(description="An asyncio WebSocket client (RFC 6455)", version="0.1.0")  # noqa: F821
package("uwebsockets", base_path="..")  # noqa: F821
