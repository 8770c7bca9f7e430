# The commands of the project; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
PYTEST_ARGS ?= -n auto --dist loadfile
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Keys, models and settings that happen to lie around are for other work: demo and tests run without.
CLEAN := env $(shell env | sed -nE 's/^((OPENAI|PLANFIRST)_[A-Z0-9_]*)=.*/-u \1/p') PLANFIRST_CONFIG=/dev/null
DEMO := $(CLEAN) PLANFIRST_HOME=$(CURDIR)/.demo $(BIN)/planfirst

.PHONY: help demo studio test soak check format bench eval notebooks clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "PlanFirst needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "Python's venv module is missing; install it (Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	@echo "installing into $(VENV), a few minutes the first time"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -c constraints.txt -e ".[dev]"
	@touch $(STAMP)

demo: $(STAMP) ## ask questions over the sample documents, offline, without a key
	@$(DEMO) ingest data/corpus --collection samples \
		--describe "the Solar System and its exploration; the papers of a ferry line"
	@for question in \
		"How many times larger is Jupiter's equatorial diameter than Earth's?" \
		"Which rocket launched New Horizons and who discovered Pluto?" \
		"Which vessel of Skeldvik Line has the most cabins?" \
		"Who won the football world cup in 1998?"; do \
		printf '\n\033[1m> planfirst ask "%s"\033[0m\n' "$$question"; $(DEMO) ask "$$question" || exit; done

studio: $(STAMP) ## serve the graph to LangGraph Studio, over the knowledge base in PLANFIRST_HOME
	@LANGGRAPH_CLI_NO_ANALYTICS=1 $(BIN)/langgraph dev --no-browser --no-reload

test: $(STAMP) ## run the tests
	@$(CLEAN) $(BIN)/python -m pytest -m "not soak" $(PYTEST_ARGS)

soak: $(STAMP) ## run the long tests
	@$(CLEAN) $(BIN)/python -m pytest -m soak $(PYTEST_ARGS)

check: $(STAMP) ## lint, types, floors
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(STAMP) ## format the code and mend what can be mended
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(STAMP) ## measure speed and memory against the targets
	@$(CLEAN) $(BIN)/python -m benchmarks

eval: $(STAMP) ## measure the answers over the question set
	@$(CLEAN) $(BIN)/planfirst eval quick

notebooks: $(STAMP) ## run the notebooks and keep their outputs
	@$(CLEAN) PYTHONWARNINGS='ignore:IProgress not found' $(BIN)/jupyter execute --inplace notebooks/*.ipynb

clean: ## remove what the commands above made
	rm -rf $(VENV) .demo .langgraph_api .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
