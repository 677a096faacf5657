# Everything one does with this project. `make` alone prints this help.

PYTHON ?= python3
export PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python site/manage.py

.DEFAULT_GOAL := help
.PHONY: help run test lint bench messages lock clean

help: ## Print this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/app.stamp ## Prepare a demonstration where it is missing and serve it on 127.0.0.1:$PORT (8000)
	@exec $(MANAGE) start

test: $(VENV)/dev.stamp ## Run all tests (ARGS="-k word" for some); on DATABASE_URL and REDIS_URL when they are set
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest $(ARGS) # many processes, which need not compile everything each

lint: $(VENV)/dev.stamp ## Check style, templates, migrations, messages, compose file and the house's own rules
	@$(BIN)/python tests/lint.py

bench: $(VENV)/dev.stamp ## Measure speed beside a floor in the same run; prints a table, writes var/bench.json
	@$(BIN)/python -m tests.bench $(ARGS)

messages: $(VENV)/dev.stamp ## Gather the texts to translate into locale/ (needs gettext)
	@$(MANAGE) makemessages -l fr -l es --no-obsolete --add-location file -i .venv -i var -i tests

lock: $(VENV)/uv.stamp ## Pin requirements/*.in into requirements/*.txt, with hashes and without addresses
	@for name in app dev; do $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-header --no-annotate requirements/$$name.in -o requirements/$$name.txt; done

clean: ## Forget the environment, the database and all that was made (asks nothing)
	rm -rf $(VENV) var .pytest_cache .ruff_cache

$(VENV)/uv.stamp:
	@echo "Making the Python environment in $(VENV) …"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is %s." % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

$(VENV)/app.stamp: requirements/app.txt pyproject.toml | $(VENV)/uv.stamp
	@echo "Installing what the product runs on …"
	@$(BIN)/uv pip install --quiet --require-hashes -r requirements/app.txt
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/app.stamp
	@echo "Installing what tests and checks need …"
	@$(BIN)/uv pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@
