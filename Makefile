# make demo: the chat at http://localhost:8000.  make test: the tests.  make help: the rest.
VENV := .venv
BIN := $(VENV)/bin
UV ?= uv

.DEFAULT_GOAL := help
.PHONY: help setup demo chat test check fix eval labels seed record rehearse bench docs audit lock wheel clean

help: ## This list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

# The stamps are newer than what they were made from: a second start installs nothing and needs no network.
$(VENV)/.installed: requirements.txt pyproject.toml scripts/venv.sh
	@sh scripts/venv.sh $(VENV) requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt pyproject.toml scripts/venv.sh
	@sh scripts/venv.sh $(VENV) requirements-dev.txt
	@touch $@ $(VENV)/.installed

setup: $(VENV)/.installed-dev ## Everything that tests and checks need, in .venv

demo: $(VENV)/.installed ## The chat at http://localhost:8000 over the demo network; live where NAUTOBOT_URL is set
	@exec $(BIN)/sextant chat

chat: demo

test: $(VENV)/.installed-dev ## The tests; the last lines say what could not run here
	@$(BIN)/python -m pytest $(PYTEST)

check: $(VENV)/.installed-dev ## Format, lint, types and tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest $(PYTEST)

fix: $(VENV)/.installed-dev ## Format, and mend what the linter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

eval: $(VENV)/.installed-dev ## The score on the demo network: of the offline reader, or MODEL=openai/gpt-4.1-mini
	@$(BIN)/python -m evals $(MODEL) $(EVAL)

labels: $(VENV)/.installed-dev ## How the offline reader reads questions: the calls alone, without answers
	@$(BIN)/python scripts/eval.py $(LABELS)

seed: ## The demo network into an empty Nautobot: in a shell whose python3 and NAUTOBOT_CONFIG are that Nautobot's
	python3 scripts/seed_nautobot.py $(SEED)

record: $(VENV)/.installed-dev ## Record Nautobot's answers for the tests anew (NAUTOBOT_TEST_URL, NAUTOBOT_TEST_TOKEN)
	$(BIN)/python -m pytest --record-mode=rewrite tests/source

rehearse: $(VENV)/.installed-dev ## The stage script of docs/demo-script.md, against a running app (URL=...) or one of its own
	@$(BIN)/python scripts/rehearse.py --url "$(URL)"

bench: $(VENV)/.installed-dev ## The figures of benchmarks/README.md
	$(BIN)/python benchmarks/run.py $(BENCH)
	$(BIN)/python benchmarks/check.py
	$(BIN)/python benchmarks/table.py
	$(BIN)/python benchmarks/ipam.py
	$(BIN)/python benchmarks/rows.py

docs: $(VENV)/.installed-dev ## The documentation in build/site; pages that follow from the code are written anew
	@$(BIN)/python scripts/notices.py
	@$(BIN)/python scripts/pages/generate.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "build/site/index.html"

audit: $(VENV)/.installed-dev ## What scanners say of the code and of the locked packages
	@$(BIN)/python scripts/audit.py $(AUDIT)

wheel: $(VENV)/.installed-dev ## dist/*.whl, with queries and demo data inside
	$(BIN)/python -m build --wheel --no-isolation

lock: ## requirements*.txt from pyproject.toml (needs uv)
	sh scripts/lock.sh $(UV)

clean: ## Remove .venv and what builds and tests leave
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage coverage.xml
