.DEFAULT_GOAL := help
PY := .venv/bin/python
unexport PYTHONDONTWRITEBYTECODE
# What of the faults is tried without a server around it (docs/faults.md), on either database.
FAULTS := $(addprefix tests/contest/test_,$(addsuffix .py,protocol races regrading restoring rotating deadlines clock_jumps \
  thousand_starts schedules_of_judges))

help:      ## Say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

.venv/bin/python:
	python3 -m venv .venv

.venv/run: requirements.txt | .venv/bin/python
	$(PY) -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt | .venv/bin/python
	$(PY) -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/run

.PHONY: help setup run demo-again files check lint types unit test browser faults bench fix cover map messages lock

setup: .venv/dev files   ## Install everything that work on the project needs

files:     ## Compile the catalogs and join the static files
	@$(PY) -m core.catalogs
	@$(PY) -m core.assets

run: .venv/run files     ## Serve the application with a demo contest in it
	@$(PY) app.py

demo-again: .venv/run files  ## Load the demo contest anew, its dates from today
	@CHUNGTAY_DEMO=on CHUNGTAY_LOG_LEVEL=WARNING $(PY) -m flask --app app contest demo --again

check: .venv/dev files   ## Everything that must hold before a commit
	@$(MAKE) --no-print-directory -j2 --output-sync=target lint types
	@$(MAKE) --no-print-directory unit

lint:
	$(PY) -m ruff format --check . && $(PY) -m ruff check . && .venv/bin/lint-imports

types:
	$(PY) -m mypy

unit:
	$(PY) -m pytest -n 2 -m "not browser and not slow"

test: check              ## make check, and the rest: PostgreSQL and a real browser
	$(PY) -m tests.system
	$(PY) -m tests.postgresql $(PY) -m pytest -n 2 -m "not browser and not slow" --postgresql
	$(PY) -m pytest -n 2 tests/contest/rules tests/questions/rules --hypothesis-profile=thorough
	$(PY) -m pytest -n 3 -m "slow and not browser"
	$(PY) -m pytest -m browser

browser: .venv/dev files ## The journeys in a real browser
	$(PY) -m tests.system
	$(PY) -m pytest -m browser

faults: .venv/dev files  ## The fault suite with the nightly number of cases: hours
	$(PY) -m tests.system
	CHUNGTAY_FAULT_CASES=nightly $(PY) -m pytest tests/faults $(FAULTS) \
	  tests/browser/test_offline.py tests/browser/test_sleeping.py tests/browser/test_writers.py
	CHUNGTAY_FAULT_CASES=nightly $(PY) -m tests.postgresql $(PY) -m pytest --postgresql $(FAULTS)
	$(PY) -m pytest tests/contest/rules/test_timing.py tests/contest/rules/test_zones.py --hypothesis-profile=nightly

bench: .venv/dev files   ## How fast: the yardstick, loads of a week and an exam, results, judging, imports, search, statistics
	-$(PY) -m tests.bench.attempt
	-$(PY) -m tests.bench.profiles A B C spike close soak --seconds 30 --scale 0.3
	-$(PY) -m tests.bench.profiles A B --seconds 30 --scale 0.3 --database postgresql
	-$(PY) -m tests.bench.results
	-$(PY) -m tests.bench.judging
	-$(PY) -m tests.bench.judged_site
	$(PY) -m tests.bench.bank
	OPENBLAS_NUM_THREADS=1 $(PY) -m tests.bench.statistics

fix:       ## Let the tools repair what they can
	$(PY) -m ruff format . && $(PY) -m ruff check --fix .

cover: .venv/dev files   ## Coverage of the rules and of the rest
	$(PY) -m pytest -m "not browser" --cov && $(PY) -m coverage report

map:       ## Write docs/map.md from the first line of every module
	$(PY) -c "from tests.test_house import ROOT, map_of_the_house; (ROOT / 'docs/map.md').write_text(map_of_the_house())"

messages:  ## Collect the words people read into the catalogs
	.venv/bin/pybabel -q extract -F core/translations/babel.cfg -k N_ --no-location --sort-output -o build/messages.pot .
	.venv/bin/pybabel -q update -i build/messages.pot -d core/translations -l vi --no-fuzzy-matching

lock:      ## Pin requirements.in and requirements-dev.in with hashes
	uv pip compile --quiet --no-strip-extras --generate-hashes --python-version 3.11 --no-annotate --no-header requirements.in -o requirements.txt
	uv pip compile --quiet --no-strip-extras --generate-hashes --python-version 3.11 --no-annotate --no-header requirements-dev.in -o requirements-dev.txt
