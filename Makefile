# `make` alone lists what can be done. A newcomer needs two of these lines: `make run` and `make test`.
PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
EDITABLE := $(PIP) --no-deps --no-build-isolation --no-index -e .
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard coalition/translations/*/LC_MESSAGES/messages.po))
BUILT := static/site.css $(CATALOGUES)
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header pyproject.toml
EXTRACT := $(BIN)/pybabel --quiet extract -F pyproject.toml --ignore-dirs='.*' -k _l -k lazy_gettext -k mark --sort-by-file --no-location --omit-header
comma := ,
space := $(subst ,, )
# Values alone, and the acts: these rooms have no excuse for an untested branch.
ROOMS := states printable ornaments typography likeness lookalikes lexicon domains searching telling_apart bulk filters parties import_states import_columns import_judging permissions credentials names text definition shapes rules content entry application decisions signals operations recusal approvals holding questions referrals merging amendments comparison proposal publishing amending chain note storing issuing orphans receipts forgetting losses credential status_list credentialing badge leaves tiles tree
PURE := coalition/eligibility/*,coalition/enquiries/letters.py,coalition/register/recording.py,coalition/certificates/recording.py,coalition/charters/recording.py,coalition/mail/message.py,coalition/organisations/keys.py,coalition/mail/reports.py,$(subst $(space),$(comma),$(ROOMS:%=coalition/*/%.py))

.DELETE_ON_ERROR:
.PHONY: help run test lint format bench mutate lock messages docs

help: ## list these lines
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

run: .venv/runs $(BUILT) ## serve the site with its worker on PORT (8000), setting up what is missing
	@.ci/machine run
	@exec $(BIN)/coalition serve --setup --worker

test: .venv/tests $(BUILT) ## everything CI runs; ARGS="-k signing" narrows it to those tests
	@.ci/machine test
	$(if $(ARGS),,@$(MAKE) --no-print-directory lint)
	$(BIN)/pytest -n 2 $(if $(ARGS),$(ARGS),--cov --cov-report=)
	$(if $(ARGS),,$(BIN)/coverage report && $(BIN)/coverage report --include='$(PURE)' --fail-under=100)

lint: .venv/tests ## ruff, djlint, mypy and the import contracts
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/tests ## put code into the one form
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench: .venv/tests $(BUILT) ## every figure of docs/performance.md beside its anchor; ARGS="register_page" runs one
	@$(BIN)/python benchmarks/run.py $(ARGS)

mutate: .venv/tests $(BUILT) ## change tokens, permissions, states and outbox line by line: does a test notice? (docs/mutation.md)
	@rm -rf mutants && $(BIN)/mutmut run --max-children 2 && $(BIN)/mutmut results && $(BIN)/mutmut export-cicd-stats > mutants/export.log
	@$(BIN)/python -c 'import json, sys; s = json.load(open("mutants/mutmut-cicd-stats.json")); n, k = s["total"] - s["skipped"], s["killed"] + s["timeout"]; \
		print("noticed:", k, "of", n); sys.exit("fewer than 85 %" if 100 * k < 85 * n else 0)'

lock: .venv/tests ## pin the dependencies anew; ARGS="--upgrade" takes newer ones
	$(COMPILE) $(ARGS) --output-file requirements.lock
	$(COMPILE) $(ARGS) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

messages: .venv/tests ## bring every catalogue up to the sentences in the sources
	$(EXTRACT) --output .venv/messages.pot .
	$(BIN)/pybabel --quiet update --input-file .venv/messages.pot --output-dir coalition/translations --no-fuzzy-matching --omit-header
	$(MAKE) --no-print-directory $(CATALOGUES)

docs: .venv/runs ## write docs/configure.md from the settings
	@$(BIN)/python -c 'from coalition import variables; print(variables.as_markdown(), end="")' > docs/configure.md

# ---- what the lines above rest on: made once, again only when its source changed
.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with PYTHON=python3.11")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo 'Python has no venv here; on Debian run: apt-get install python3-venv' >&2; exit 1; }
	@echo 'Making .venv …'
	@$(PYTHON) -m venv .venv

.venv/runs: requirements.lock pyproject.toml | .venv/bin/pip
	@echo 'Installing what requirements.lock names …'
	@$(PIP) --require-hashes -r requirements.lock
	@$(EDITABLE) && touch $@

.venv/tests: requirements-dev.lock pyproject.toml | .venv/bin/pip
	@echo 'Installing what requirements-dev.lock names …'
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(EDITABLE) && touch $@ .venv/runs

static/site.css: $(sort $(wildcard static/css/*.css))
	@cat $^ > $@

# Written anew by hand, when the fonts of a newer Debian know more letters.
coalition/organisations/printable.txt: coalition/documents/letters.py
	@$(BIN)/python -m coalition.documents.letters > $@

%.mo: %.po | .venv/bin/pip
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
