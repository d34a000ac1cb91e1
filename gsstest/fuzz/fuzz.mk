# The fuzzers (libFuzzer, so clang): `make fuzz` runs each for FUZZ_SECONDS.
# SPDX-License-Identifier: BSD-2-Clause
#
# A fuzzer is a name in FUZZ, a program $(BUILD)/fuzz/fuzz_NAME, and seeds in
# $(BUILD)/fuzz/seeds/NAME; what it finds is kept in $(BUILD)/fuzz/found, and
# what it learned in $(BUILD)/fuzz/corpus/NAME, for the next run.

FUZZ_SECONDS ?= 30
FUZZ_CC ?= clang
FUZZ_FLAGS = -O1 -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all

# Those that need the codecs alone.
FUZZ_CODEC = ccm frames negoex remctl rpc spnego
# Those of the module's two roles, over the tests' scripted mechglue.
FUZZ_PARTY = negoex_acceptor negoex_initiator
# And the channels, over the tests' scripted GSS library.
FUZZ = $(FUZZ_CODEC) $(FUZZ_PARTY) channel

# A flavour of its own, of another compiler.
FUZZ_OBJ = $(BUILD)/obj/fuzz
$(eval $(call FLAVOUR,fuzz,heimdal,$(FUZZ_FLAGS)))
FUZZ_CLANG = $(if $(shell command -v $(FUZZ_CC) 2>/dev/null),$(FUZZ_CC),\
	$(error make fuzz needs clang with libFuzzer; FUZZ_CC= names it))
$(FUZZ_OBJ)/%.o: CC = $(FUZZ_CLANG)
$(FUZZ_OBJ)/gsstest/%.o: FLAGS_fuzz += -Igsstest/tests -Imech -Imech/negoex
$(FUZZ_OBJ)/mech/%.o: FLAGS_fuzz += $(MODULE_CPPFLAGS) -Imech
FUZZ_LINK = $(FUZZ_CLANG) $(FUZZ_FLAGS) $(LDFLAGS)

FUZZ_COMMON = $(FUZZ_OBJ)/gsstest/fuzz/claims.o \
	$(FUZZ_OBJ)/gsstest/tests/views.o $(FUZZ_OBJ)/libgssloop.a
PARTY = $(FUZZ_OBJ)/gsstest/fuzz/negoex_party.o \
	$(FUZZ_OBJ)/gsstest/tests/scripted_mechglue.o \
	$(patsubst %,$(FUZZ_OBJ)/mech/%.o,\
	$(filter-out mechglue,$(MODULE_negoex))) $(FUZZ_OBJ)/libgssloop.a
PARTY_LIBS = $(filter -L%,$(LIBS_heimdal)) $(LIBS_negoex) -lpthread
CHANNEL = $(FUZZ_OBJ)/gsstest/fuzz/channel_party.o \
	$(FUZZ_OBJ)/gsstest/tests/scripted_gss.o $(FUZZ_COMMON)

$(FUZZ_CODEC:%=$(BUILD)/fuzz/fuzz_%): $(FUZZ_COMMON)
$(FUZZ_PARTY:%=$(BUILD)/fuzz/fuzz_%): $(PARTY)
$(FUZZ_PARTY:%=$(BUILD)/fuzz/fuzz_%): FUZZ_LIBS = $(PARTY_LIBS)
$(BUILD)/fuzz/fuzz_channel: $(CHANNEL)
$(FUZZ:%=$(BUILD)/fuzz/fuzz_%): $(BUILD)/fuzz/fuzz_%: \
		$(FUZZ_OBJ)/gsstest/fuzz/fuzz_%.o
	@mkdir -p $(@D)
	$(FUZZ_LINK) -fsanitize=fuzzer -o $@ $^ $(FUZZ_LIBS)

# What makes the seeds: the tests' octets, or two sides that talk.
$(BUILD)/fuzz/make_codec: $(FUZZ_OBJ)/gsstest/fuzz/seeds.o
$(BUILD)/fuzz/make_party: $(FUZZ_OBJ)/gsstest/fuzz/negoex_party_seeds.o $(PARTY)
$(BUILD)/fuzz/make_party: FUZZ_LIBS = $(PARTY_LIBS)
$(BUILD)/fuzz/make_channel: $(FUZZ_OBJ)/gsstest/fuzz/channel_seeds.o $(CHANNEL)
$(patsubst %,$(BUILD)/fuzz/make_%,codec party channel):
	@mkdir -p $(@D)
	$(FUZZ_LINK) -o $@ $^ $(FUZZ_LIBS)

$(BUILD)/fuzz/seeds/.made: $(BUILD)/fuzz/make_codec $(BUILD)/fuzz/make_party \
		$(BUILD)/fuzz/make_channel
	@mkdir -p $(FUZZ:%=$(@D)/%)
	for name in $(FUZZ_CODEC); do \
		$(BUILD)/fuzz/make_codec $$name $(@D)/$$name || exit; done
	for role in acceptor initiator; do \
		$(BUILD)/fuzz/make_party $$role $(@D)/negoex_$$role || exit; done
	$(BUILD)/fuzz/make_channel $(@D)/channel
	@touch $@

fuzz: $(FUZZ:%=$(BUILD)/fuzz/fuzz_%) $(BUILD)/fuzz/seeds/.made
	@mkdir -p $(BUILD)/fuzz/found $(FUZZ:%=$(BUILD)/fuzz/corpus/%)
	@for name in $(FUZZ); do \
		echo "fuzz_$$name: $(FUZZ_SECONDS) s"; \
		$(BUILD)/fuzz/fuzz_$$name -max_total_time=$(FUZZ_SECONDS) \
		    -artifact_prefix=$(BUILD)/fuzz/found/$$name- \
		    -print_final_stats=1 -verbosity=0 \
		    $(BUILD)/fuzz/corpus/$$name $(BUILD)/fuzz/seeds/$$name || \
			exit; \
	done
