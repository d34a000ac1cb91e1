# gss-ntlmssp, a mechanism module for MIT; a part of the Makefile.
# SPDX-License-Identifier: BSD-2-Clause
#
# NTLMSSP= names gssntlmssp.so where the system has it; else it is fetched, for
# the tests alone.  Where it cannot be had there is no file of it afterwards, but
# the reason, and the next make tries again.

NTLMSSP ?= $(firstword $(wildcard /usr/lib/*/gssntlmssp/gssntlmssp.so \
	/usr/lib*/gssntlmssp/gssntlmssp.so \
	/usr/local/lib/gssntlmssp/gssntlmssp.so))
NTLMSSP_HOME = $(BUILD)/ntlmssp
ifneq ($(filter mit,$(LIBRARIES)),)
NTLMSSP_PEERS = $(NTLMSSP_HOME)/gssntlmssp.so $(BUILD)/obj/mit/nns_probe
endif

# Another NTLMSSP also makes it old.
ifneq ($(strip $(shell cat $(NTLMSSP_HOME)/wanted 2>/dev/null)),$(strip \
	$(NTLMSSP)))
$(NTLMSSP_HOME)/gssntlmssp.so: FORCE
endif
# The packages' files have the packages' dates.
$(NTLMSSP_HOME)/gssntlmssp.so: gsstest/tests/ntlmssp
	@NTLMSSP='$(NTLMSSP)' gsstest/tests/ntlmssp $(@D)
	@echo '$(NTLMSSP)' >$(@D)/wanted
	@[ ! -f $@ ] || touch -h $@

$(BUILD)/obj/mit/nns_probe: $(BUILD)/obj/mit/gsstest/tests/nns_probe.o \
		$(BUILD)/obj/mit/gsstest/tests/tap.o \
		$(BUILD)/obj/mit/libgssloop.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_mit)
