# For images with frozen modules, as micropython-lib's packages have it.
metadata(description="An asyncio WebSocket client (RFC 6455)", version="0.1.0")  # noqa: F821
package("uwebsockets", base_path="..")  # noqa: F821
