# Peers that speak ONC RPC and RPCSEC_GSS by libtirpc; a part of the Makefile.
# SPDX-License-Identifier: BSD-2-Clause
#
# Built only where gsstest/deps found libtirpc, which is linked with MIT's GSS.

TIRPC = $(if $(TIRPC_LIBS),tirpc_server tirpc_client)
TIRPC_PEERS = $(TIRPC:%=$(BUILD)/obj/mit/%)

# BSD's types, which all of its headers use.
$(TIRPC:%=$(BUILD)/obj/mit/gsstest/tests/%.o): \
	FLAGS_mit += -D_DEFAULT_SOURCE $(TIRPC_CFLAGS)

$(TIRPC_PEERS): $(BUILD)/obj/mit/%: $(BUILD)/obj/mit/gsstest/tests/%.o \
		$(BUILD)/obj/mit/gsstest/address.o \
		$(BUILD)/obj/mit/libgssloop.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_mit) $(TIRPC_LIBS)
