# Everything a machine needs to work on Trefoil: any Python 3, and make. Each target sets up what it needs first.
# The work is done by the scripts in bin/, which say why; this file only names them.

.DEFAULT_GOAL := help
.PHONY: help run serve test quick check format lock bench-import bench-similar bench-suggestions bench-trends bench-pages bench-quick bench-http bench-mails bench-kill bench-groups bench-cohort clean

help: ## Say what there is (make alone does this)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

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

format: ## Put code and templates into the house's form
	@bin/setup dev
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format .
	@find templates -name '*.html' -exec .venv/bin/djade {} +

lock: ## Write the hashed lock files anew (UPGRADE=1 takes newer versions)
	@bin/lock

serve: ## Serve as in production with gunicorn; reads .env, see docs/deploying.md
	@bin/serve

bench-import: ## Import 10,000 people and 200 tracking sheets and say how long it took (at most 60 s and 500 MB)
	@bin/setup dev
	@.venv/bin/python -m benchmarks.imports

bench-similar: ## Measure how well like questions are found (QUESTIONS=….csv NEGATIVES=….csv; docs/similar-questions.md)
	@if [ -z "$(QUESTIONS)" ] || [ -z "$(NEGATIVES)" ]; then \
		echo "Say which files: make bench-similar QUESTIONS=questions.csv NEGATIVES=hard_negatives.csv"; \
		echo "Their columns: id,course,module,question,group and id_a,id_b,course (docs/similar-questions.md)."; \
		exit 2; fi
	@bin/setup dev
	@.venv/bin/python -m benchmarks.likeness "$(QUESTIONS)" "$(NEGATIVES)"

bench-suggestions: ## Offer similar questions among 100,000 on both databases and place 5,000 in topics (at most 60 ms and 30 s of CPU)
	@bin/setup dev
	@.venv/bin/python -m benchmarks.similar
	@.venv/bin/python bin/postgres.py .venv/bin/python -m benchmarks.similar || [ $$? -eq 69 ]

bench-trends: ## Look at the trends of a million asks, a tenth of it on SQLite, and say how long it takes (at most 300 ms)
	@bin/setup dev
	@SCALE=$${SCALE:-0.1} .venv/bin/python -m benchmarks.trends
	@SCALE=$${SCALE:-1} .venv/bin/python bin/postgres.py .venv/bin/python -m benchmarks.trends || [ $$? -eq 69 ]

bench-pages: ## Measure what pages cost at 30, 3,000 and 30,000 learners on both databases (docs/performance.md)
	@bin/setup dev
	@.venv/bin/python -m benchmarks.pages

bench-http: ## Ask for a mentor's dashboard over HTTP on both databases, with one connection and with eight
	@bin/setup dev
	@.venv/bin/python -m benchmarks.over_http
	@.venv/bin/python bin/postgres.py .venv/bin/python -m benchmarks.over_http || [ $$? -eq 69 ]

bench-mails: ## Make and send the Monday digests of 10,000 people (at most 5 minutes, in flat memory)
	@bin/setup dev
	@rm -f var/digests.sqlite3
	@DEBUG=1 DATABASE_URL=sqlite:///$(CURDIR)/var/digests.sqlite3 .venv/bin/python manage.py migrate -v 0
	@DATABASE_URL=sqlite:///$(CURDIR)/var/digests.sqlite3 .venv/bin/python -m benchmarks.digests --learners 30000

bench-kill: ## Kill the worker, the web server and PostgreSQL amid 2,000 events: is each told once? (half an hour)
	@bin/setup dev
	@.venv/bin/python -m benchmarks.killed
	@.venv/bin/python bin/postgres.py .venv/bin/python -m benchmarks.killed || [ $$? -eq 69 ]

bench-groups: ## Form groups of 30, 300 and 3,000 people: how good, how long (at most 10 s; docs/forming-groups.md)
	@bin/setup dev
	@.venv/bin/python -m benchmarks.groups

bench-cohort: ## Ask for the pages of running a cohort of 3,000 students in 1,000 groups with 40 milestones (at most 300 ms)
	@bin/setup dev
	@DJANGO_SETTINGS_MODULE=config.test_settings .venv/bin/python bin/postgres.py .venv/bin/python -m benchmarks.cohort

bench-quick: ## Measure 30 and 3,000 learners on SQLite, and fail if a page costs much more than it did (2 minutes)
	@bin/setup dev
	@.venv/bin/python -m benchmarks.pages --quick

clean: ## Remove what can be made again; the database and mails in var/ stay
	rm -rf .venv .tools staticfiles var/coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
