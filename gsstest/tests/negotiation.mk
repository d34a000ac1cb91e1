# Suites of the NEGOEX module over a scripted mechglue; a part of the Makefile.
# SPDX-License-Identifier: BSD-2-Clause

NEGOTIATION = test_negotiation test_negoex_border test_negoex_refusal \
	test_negoex_fields test_negoex_mutation
# What they share.
NEGOTIATION_WITH = negoex_talk scripted_mechglue

SAN_NEGOEX = $(BUILD)/obj/san-heimdal
SUITES_negotiation = $(NEGOTIATION:%=$(SAN_NEGOEX)/%)
NEGOTIATION_OBJECTS = $(NEGOTIATION_WITH:%=$(SAN_NEGOEX)/gsstest/tests/%.o) \
	$(patsubst %,$(SAN_NEGOEX)/mech/%.o,$(filter-out mechglue,$(MODULE_negoex)))

$(patsubst %,$(SAN_NEGOEX)/gsstest/tests/%.o,$(NEGOTIATION) $(NEGOTIATION_WITH)): \
	FLAGS_san-heimdal += -Imech -Imech/negoex

$(SUITES_negotiation): $(SAN_NEGOEX)/%: $(SAN_NEGOEX)/gsstest/tests/%.o \
		$(NEGOTIATION_OBJECTS) \
		$(SAN_NEGOEX)/gsstest/tests/failing_malloc.o \
		$(SAN_NEGOEX)/gsstest/tests/suite.o $(SAN_NEGOEX)/libgssloop.a
	$(CC) $(SANITIZE) $(LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=free \
	    -o $@ $^ $(filter -L%,$(LIBS_heimdal)) $(LIBS_negoex) \
	    $(CHECK_LIBS) -lpthread
