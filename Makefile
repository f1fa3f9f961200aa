# 微科普. Reads as the manual: each line below is a thing to do.
#
#   make demo      try everything: a local WeChat, the bot and the scheduler on sample articles   (KEEP=1, HOST=0.0.0.0)
#   make test      run the tests
#   make check     style, types, architecture, settings
#   make faults    every fault at every step of a push on every route, counted (long)
#   make bench     what a message costs beside an echo bot, and how search bears 300,000 articles (ARGS="--passages FOLDER"; long)
#   make evaluate  how well questions are answered, beside plain FTS5; fails below its floors (ARGS="--sets FOLDER --misses")
#   make content-check  hold the sample articles against their standard, and list what a person must judge (ARGS=--numbers)
#   make covers    draw the covers of all sample articles on one sheet, covers.png
#   make pictures  take the README's pictures from the running demo
#   make env       write .env with fresh secrets, for a real account
#   make serve     run the webhook, the desk and the reading pages
#   make schedule  run the scheduler
#   make migrate   make or update the ledger
#   make lock      pin the newest versions that pyproject.toml allows

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: help demo test check faults bench evaluate content-check covers pictures env serve schedule migrate lock tools

help:
	@sed -n '3,16s/^# *//p' Makefile

demo: $(VENV)/.run
	@$(BIN)/python -m bot demo $(if $(KEEP),--keep) $(if $(HOST),--host $(HOST))

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest tests/test_config.py tests/test_house.py

faults: $(VENV)/.dev
	@$(BIN)/python -m tests.faults

bench: $(VENV)/.dev
	@$(BIN)/python -m tests.bench $(ARGS)
	@$(BIN)/python -m tests.bench.archive

evaluate: $(VENV)/.dev
	@$(BIN)/python -m tools.evaluate $(ARGS)

content-check: $(VENV)/.dev
	@$(BIN)/python -m tools.content_check $(ARGS)

covers: $(VENV)/.dev
	@$(BIN)/python -m tools.contact_sheet $(or $(ARGS),covers.png)

pictures: $(VENV)/.dev
	@$(BIN)/python -m tests.browser.pictures $(ARGS)

env: tools
	@$(PYTHON) tools/make_env.py

serve: $(VENV)/.run
	@$(BIN)/python -m bot serve

schedule: $(VENV)/.run
	@$(BIN)/python scheduler.py

migrate: $(VENV)/.run
	@$(BIN)/python -m bot migrate

lock: $(VENV)/.dev
	@$(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--upgrade pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--upgrade pyproject.toml --group dev -o requirements-dev.lock

# What a fresh machine may lack, each with the one line that helps.
tools:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "缺少 Python。请运行：sudo apt install python3 python3-venv git"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 需要 3.11 或更新，现在是 $$($(PYTHON) -V)。可以用 make PYTHON=/路径/python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "缺少 venv 模块。请运行：sudo apt install python3-venv"; exit 1; }
	@command -v git >/dev/null 2>&1 || { echo "缺少 git。请运行：sudo apt install git"; exit 1; }

$(BIN)/python: | tools
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock | $(BIN)/python
	@echo "正在安装运行所需的软件包（只在第一次）……"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(BIN)/python
	@echo "正在安装测试所需的软件包（只在第一次）……"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@ $(VENV)/.run
