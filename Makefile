# The doors of Gatehouse; `make help` lists them. How things are compiled: scripts/build.mk.

SHELL := /bin/bash
.DEFAULT_GOAL := build

SANITIZE ?=
FILTER ?= *
NGINX_SRC ?=
RUN_DIR ?= .run
RUNS ?= 5
SECONDS ?= 2
# PORT= has its default in scripts/stack, which must tell a chosen port from an assumed one.

flavour := $(if $(filter 1,$(SANITIZE)),sanitize,release)
BUILD_DIR := $(CURDIR)/.build/$(flavour)
TIME ?= 600
export SANITIZE FILTER RUN_DIR BUILD_DIR

.PHONY: build module run stop clean-run status test races fuzz soak bench bench-daemon lint format bootstrap clean help

build:  ## compile the daemon, the tools and the nginx module (V=1 shows the commands)
	@scripts/bootstrap --check build
	+@scripts/build all

module:  ## the nginx module alone; NGINX_SRC=dir builds it for that nginx source tree
	@scripts/bootstrap --check build
	+@scripts/build module NGINX_SRC="$(NGINX_SRC)"

run: bootstrap  ## build and run all in the foreground (PORT=8080 RUN_DIR=.run; DETACH=1 returns once all is up)
	+@scripts/build all
	@scripts/run

stop:  ## stop what `make run` started
	@scripts/stack down

clean-run: stop  ## stop it and forget its data
	@scripts/stack forget

status:  ## which parts run
	@scripts/stack status

test:  ## all tests and checks (FILTER=pattern selects; SANITIZE=1 runs them under ASan and UBSan)
	@scripts/bootstrap build run test
	+@scripts/build all tests
	@scripts/test

races:  ## the tests of what workers share, under the thread sanitizer
	@scripts/bootstrap build run test
	+@scripts/build races SANITIZE=thread BUILD_DIR=$(CURDIR)/.build/thread
	@FILTER='$(FILTER)' scripts/races

fuzz:  ## feed invented input to every reader of foreign bytes (TIME=600 seconds in all; FILTER=harness)
	@scripts/bootstrap build run test fuzz
	+@scripts/build fuzzers SANITIZE=fuzz BUILD_DIR=$(CURDIR)/.build/fuzz
	@TIME='$(TIME)' FILTER='$(FILTER)' scripts/fuzz

soak:  ## accidents and all else again and again (TIME=600 seconds)
	@scripts/bootstrap build run test
	+@scripts/build all tests
	@TIME='$(TIME)' scripts/soak

bench:  ## measure the gate against its targets (RUNS=5 medians of SECONDS=2 each; best on a quiet machine)
	@scripts/bootstrap build run bench
	+@scripts/build all bench
	@scripts/bench/run gate --runs "$(RUNS)" --seconds "$(SECONDS)"

bench-daemon:  ## the same for the daemon
	@scripts/bootstrap build run bench
	+@scripts/build all bench
	@scripts/bench/run daemon --runs "$(RUNS)" --seconds "$(SECONDS)"

lint:  ## clang-tidy over our code
	@scripts/bootstrap build run test lint
	+@scripts/build module
	@scripts/lint

format:  ## format the code in place
	@scripts/bootstrap test
	@scripts/check-format --fix

bootstrap:  ## install the Debian packages that are missing
	@scripts/bootstrap build run

clean:  ## remove the build tree (a running system keeps running)
	rm -rf .build

help:  ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20
