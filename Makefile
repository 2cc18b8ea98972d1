# Chargelet on a laptop. `make help` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help setup sim test test-cpython test-micropython test-browser bare-metal lint size speed clean check-board flash deploy label console provision

PYTHON := .venv/bin/python
needed = $(or $($(1)),$(error $(1)=… is needed; `make help` shows how))

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv and a MicroPython to freeze the firmware into (done by the others when needed)
	@tools/setup --retry

sim: ## watch a station charge, then play with it; ARGS=--once ends after the session; STATIONS=50: so many, perhaps CSMS=ws://…
	$(if $(CSMS),$(if $(STATIONS),,$(error CSMS=… goes with STATIONS=…; tools/station starts one station for a central system of yours)))
	@tools/setup --first
	@$(PYTHON) $(if $(STATIONS),tools/fleet.py $(STATIONS) $(if $(CSMS),--csms $(CSMS)),tools/sim.py) $(ARGS)

test: ## lint, and all tests on CPython and on MicroPython; ends with the sum
	@tools/setup --print
	@$(MAKE) --no-print-directory lint
	@$(PYTHON) host_tests/run.py --all

test-cpython: ## pytest: the shared tests, those that need a laptop, and end to end
	@tools/setup
	@$(PYTHON) -m pytest -n 5 --dist loadgroup

test-micropython: ## the shared tests in MicroPython with a heap of 88k
	@tools/setup
	@$(PYTHON) host_tests/run.py

test-browser: ## the page in a real browser: Chromium from Debian's packages, axe-core from npm, both fetched once
	@tools/setup
	@[ -x .browser/chromedriver ] || tools/get_browser.sh .browser
	@CHARGELET_BROWSER=1 $(PYTHON) -m pytest -n 3 host_tests/browser

lint: ## ruff, and every file of the firmware through MicroPython's compiler
	@tools/setup
	@.venv/bin/ruff check .
	@$(PYTHON) tools/compile_check.py

check-board: ## explain every mistake in a board file: BOARD=esp32
	@tools/setup
	@$(PYTHON) tools/check_board.py $(call needed,BOARD)

flash: ## put MicroPython onto a board: BOARD=esp32 PORT=/dev/ttyUSB0, perhaps IMAGE=, SHA256=, ERASE=1
	@tools/setup
	@$(PYTHON) tools/flash.py $(call needed,BOARD) $(call needed,PORT) $(if $(IMAGE),--image $(IMAGE)) \
		$(if $(SHA256),--sha256 $(SHA256)) $(if $(ERASE),--erase)

deploy: ## put the firmware and a board file onto a board: BOARD=esp32 PORT=/dev/ttyUSB0
	@tools/setup
	@$(PYTHON) tools/deploy.py $(call needed,BOARD) $(call needed,PORT)

provision: ## give a board its Wi-Fi, central system, identity and password: PORT=/dev/ttyUSB0
	@tools/setup
	@$(PYTHON) tools/provision.py $(call needed,PORT)

label: ## the name and password of a board's own Wi-Fi, to set it up from a phone, with a QR code: PORT=/dev/ttyUSB0
	@tools/setup
	@$(PYTHON) tools/label.py $(call needed,PORT)

console: ## what a board says, and its REPL (Ctrl-] leaves): PORT=/dev/ttyUSB0
	@tools/setup
	@.venv/bin/mpremote connect $(call needed,PORT) repl

size: ## RAM by module, compiled sizes, heap idle, charging and with all in use; the last line is JSON
	@tools/setup
	@$(PYTHON) tools/size.py

speed: ## what the firmware takes of a chip's time: counted, and estimated for an ESP32
	@tools/setup
	@$(PYTHON) tools/speed.py

bare-metal: ## the firmware on a bare RISC-V chip in QEMU: deployed, imported, tested; fetches 200 MB once
	@tools/setup
	@$(PYTHON) host_tests/on_bare_metal.py $(ARGS)

clean: ## remove all that was made and fetched here; labels/ and installation.toml are yours and stay
	rm -rf .browser .build .mpy .venv .sim .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
