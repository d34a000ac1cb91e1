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
# Those of the module's two roles, over the tests' scripted mechglue.
FUZZ_PARTY = negoex_acceptor negoex_initiator
FUZZ = $(FUZZ_CODEC) $(FUZZ_PARTY)

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

# What a party is made of; names without a folder are the codecs'.
PARTY = gsstest/fuzz/negoex_party.c gsstest/tests/scripted_mechglue.c \
	$(patsubst %,mech/%.c,$(filter-out mechglue,$(MODULE_negoex))) \
	$(patsubst %,lib/%.c,$(FUZZ_LIB) buffer compat gss oid text)
PARTY_FLAGS = -D_GNU_SOURCE $(GSS_heimdal) -Imech -Imech/negoex \
	-Igsstest/tests
PARTY_LIBS = $(filter -L%,$(LIBS_heimdal)) $(LIBS_negoex) -lpthread
PARTY_HEADERS = $(wildcard lib/*.h mech/*.h mech/negoex/*.h \
	gsstest/tests/*.h gsstest/fuzz/*.h)

$(FUZZ_PARTY:%=$(BUILD)/fuzz/fuzz_%): $(BUILD)/fuzz/fuzz_%: \
		gsstest/fuzz/fuzz_%.c $(PARTY) $(PARTY_HEADERS) \
		gsstest/fuzz/fuzz.mk
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) $(PARTY_FLAGS) -o $@ $(filter %.c,$^) \
	    $(PARTY_LIBS)

$(BUILD)/fuzz/seeds/.party: gsstest/fuzz/negoex_party_seeds.c $(PARTY) \
		$(PARTY_HEADERS)
	@mkdir -p $(FUZZ_PARTY:%=$(@D)/%)
	$(CC) -std=c11 $(WARNINGS) $(CFLAGS) $(SYSTEM_CPPFLAGS) -Ilib \
	    $(PARTY_FLAGS) -o $(@D)/party $(filter %.c,$^) $(PARTY_LIBS)
	for role in acceptor initiator; do \
		$(@D)/party $$role $(@D)/negoex_$$role || exit; done
	@touch $@

fuzz: $(FUZZ_PARTY:%=$(BUILD)/fuzz/fuzz_%) $(BUILD)/fuzz/seeds/.party
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
