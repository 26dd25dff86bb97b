# Every target sets up what it needs by itself (packaging/prepare.py); PYTHON picks another interpreter.
PYTHON ?= python3
RUNS ?= 200
ROWS ?= 1000000
SEEDS ?= 2000
FROM ?= 0
CASES ?= 20000
SALES ?= 20000
CLIENTS ?= 1000
CUTS ?= 5000
TILLS ?= 1000
MINUTES ?= 10
DATABASE ?= postgres
BIN := .venv/bin

.PHONY: run tour test lint bench crash races hunt simulate mutants powercuts fleet wires killpoints fuzz offline freshness contract demo-reset clean lock ready ready-dev
.DEFAULT_GOAL := run

run: ready
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then exec $(BIN)/omnitill --demo; \
	else echo "No display here: playing the tour offscreen."; exec $(BIN)/omnitill --tour; fi

tour: ready
	@$(BIN)/omnitill --tour

test: lint
	$(BIN)/pytest -n 2

lint: ready-dev
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --quiet --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: ready-dev
	@$(BIN)/python -m tests.perf $(if $(ONLY),--only $(ONLY))

crash: ready-dev
	@$(BIN)/python -m tests.simulation.kill_shift --runs $(RUNS)

# SEEDS of them, FROM this one; a seed that fails says how to play it again.
simulate: ready-dev
	@$(BIN)/python -m tests.simulation.sim --seeds $(SEEDS) --from $(FROM)

races: ready-dev
	@$(BIN)/python -m tests.central.races refunds

hunt: ready-dev
	@$(BIN)/python -m tests.central.races hunt --rows $(ROWS)

# Faults planted one at a time: each must be noticed.
mutants: ready-dev
	@$(BIN)/python -m tests.simulation.sim.mutants $(if $(ONLY),--only $(ONLY))

# The power is cut inside commits, in every kind of transaction a till has.
powercuts: ready-dev
	@$(BIN)/python -m tests.simulation.power --cuts $(CUTS) --from $(FROM)

# Generated requests to a real central: none may be answered by a server error.
fuzz: ready-dev
	@$(BIN)/python -m tests.fuzz --cases $(CASES)

# Fourteen simulated days without a network, then one exchange.
offline: ready-dev
	@$(BIN)/python -m tests.distribution.offline --sales $(SALES)

# From a commit at central to the row at a till, beside CLIENTS that only listen.
freshness: ready-dev
	@$(BIN)/python -m tests.distribution.freshness --clients $(CLIENTS)

# TILLS at one real central for MINUTES: what was lost or doubled, how quick, and does its memory grow.
fleet: ready-dev
	@$(BIN)/python -m tests.simulation.fleet --tills $(TILLS) --minutes $(MINUTES) --database $(DATABASE)

# A till and a central with a wire that cuts, swallows, stops and drips, for MINUTES.
wires: ready-dev
	@$(BIN)/python -m tests.simulation.wires --minutes $(MINUTES)

# Till and central end themselves at named points, RUNS times at each.
killpoints: ready-dev
	@$(BIN)/python -m tests.simulation.kill_points --runs $(RUNS)

# What the server says about itself, as the file that another server is written by.
contract: ready-dev
	@$(BIN)/python -m tests.central.contract

demo-reset: ready
	@$(BIN)/omnitill --reset-demo

ready:
	@$(PYTHON) packaging/prepare.py

ready-dev:
	@$(PYTHON) packaging/prepare.py --dev

# Keeps the pinned versions where they still fit; `make lock UPGRADE=--upgrade` takes the newest.
lock: ready-dev
	$(BIN)/uv pip compile $(LOCKING) pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile $(LOCKING) pyproject.toml --extra dev --output-file requirements-dev.lock
LOCKING = --quiet --universal --generate-hashes --no-header --no-emit-index-url $(UPGRADE)

clean:
	rm -rf .venv build dist *.egg-info .hypothesis .mypy_cache .ruff_cache .import_linter_cache .prepare.lock
	find pos_app sync hardware resources packaging tests -name __pycache__ -prune -exec rm -rf {} +
