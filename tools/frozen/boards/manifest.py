"""What the port itself freezes, of which firmware/manifest.py wants asyncio."""

include("$(MPY_DIR)/extmod/asyncio")
