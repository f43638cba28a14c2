# Everything a machine needs to work on Trefoil: any Python 3, and make. Each target sets up what it needs first.
# The work is done by the scripts in bin/, which say why; this file only names them.

.DEFAULT_GOAL := help
.PHONY: help run serve test quick check format lock bench-import bench-similar bench-pages bench-quick term fuzz clean

help: # Say what most people use; CONTRIBUTING.md lists all
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Start Trefoil with its demo on http://127.0.0.1:8000/ (PORT=… for another port)
	@bin/run

test: ## Run the checks, the tests on SQLite and PostgreSQL, and the browser journeys
	@bin/setup dev
	@.venv/bin/python bin/verify.py test

quick: ## Run the checks and the tests on SQLite, without a browser
	@bin/setup dev
	@.venv/bin/python bin/verify.py quick

check: ## Run lint, format, types, import rules, migrations and templates only (under a minute)
	@bin/setup dev
	@.venv/bin/python bin/verify.py check

format: # Put code and templates into the house's form
	@bin/setup dev
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format .
	@find templates -name '*.html' -exec .venv/bin/djade {} +

lock: # Write the hashed lock files anew (UPGRADE=1 takes newer versions)
	@bin/lock

serve: ## Serve as in production; reads .env, see docs/deploying.md
	@bin/setup production
	@exec bin/serve

bench-import: # Import 10,000 people and 200 tracking sheets and say how long it took (at most 60 s and 500 MB)
	@bin/setup dev
	@.venv/bin/python -m benchmarks.imports

bench-similar: # Measure how well like questions are found (QUESTIONS=….csv NEGATIVES=….csv; docs/similar-questions.md)
	@if [ -z "$(QUESTIONS)" ] || [ -z "$(NEGATIVES)" ]; then \
		echo "Say which files: make bench-similar QUESTIONS=questions.csv NEGATIVES=hard_negatives.csv"; \
		echo "Their columns: id,course,module,question,group and id_a,id_b,course (docs/similar-questions.md)."; \
		exit 2; fi
	@bin/setup dev
	@.venv/bin/python -m benchmarks.likeness "$(QUESTIONS)" "$(NEGATIVES)"

bench-pages: # Measure what pages cost at 30, 3,000 and 30,000 learners on both databases (docs/performance.md)
	@bin/setup dev
	@.venv/bin/python -m benchmarks.pages

bench-quick: # Measure 30 and 3,000 learners on SQLite, and fail if a page costs much more than it did (2 minutes)
	@bin/setup dev
	@.venv/bin/python -m benchmarks.pages --quick

term: # Play a term by dice and hold pages, mails and files against the model (SEED=… plays one again; tests/term)
	@bin/setup dev
	@.venv/bin/python -m tests.term $(SEED)

fuzz: # Throw 20,000 requests by dice at every page and the Django admin (FUZZ_SEED=… throws the same again)
	@bin/setup dev
	@FUZZ_REQUESTS=$${FUZZ_REQUESTS:-20000} FUZZ_SEED=$${FUZZ_SEED:-$$$$} .venv/bin/python -m pytest -n 0 -q \
		tests/security/every_page/test_fuzz.py

clean: # Remove what can be made again; the database and mails in var/ stay
	rm -rf .venv .tools staticfiles var/coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
