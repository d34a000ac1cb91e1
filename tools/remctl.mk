# remctl's client and server.
# SPDX-License-Identifier: BSD-2-Clause

# --- gss-remctl; the one for MIT is a peer of the tests, and not installed.
REMCTL = complaint connection context exchange main options output

define REMCTL_FLAVOUR
$$(BUILD)/obj/$(1)/tools/gss-remctl/main.o: CPPFLAGS += \
	-DGJ_VERSION='"$$(VERSION)"'
$$(BUILD)/obj/$(1)/tools/gss-remctl/gss-remctl: \
		$$(REMCTL:%=$$(BUILD)/obj/$(1)/tools/gss-remctl/%.o) \
		$$(BUILD)/obj/$(1)/libgssloop.a
	$$(CC) $(3) $$(LDFLAGS) -o $$@ $$^ $$(LIBS_$(2))
$$(BUILD)/obj/$(1)/remctl_rogue: \
		$$(BUILD)/obj/$(1)/gsstest/tests/remctl_rogue.o \
		$$(BUILD)/obj/$(1)/gsstest/address.o \
		$$(BUILD)/obj/$(1)/libgssloop.a
	$$(CC) $(3) $$(LDFLAGS) -o $$@ $$^ $$(LIBS_$(2))
endef
$(foreach library,$(LIBRARIES),$(eval $(call REMCTL_FLAVOUR,$(library),$(library),)))
$(foreach library,$(LIBRARIES),$(eval $(call REMCTL_FLAVOUR,san-$(library),$(library),$(SANITIZE))))

$(BUILD)/bin/gss-remctl: $(BUILD)/obj/heimdal/tools/gss-remctl/gss-remctl
$(BUILD)/obj/mit/gss-remctl-mit: $(BUILD)/obj/mit/tools/gss-remctl/gss-remctl
$(BUILD)/bin/gss-remctl $(BUILD)/obj/mit/gss-remctl-mit:
	@mkdir -p $(@D)
	cp $< $@

.PHONY: install-remctl
all: $(BUILD)/bin/gss-remctl
install: install-remctl
install-remctl: $(BUILD)/bin/gss-remctl
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1
	$(INSTALL) -m 755 $(BUILD)/bin/gss-remctl $(DESTDIR)$(PREFIX)/bin
	$(INSTALL) -m 644 doc/gss-remctl.1 $(DESTDIR)$(PREFIX)/share/man/man1

# What the tests of gss-remctl need beside it.
REMCTL_PEERS += $(foreach library,$(LIBRARIES),\
	$(BUILD)/obj/san-$(library)/tools/gss-remctl/gss-remctl) \
	$(BUILD)/obj/heimdal/remctl_rogue \
	$(if $(filter mit,$(LIBRARIES)),$(BUILD)/obj/mit/gss-remctl-mit)

include tools/remctld.mk
