# remctl_kept: a client of remctl that keeps its connection, on lib/remctl and
# on libremctl; a part of the Makefile.
# SPDX-License-Identifier: BSD-2-Clause
#
# The latter is built only where gsstest/deps found libremctl, which is linked
# with MIT's GSS.

REMCTL_KEPT = $(BUILD)/obj/heimdal/remctl_kept \
	$(if $(REMCTL_LIBS),$(BUILD)/obj/mit/remctl_kept)

$(BUILD)/obj/heimdal/remctl_kept: \
		$(BUILD)/obj/heimdal/gsstest/remctl_kept.o \
		$(BUILD)/obj/heimdal/gsstest/remctl_kept_ours.o \
		$(BUILD)/obj/heimdal/gsstest/address.o \
		$(BUILD)/obj/heimdal/libgssloop.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_heimdal)
# lib/ has a remctl.h, too.
$(BUILD)/obj/mit/gsstest/remctl_kept_real.o: \
	FLAGS_mit := $(filter-out -Ilib,$(FLAGS_mit)) $(REMCTL_CFLAGS)
$(BUILD)/obj/mit/remctl_kept: \
		$(BUILD)/obj/mit/gsstest/remctl_kept.o \
		$(BUILD)/obj/mit/gsstest/remctl_kept_real.o
	$(CC) $(LDFLAGS) -o $@ $^ $(REMCTL_LIBS)

REMCTL_PEERS += $(REMCTL_KEPT)

# The bench compares gss-remctl with itself on MIT, too.
REMCTL_KEPT += $(if $(REMCTL_LIBS),$(BUILD)/obj/mit/gss-remctl-mit)
