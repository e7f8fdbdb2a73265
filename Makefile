# Every file that these targets make is in .venv/, build/, report/, the library (FOOTNOTED_DATA,
# else .footnoted/) or the models' cache (FOOTNOTED_CACHE, else ~/.cache/footnoted).

# The first Python that is new enough; name another with PYTHON=python3.12.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c $(NEW_ENOUGH) >/dev/null 2>&1 && echo $$p && break; done)
NEW_ENOUGH = 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))'
TOO_OLD = Footnoted needs Python 3.11 or newer with venv: install it, or name it (PYTHON=python3.12)

BIN = .venv/bin
# With uv: make install INSTALL='uv pip install --python .venv --link-mode copy'
INSTALL = $(BIN)/python -m pip install
export PIP_DISABLE_PIP_VERSION_CHECK = 1

PORT = 7860
LIBRARY = $(or $(FOOTNOTED_DATA),.footnoted)
SEEDS = seeds
BENCH_DATA = ../shared/bench

# The chat model's weights (1.1 GB) are left out where another model answers, or none.
CHAT = $(if $(OPENAI_API_KEY)$(OPENAI_BASE_URL)$(OPENAI_API_BASE)$(FOOTNOTED_CHAT_WEIGHTS)$(filter \
	none,$(FOOTNOTED_MODEL)),,--chat)
EMBEDDED = env -u OPENAI_API_KEY -u OPENAI_BASE_URL -u OPENAI_API_BASE -u FOOTNOTED_MODEL \
	-u FOOTNOTED_CHAT_WEIGHTS

.PHONY: help install run test evals bench pins

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

install: .venv/installed ## make .venv/ and fetch the models' weights
	@$(BIN)/python -m index.weights $(CHAT)

# A .venv/ that an interrupted run left unfinished is made anew.
.venv/installed: requirements-dev.txt pyproject.toml
	@$(or $(PYTHON),false) -c $(NEW_ENOUGH) 2>/dev/null || { echo "$(TOO_OLD)" >&2; exit 1; }
	@if [ -e .venv/unfinished ] || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
		echo "making .venv/ with $(PYTHON)"; $(PYTHON) -m venv --clear .venv; fi
	@rm -f $@ && touch .venv/unfinished
	@echo "installing the pinned packages into .venv/; the first time takes a minute or two"
	@$(INSTALL) --quiet --require-hashes -r requirements-dev.txt
	@$(INSTALL) --quiet --no-deps --no-build-isolation -e .
	@rm .venv/unfinished && touch $@

run: install ## index seeds/ once and serve the chat on 127.0.0.1:7860 (PORT=)
	@[ -e "$(LIBRARY)/seeds.indexed" ] || \
		{ $(BIN)/footnoted index $(SEEDS) && touch "$(LIBRARY)/seeds.indexed"; }
	@exec $(BIN)/footnoted chat --host 127.0.0.1 --port $(PORT)

test: CHAT = --chat
test: install ## check style, types, layers and tests, and hold the answers to their bars
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(EMBEDDED) $(BIN)/pytest
	@mkdir -p report
	$(EMBEDDED) $(BIN)/footnoted eval --split test --json report/test.json \
		--junit report/test.xml --html report/test.html

evals: install ## run every eval case, beside the LlamaIndex tutorial stack, into report/
	@mkdir -p report
	$(BIN)/footnoted eval --compare tutorial --json report/evals.json \
		--junit report/evals.xml --html report/evals.html

# timeit starts each command as a process of its own, so the figure is what a person waits.
TIME = $(BIN)/python -m timeit -n 1 -r 5 -u sec -s 'import subprocess, sys'
bench: install ## time the commands, and run the public benchmarks; curves in report/bench.html
	@if [ -d "$(BENCH_DATA)" ]; then \
	$(BIN)/python -m evals.benchmarks.parsing --data "$(BENCH_DATA)" && \
	$(BIN)/python -m evals.benchmarks.mutations --data "$(BENCH_DATA)" && \
	FOOTNOTED_MODEL=none $(BIN)/python -m evals.benchmarks.support --data "$(BENCH_DATA)" && \
	$(BIN)/python -m evals.benchmarks.orders --data "$(BENCH_DATA)" && \
	{ $(BIN)/python -m evals.benchmarks.retrieval --data "$(BENCH_DATA)" \
		--json report/retrieval.json; \
	$(BIN)/python -m evals.benchmarks.ingest --data "$(BENCH_DATA)"; true; }; \
	else echo "public benchmarks: no data in $(BENCH_DATA) (BENCH_DATA=DIR names it); skipped"; fi
	@for bench in replay store "scale --sizes 10000 100000" curves; do \
	$(BIN)/python -m evals.benchmarks.$$bench || true; done
	@rm -rf build/timed && $(BIN)/footnoted index --data build/timed $(SEEDS)
	@printf 'footnoted --help: '
	@$(TIME) 'subprocess.run(["$(BIN)/footnoted", "--help"], check=True, stdout=subprocess.DEVNULL)'
	@printf 'footnoted ask --quotes: '
	@$(TIME) 'subprocess.run(["$(BIN)/footnoted", "ask", "--quotes", "--data", "build/timed", \
	"How much rice did Russia propose?"], check=True, stdout=subprocess.DEVNULL)'

# Needs uv. Versions that still fit are kept; make pins PIN_FLAGS=--upgrade takes the newest.
# setuptools is pinned beside the packages, so that the project itself installs without a download.
PIN = echo 'setuptools>=80' | uv pip compile pyproject.toml - --quiet --universal \
	--generate-hashes --no-header --no-annotate $(PIN_FLAGS)
pins: ## write requirements.txt, -dev.txt and -ray.txt anew from pyproject.toml
	$(PIN) -o requirements.txt
	$(PIN) --extra dev -c requirements.txt -o requirements-dev.txt
	$(PIN) --extra ray -c requirements-dev.txt -o requirements-ray.txt
