# The fuzzers (libFuzzer, so clang): `make fuzz` runs each for FUZZ_SECONDS.
# SPDX-License-Identifier: BSD-2-Clause
#
# A fuzzer is a name in FUZZ, a program $(BUILD)/fuzz/fuzz_NAME, and seeds in
# $(BUILD)/fuzz/seeds/NAME; what it finds is kept in $(BUILD)/fuzz/found, and
# what it learned in $(BUILD)/fuzz/corpus/NAME, for the next run.

FUZZ_SECONDS ?= 30
FUZZ_CC ?= clang
FUZZ_FLAGS = -std=c11 $(WARNINGS) -O1 -g $(SYSTEM_CPPFLAGS) -Ilib \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all

# Those that need the codecs alone.
FUZZ_CODEC = negoex spnego
FUZZ = $(FUZZ_CODEC)

FUZZ_LIB = negoex_order reader wire_der wire_initial wire_negoex wire_spnego \
	writer

$(FUZZ_CODEC:%=$(BUILD)/fuzz/fuzz_%): $(BUILD)/fuzz/fuzz_%: \
		gsstest/fuzz/fuzz_%.c $(FUZZ_LIB:%=lib/%.c) \
		$(wildcard lib/*.h) gsstest/fuzz/fuzz.mk
	@mkdir -p $(@D)
	@command -v $(FUZZ_CC) >/dev/null || { echo \
	    "make fuzz needs clang with libFuzzer; FUZZ_CC= names it" >&2; exit 1; }
	$(FUZZ_CC) $(FUZZ_FLAGS) -o $@ $(filter %.c,$^)

$(BUILD)/fuzz/seeds/.made: gsstest/fuzz/seeds.c $(wildcard gsstest/tests/*.h)
	@mkdir -p $(FUZZ_CODEC:%=$(@D)/%)
	$(CC) -std=c11 $(WARNINGS) $(CFLAGS) -Ilib -Igsstest/tests \
	    -o $(@D)/make gsstest/fuzz/seeds.c
	for name in $(FUZZ_CODEC); do $(@D)/make $$name $(@D)/$$name || exit; done
	@touch $@

fuzz: $(FUZZ:%=$(BUILD)/fuzz/fuzz_%) $(BUILD)/fuzz/seeds/.made
	@mkdir -p $(BUILD)/fuzz/found $(FUZZ:%=$(BUILD)/fuzz/corpus/%)
	@for name in $(FUZZ); do \
		echo "fuzz_$$name: $(FUZZ_SECONDS) s"; \
		$(BUILD)/fuzz/fuzz_$$name -max_total_time=$(FUZZ_SECONDS) \
		    -artifact_prefix=$(BUILD)/fuzz/found/$$name- \
		    -print_final_stats=1 -verbosity=0 \
		    $(BUILD)/fuzz/corpus/$$name \
		    $$(test -d $(BUILD)/fuzz/seeds/$$name && \
			echo $(BUILD)/fuzz/seeds/$$name) || exit; \
	done
