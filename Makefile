# Chargelet on a laptop. `make help` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help setup sim test test-cpython test-micropython lint size clean

PYTHON := .venv/bin/python

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv and get a MicroPython (done by the others when needed)
	@tools/setup --retry

sim: ## watch a station charge, then play with it; ARGS=--once ends after the session
	@tools/setup --print
	@$(PYTHON) tools/sim.py $(ARGS)

test: ## lint, and all tests on CPython and on MicroPython; ends with the sum
	@tools/setup --print
	@$(MAKE) --no-print-directory lint
	@$(PYTHON) host_tests/run.py --all

test-cpython: ## pytest: the shared tests, those that need a laptop, and end to end
	@tools/setup
	@$(PYTHON) -m pytest -n 3 --dist loadgroup

test-micropython: ## the shared tests in MicroPython with a heap of 100k
	@tools/setup
	@$(PYTHON) host_tests/run.py

lint: ## ruff, and every file of the firmware through MicroPython's compiler
	@tools/setup
	@.venv/bin/ruff check .
	@$(PYTHON) tools/compile_check.py

size: ## RAM by module, compiled sizes, heap idle and charging
	@tools/setup
	@$(PYTHON) tools/size.py

clean: ## remove all that was made here
	rm -rf .build .mpy .venv .sim .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
