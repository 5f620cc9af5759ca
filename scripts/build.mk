# Compiles Gatehouse into BUILD_DIR. Started by scripts/build, which holds the lock.
#   all     daemon, tools, nginx module        tests   unit_tests and e2e_tests, and bench, which they start
#   module  the nginx module alone         bench   gatehouse-bench
#   races   race_tests, for SANITIZE=thread      fuzzers  the program of `make fuzz`, for SANITIZE=fuzz

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.PHONY: all tests bench module races fuzzers

BUILD_DIR ?= $(CURDIR)/.build/release
# Relative to the checkout, as the compiler cache writes it into the lists of dependencies.
obj := $(patsubst $(CURDIR)/%,%,$(BUILD_DIR)/obj)
bin := $(BUILD_DIR)/bin

Q := $(if $(V),,@)
say = $(if $(V),,@echo "  $(1) $(2)")

# --- flags -----------------------------------------------------------------------------------------------------------

CXX := $(and $(shell command -v ccache),ccache) $(if $(filter fuzz,$(SANITIZE)),clang++-14,g++)
sanitizers := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# False alarms of gcc 12: strings assigned from literals (its bug 105651), and what the sanitizers have instrumented.
ifeq ($(SANITIZE),1)
flavour_flags := -O1 $(sanitizers) -Wno-maybe-uninitialized -Wno-mismatched-new-delete
else ifeq ($(SANITIZE),thread)
sanitizers := -fsanitize=thread
flavour_flags := -O1 $(sanitizers)
else ifeq ($(SANITIZE),fuzz)
# Warnings are gcc's matter.
flavour_flags := -O1 -fsanitize=fuzzer-no-link $(sanitizers) -w
else
flavour_flags := -O2 -fstack-protector-strong -D_FORTIFY_SOURCE=2
endif
# Without the checkout's own path the compiler cache serves every clone, and builds compare. A backtrace has functions
# and lines; all that a debugger could show besides would cost a third of the time to compile.
code_flags := -g1 -ffile-prefix-map=$(CURDIR)=. -Wall -Wextra -Werror -Wno-restrict -D_GLIBCXX_ASSERTIONS $(flavour_flags)
link_flags := $(if $(filter 1 thread fuzz,$(SANITIZE)),$(sanitizers))

CPPFLAGS := -Isrc -I. $(shell pkg-config --cflags-only-other spdlog tomlplusplus)
CXXFLAGS := -std=c++20 $(code_flags)
LDFLAGS := $(link_flags) -Wl,--as-needed -Wl,-z,relro -Wl,-z,now
LDLIBS := -lpq -lhiredis -lcurl -lspdlog -lfmt -ltomlplusplus -lsimdjson -lphonenumber -lsodium -lssl -lcrypto \
          -lcrypt

# --- sources ---------------------------------------------------------------------------------------------------------

objects = $(patsubst %.cpp,$(obj)/%.o,$(1))
mains := $(wildcard src/*/main.cpp)
library_objects := $(call objects,$(filter-out $(mains),$(wildcard src/*/*.cpp src/*/*/*.cpp)))
library := $(BUILD_DIR)/libgatehouse.a

fuzz_objects := $(call objects,$(wildcard test/fuzz/*_fuzzer.cpp))
support_objects := $(call objects,$(wildcard test/support/*.cpp))
e2e_objects := $(call objects,$(wildcard test/e2e/*.cpp)) $(support_objects)
pure_module := $(shell scripts/pure-module-sources)
bench_objects := $(call objects,$(filter-out %_test.cpp %/main.cpp,$(wildcard test/bench/*.cpp)) $(pure_module)) $(support_objects)
unit_objects := $(call objects,$(filter-out test/e2e/%,$(wildcard test/*/*_test.cpp))) $(fuzz_objects) $(bench_objects)
# What several threads or processes work on at once without locks, with nothing that is not made for this.
shared_sources := $(wildcard src/contract/*.cpp src/base/*.cpp src/json/*.cpp src/jose/*.cpp) $(pure_module)
race_objects := $(call objects,$(shared_sources) $(wildcard test/module/*_test.cpp) \
                  $(addprefix test/support/,process.cpp redis.cpp shell.cpp tokens.cpp))
fuzzer_objects := $(call objects,$(shared_sources) test/fuzz/libfuzzer.cpp \
                    $(addprefix src/accounts/,device_token.cpp refresh_token.cpp refusal.cpp secrets.cpp) \
                    $(addprefix src/http/,body.cpp errors.cpp message.cpp problem.cpp)) $(fuzz_objects)

# A file that holds $(2) and is touched only when that changes: who depends on it is made again then.
remember = $(shell mkdir -p $(BUILD_DIR) && { echo '$(2)' | cmp -s - $(1) || echo '$(2)' >$(1); })$(1)
flags := $(call remember,$(BUILD_DIR)/flags,$(CXX) $(CPPFLAGS) $(CXXFLAGS))
link_inputs := $(call remember,$(BUILD_DIR)/link-inputs,$(LDFLAGS) $(LDLIBS) $(library_objects) $(unit_objects) $(e2e_objects))

# --- rules -----------------------------------------------------------------------------------------------------------

daemon_program := gatehoused
ctl_program := gatehousectl
demo_program := gatehouse-demo-upstream

all: module $(foreach main,$(mains),$(bin)/$($(main:src/%/main.cpp=%)_program))
tests: $(bin)/unit_tests $(bin)/e2e_tests $(bin)/gatehouse-bench
races: $(bin)/race_tests
fuzzers: $(bin)/fuzzer
bench: $(bin)/gatehouse-bench

$(bin)/gatehoused: $(obj)/src/daemon/main.o
$(bin)/gatehousectl: $(obj)/src/ctl/main.o
$(bin)/gatehouse-demo-upstream: $(obj)/src/demo/main.o
$(bin)/unit_tests: $(unit_objects)
$(bin)/e2e_tests: $(e2e_objects)
$(bin)/gatehouse-bench: $(obj)/test/bench/main.o $(bench_objects)
$(bin)/unit_tests $(bin)/e2e_tests: LDLIBS := -lgmock -lgtest -lgtest_main $(LDLIBS)

$(bin)/%: $(library) $(link_inputs)
	$(call say,LINK  ,$(notdir $@))
	$(Q)mkdir -p $(@D)
	$(Q)$(CXX) $(LDFLAGS) $(filter %.o,$^) $(library) $(LDLIBS) -o $@

$(library): $(library_objects) $(link_inputs)
	$(call say,AR    ,$(notdir $@))
	$(Q)rm -f $@ && ar rcs $@ $(library_objects)

# Tests run once for each time they are compiled: half the time to compile counts more than theirs to run. The load
# of the benchmarks takes its time from what it measures.
ifneq ($(SANITIZE),1)
$(obj)/test/%.o: CXXFLAGS += -O0 -U_FORTIFY_SOURCE
$(obj)/test/bench/%.o: CXXFLAGS += -O2
endif

$(obj)/%.o: %.cpp $(flags)
	$(call say,CXX   ,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c $< -o $@

$(bin)/race_tests: $(race_objects)
	$(call say,LINK  ,$(notdir $@))
	$(Q)mkdir -p $(@D)
	$(Q)$(CXX) $(LDFLAGS) $^ -lgmock -lgtest -lgtest_main -lhiredis -lsimdjson -lsodium -lcrypto -lcurl -o $@

$(bin)/fuzzer: $(fuzzer_objects)
	$(call say,LINK  ,$(notdir $@))
	$(Q)mkdir -p $(@D)
	$(Q)$(CXX) $(LDFLAGS) -fsanitize=fuzzer $^ -lhiredis -lsimdjson -lsodium -lcrypto -lcurl -o $@

module:
	+$(Q)GATEHOUSE_CXXFLAGS='$(code_flags)' GATEHOUSE_LDFLAGS='$(link_flags)' BUILD_DIR='$(BUILD_DIR)' V='$(V)' \
	  scripts/build-module $(if $(NGINX_SRC),--src '$(NGINX_SRC)')

-include $(patsubst %.o,%.d,$(library_objects) $(unit_objects) $(e2e_objects) $(race_objects) $(fuzzer_objects) \
            $(call objects,$(mains) test/bench/main.cpp))
