# What a person needs: make run opens the till, make test checks everything.
# Only git and make must be there already; the rest is fetched by locked version and hash.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

VENV := .venv
BIN := $(VENV)/bin
RUNNING := $(VENV)/.runtime.stamp
CHECKING := $(VENV)/.development.stamp
READING := $(VENV)/.readers.stamp
PIP := $(BIN)/python -m pip --quiet install
# --no-build-isolation: the build backend comes from the lock, too.
PROJECT := --no-deps --no-build-isolation --editable .

# Shell: print the first Python that is new enough, or fail.
find_python = for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then echo "$$python"; exit 0; fi; done; exit 1

# Shell function: debian PACKAGE... installs Debian packages, or names them to whoever may.
define debian
debian() { \
  local sudo=; [ "$$(id -u)" = 0 ] || sudo='sudo -n'; \
  if command -v apt-get >/dev/null && $$sudo true 2>/dev/null; then \
    echo "安装系统软件包 · Installing system packages: $$*"; \
    local apt="$$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300"; \
    if { $$apt update || true; } && $$apt install -y --no-install-recommends "$$@" >/dev/null </dev/null; \
    then return 0; fi; \
  fi; \
  { echo "缺少系统软件包：$$*。请先安装（需要管理员权限），然后重试："; \
    echo "These system packages are missing: $$*. Install them (this needs an administrator) and try again:"; \
    echo "    sudo apt-get install $$*"; } >&2; \
  return 1; \
}
endef

.PHONY: help setup run readers test lint quick slow tools bench lock clean

help:
	@echo 'make run      打开收银台 · open the till'
	@echo 'make readers  安装 PC/SC 读卡器所需 · install what a PC/SC card reader needs'
	@echo 'make test     全部检查与测试 · every check and test'
	@echo 'make setup    安装到 $(VENV) · install into $(VENV)'
	@echo 'make lint     格式、类型与层次 · format, types and layers'
	@echo 'make bench    测速，写入 build/bench.json · measure speed into build/bench.json'
	@echo 'make lock     重新锁定依赖 · lock the requirements anew'
	@echo 'make clean    删除生成的文件 · delete what was generated'

setup: $(RUNNING)

run: $(RUNNING)
	@exec $(BIN)/kiosk $(ARGS)

# pyscard comes as source: only who has a PC/SC reader needs a compiler.
readers: $(READING)

test: export LC_ALL := C.UTF-8
test: $(CHECKING)
	@$(MAKE) lint
	@$(MAKE) tools
	@$(MAKE) quick
	@$(MAKE) slow

lint: $(CHECKING)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

quick: export LC_ALL := C.UTF-8
quick: $(CHECKING)
	$(BIN)/pytest -q -n auto --dist worksteal -m 'not slow' $(ARGS)

slow: export LC_ALL := C.UTF-8
slow: $(CHECKING)
	$(BIN)/pytest -q -n auto --dist worksteal -m slow --timeout 1800 --durations 10 $(ARGS)

# The auditors' programs that read our exports, a terminal to drive, a Chinese font to draw with,
# and a card reader that is none (vpcd).
tools: readers
	@$(debian); missing=(); \
	for program in hledger ledger sqlite3 tmux; do \
	  command -v "$$program" >/dev/null || missing+=("$$program"); done; \
	compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK-*' >/dev/null || missing+=(fonts-noto-cjk); \
	compgen -G '/usr/lib/pcsc/drivers/serial/libifdvpcd.so*' >/dev/null || missing+=(vsmartcard-vpcd); \
	[ $${#missing[@]} = 0 ] || debian "$${missing[@]}"

bench: export LC_ALL := C.UTF-8
bench: $(CHECKING)
	$(BIN)/python -m tests.benchmarks $(ARGS)

lock: $(CHECKING)
	$(PIP) uv
	$(call compile,pyproject.toml --group build,requirements.lock)
	$(call compile,pyproject.toml --group dev,requirements-dev.lock)
	$(call compile,--group pyproject.toml:pcsc,requirements-pcsc.lock)

compile = $(BIN)/uv pip compile $(1) --universal --python-version 3.11 --generate-hashes \
	--no-header --quiet --upgrade --output-file $(2)

clean:
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@$(debian); \
	python=$$($(find_python)) || { \
	  command -v python3 >/dev/null || debian python3 python3-venv; \
	  python=$$($(find_python)) || { \
	    echo '需要 Python 3.11 或更新版本；可用 make PYTHON=路径 指定。' >&2; \
	    echo 'Python 3.11 or newer is needed; make PYTHON=path names one.' >&2; exit 1; }; }; \
	"$$python" -c 'import ensurepip, venv' 2>/dev/null || debian "$$(basename "$$python")-venv"; \
	echo "建立 $(VENV) · Making $(VENV)"; \
	"$$python" -m venv --clear $(VENV)

$(RUNNING): requirements.lock pyproject.toml | $(BIN)/python
	@echo '安装运行所需 · Installing what the till needs'
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) $(PROJECT)
	@touch $@

$(CHECKING): requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo '安装检查所需 · Installing what the checks need'
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(PIP) $(PROJECT)
	@touch $@ $(RUNNING)

$(READING): requirements-pcsc.lock | $(RUNNING)
	@$(debian); missing=(); \
	[ -x /usr/sbin/pcscd ] || missing+=(pcscd); \
	[ -e /usr/include/PCSC/winscard.h ] || missing+=(libpcsclite-dev); \
	for program in gcc pkg-config swig; do \
	  command -v "$$program" >/dev/null || missing+=("$$program"); done; \
	[ -e /usr/include/stdio.h ] || missing+=(libc6-dev); \
	$(BIN)/python -c 'import os, sys, sysconfig as s; \
	  sys.exit(not os.path.exists(s.get_path("include") + "/Python.h"))' || missing+=(python3-dev); \
	[ $${#missing[@]} = 0 ] || debian "$${missing[@]}"
	@echo '安装读卡器所需 · Installing what a card reader needs'
	@$(PIP) --require-hashes --no-build-isolation -r requirements-pcsc.lock
	@touch $@
