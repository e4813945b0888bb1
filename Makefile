# Two commands: `make run` starts the whole system, `make test` runs everything against it.
# `make help` lists the rest. All of them set up what they need by themselves.

# The system's own, if it will do: distributions build it with profiles, others seldom (a fifth slower).
PYTHON ?= $(shell for python in /usr/bin/python3 python3; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null \
	&& echo $$python && exit; done; echo python3)
RUN := .venv/bin/python
WORKERS := 3

.DEFAULT_GOAL := help
.PHONY: help setup run test check demo bench faults alarms token fmt requirements clean

help:  ## list these commands
	@echo 'usage: make COMMAND'
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo 'settings: BROKER=kafka|embedded  KAFKA_BOOTSTRAP_SERVERS=host:port  POSTGRES_ADMIN_URL=postgresql://...'
	@echo '          REQUIRE_KAFKA=1  TEST_WITH=docker  SEEDS=20000  WORKERS=3  ARGS="what pytest gets"  PYTHON=python3.11  (docs/running.md)'

setup:  ## make the virtual environment from the hashed requirements
	@$(PYTHON) tools/launch/install.py

run: setup  ## start PostgreSQL, Kafka and the four services; Ctrl-C stops them
	@$(RUN) -m launch

test: setup  ## run every test against real PostgreSQL and real Kafka
	@$(RUN) -m pytest $(or $(ARGS),--numprocesses=$(WORKERS))

check: setup  ## lint, types, import boundaries, event schemas, dependency licences
	@$(RUN) -m checks

demo: setup  ## play 830 real orders through the system that runs, or one of its own
	@$(RUN) -m demo $(ARGS)

bench: setup  ## measure the system beside references (ARGS="--quick --only append")
	@.venv/bin/uv pip install -q --require-hashes -r benchmarks/requirements.txt
	@$(RUN) -m benchmarks $(ARGS)

faults: setup  ## break the running system on purpose, and check what must hold (ARGS="storm --seed 7", PLANT=3)
	@$(if $(PLANT),PLANT=$(PLANT)) $(RUN) -m faults $(ARGS)

alarms: setup  ## provoke every alert on the running system (ARGS="--only ServiceDown"; needs prometheus)
	@$(RUN) -m faults.alarms $(ARGS)

token: setup  ## print a token of the running system: make token ROLE=sales [COMPANY=HV] [SUB=me]
	@$(RUN) -m launch.token $(ROLE) $(if $(COMPANY),--company $(COMPANY)) $(if $(SUB),--sub $(SUB))

fmt: setup  ## format the code, and mend what the linter can
	@$(RUN) -m ruff format .
	@$(RUN) -m ruff check --fix .

OURS = $(notdir $(wildcard libs/* services/* tools/*))
LOCK = .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --no-header $(OURS:%=--no-emit-package fulfilment-%)

requirements: setup  ## compile the hashed requirements anew from what the packages ask for
	@$(LOCK) libs/*/pyproject.toml services/*/pyproject.toml -o requirements/service.txt
	@$(LOCK) libs/*/pyproject.toml services/*/pyproject.toml tools/*/pyproject.toml requirements/dev.in \
		-c requirements/service.txt -o requirements/dev.txt
	@$(LOCK) benchmarks/requirements.in -c requirements/dev.txt -o benchmarks/requirements.txt

clean:  ## remove the data and what tools left behind; .venv and the user's cache of downloads stay
	@$(PYTHON) tools/launch/clean.py
