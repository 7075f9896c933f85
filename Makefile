# Sanad. `make` lists what can be done; `make run` and `make test` are all that a newcomer needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run day test check bench proof proof-long build screenshots clean tools

PYTHON ?= python3
BIN := .venv/bin
# Everything the demo keeps: database, photos, keys, the simulated phones.
export SANAD_DATA ?= $(CURDIR)/.demo
PORT ?= 8000

# What otherwise runs on SQLite alone and asks the database something of its own; tests/README.md.
SPEAK_OF_STORAGE := tests/server/test_{alarms,an_upgrade_folds_anew,desk_people,findings,limits}.py \
  tests/server/test_{lists_as_offices_keep_them,map_figures,map_pages,nobody_vouches_for_another}.py \
  tests/server/test_{observers_phones,report_pages,sign_in,silence}.py \
  tests/stories/test_{a_phone_is_lost,the_wire_by_example,what_is_carried_by_hand}.py

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: .venv/.installed build ## prepare a demo election and serve it on http://127.0.0.1:8000
	@exec $(BIN)/sanad tour --port $(PORT)

day: .venv/.installed ## play the rest of the election day into the running server
	@$(BIN)/sanad simulate --url http://127.0.0.1:$(PORT) --speed 600

test: .venv/.tested build check ## every test: core, server on SQLite and PostgreSQL, phone, browser
	@cd web && npm test --silent
	@$(BIN)/pytest
	@if [ -n "$$SANAD_LONG" ]; then SANAD_TESTS_ON=postgresql $(BIN)/pytest $(SPEAK_OF_STORAGE); fi

check: .venv/.tested web/node_modules/.installed ## lint, types and import contracts
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache | tail -n 6
	@cd web && npm run check --silent

bench: .venv/.tested build ## speed and memory, written to docs/benchmarks.md
	@$(BIN)/python -m tests.bench

proof: .venv/.tested build ## what proves each promise, in short, written to PROOF.md
	@$(BIN)/python -m tests.proof

proof-long: .venv/.tested build ## the same with thousands of runs: some hours
	@$(BIN)/python -m tests.proof --long

build: web/dist/.built ## the phone app and the desk's scripts

screenshots: .venv/.tested build ## the pictures in docs/pictures, taken from a demo election
	@$(BIN)/python -m tests.screenshots

clean: ## remove everything that was made here, the demo's data included
	rm -rf .venv web/node_modules web/dist .demo build *.egg-info

tools:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Sanad needs Python 3.11 or later: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python cannot make environments here: apt-get install python3-venv"; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null \
	  || { echo "Sanad needs Node 20.19 or later with npm, to build the phone app: https://nodejs.org"; exit 1; }
	@npm --version >/dev/null 2>&1 || { echo "Sanad needs npm, to build the phone app: apt-get install npm"; exit 1; }

.venv/.installed: setup.cfg constraints.txt | tools
	@echo "1/4 installing the server (about half a minute)"
	@test -d .venv || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/.tested: .venv/.installed
	@echo "installing what the tests need"
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

web/node_modules/.installed: web/package-lock.json | tools
	@echo "2/4 installing what builds the phone app"
	@cd web && npm ci --silent --no-audit --no-fund
	@touch $@

web/dist/.built: web/node_modules/.installed $(shell find web server/words -name node_modules -prune -o -name dist -prune -o -type f -print 2>/dev/null)
	@echo "3/4 building the phone app and the desk's scripts"
	@cd web && npm run build --silent
	@touch $@
