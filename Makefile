# `make check` is what a change must pass; the longer ones stand below it.
BIN = .venv/bin
PYTEST_ARGS =

.PHONY: check lint types shell test docs bench fleet

check: lint types shell test

lint:
	$(BIN)/ruff check igaudit tests benchmarks scripts
	$(BIN)/ruff format --check igaudit tests benchmarks scripts

types:
	$(BIN)/mypy igaudit

shell:
	shellcheck -s sh collectors/runner.sh collectors/*/*.sh scripts/*.sh .ci/run

test:
	sh scripts/run_tests.sh $(BIN)/pytest -n 2 --dist loadfile $(PYTEST_ARGS)

# The pages that are made from the code and the content; a test holds them against it.
docs:
	$(BIN)/python -m scripts.make_docs

bench:
	$(BIN)/python benchmarks/run.py
