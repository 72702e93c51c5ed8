# Everything this project is asked to do. `make` alone lists it.

SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
APPS := portal oversight feedback disclosures catalogue notices organisations
CODE := $(APPS) tests deploy manage.py $(wildcard benchmarks)
ARGS ?=

# For tools that need settings but no database of the operator's.
TOOL := DJANGO_SETTINGS_MODULE=tests.settings DATABASE_URL= REDIS_URL=

.DEFAULT_GOAL := help
.PHONY: help run setup dev test check format messages bench clean

help: ## List what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null || sed -n 's/^\([a-z]*\):.*## /  make \1   /p' Makefile

run: setup ## Serve the portal with the sample district at http://127.0.0.1:8000 (PORT=… moves it)
	@[ -s "$${VAR_DIR:-var}/secret-key" ] && [ -s "$${VAR_DIR:-var}/field-keys" ] || $(PY) -m portal.environment
	@exec $(PY) manage.py serve --prepare --sample

setup: ## Create .venv with what the portal needs to run
	@deploy/install requirements.txt

dev: ## Create .venv with what is needed to work on the portal
	@deploy/install requirements-dev.txt

test: dev ## Run the tests on SQLite, then on PostgreSQL and Redis where they answer (ARGS=… for pytest)
	@exec $(PY) -m tests $(ARGS)

check: dev ## Check style, types, templates, layers, migrations and translations
	$(VENV)/bin/ruff check $(CODE)
	$(VENV)/bin/ruff format --check $(CODE)
	$(VENV)/bin/lint-imports
	TEST_RUN_DIR=.mypy_cache/portal $(VENV)/bin/mypy $(APPS) deploy manage.py
	$(VENV)/bin/djlint templates --lint --quiet
	$(TOOL) $(PY) manage.py makemigrations --check --dry-run
	$(TOOL) $(PY) -m pytest -q -p no:cacheprovider tests/test_architecture.py tests/test_translations.py

format: dev ## Put the code into shape
	$(VENV)/bin/ruff check --fix $(CODE)
	$(VENV)/bin/ruff format $(CODE)

messages: dev ## Collect what has to be translated into the .po files and compile them (needs gettext)
	$(TOOL) $(PY) manage.py makemessages --locale zh_Hans --no-location --no-wrap \
		--ignore .venv --ignore var --ignore tests --ignore benchmarks
	@find $(APPS) locale -name '*.po' -exec sed -i.bak '/^"POT-Creation-Date:/d' {} \; -exec rm -f {}.bak \;
	$(TOOL) $(PY) manage.py compilemessages --ignore .venv

bench: dev ## Measure the targets of docs/performance.md in databases of its own (ARGS="--scales city" for another size)
	$(PY) -m benchmarks run $(ARGS)
	$(PY) -m benchmarks report

clean: ## Remove what the tools left behind; var/ and .venv/ stay
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
