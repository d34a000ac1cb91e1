# gss-remctld: a part of the Makefile.
# SPDX-License-Identifier: BSD-2-Clause

# Where it looks for its configuration, and what sudo= runs.
REMCTLD_CONF ?= /etc/remctl/remctl.conf
REMCTLD_SUDO ?= /usr/bin/sudo

# The configuration and its ACLs; they need libkrb5 for localgroup.
REMCTLD_CONFIG = acl acl_file acl_group acl_local acl_regex acl_scheme config \
	config_directory config_file config_line config_option config_pool \
	config_source
REMCTLD = account child command connection connections descriptors environment \
	listeners log main options process program resolver server session \
	standing $(REMCTLD_CONFIG) \
	$(if $(filter Linux,$(SYSTEM)),descriptors_linux,descriptors_bsd)

SAN_REMCTL = $(BUILD)/obj/san-heimdal

define REMCTLD_FLAVOUR
$$(BUILD)/obj/$(1)/tools/gss-remctld/%.o: CPPFLAGS += \
	-DREMCTLD_VERSION='"$$(VERSION)"' -DREMCTLD_SUDO='"$$(REMCTLD_SUDO)"' \
	-DREMCTLD_CONFIG='"$$(REMCTLD_CONF)"'
$$(BUILD)/obj/$(1)/tools/gss-remctld/gss-remctld: \
		$$(REMCTLD:%=$$(BUILD)/obj/$(1)/tools/gss-remctld/%.o) \
		$$(BUILD)/obj/$(1)/libgssloop.a
	$$(CC) $(2) $$(LDFLAGS) -o $$@ $$^ $$(LIBS_heimdal) -lkrb5 $$(EVENT_LIBS)
$$(BUILD)/obj/$(1)/remctl_peer: \
		$$(BUILD)/obj/$(1)/gsstest/tests/remctl_peer.o \
		$$(BUILD)/obj/$(1)/gsstest/address.o \
		$$(BUILD)/obj/$(1)/libgssloop.a
	$$(CC) $(2) $$(LDFLAGS) -o $$@ $$^ $$(LIBS_heimdal)
endef
$(eval $(call REMCTLD_FLAVOUR,heimdal,))
$(eval $(call REMCTLD_FLAVOUR,san-heimdal,$(SANITIZE)))

$(BUILD)/bin/gss-remctld: $(BUILD)/obj/heimdal/tools/gss-remctld/gss-remctld
	@mkdir -p $(@D)
	cp $< $@

.PHONY: install-remctld
all: $(BUILD)/bin/gss-remctld
install: install-remctld
install-remctld: $(BUILD)/bin/gss-remctld
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/share/man/man8
	$(INSTALL) -m 755 $(BUILD)/bin/gss-remctld $(DESTDIR)$(PREFIX)/sbin
	$(INSTALL) -m 644 doc/gss-remctld.8 $(DESTDIR)$(PREFIX)/share/man/man8

# The configuration alone, and what it says beside the real server's.
SUITES_remctl += $(SAN_REMCTL)/test_remctl_config
$(SAN_REMCTL)/test_remctl_config: \
		$(SAN_REMCTL)/gsstest/tests/test_remctl_config.o \
		$(SAN_REMCTL)/gsstest/tests/failing_malloc.o \
		$(SAN_REMCTL)/gsstest/tests/suite.o \
		$(REMCTLD_CONFIG:%=$(SAN_REMCTL)/tools/gss-remctld/%.o) \
		$(SAN_REMCTL)/libgssloop.a
	$(CC) $(SANITIZE) $(LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=free \
	    -o $@ $^ $(LIBS_heimdal) -lkrb5 $(CHECK_LIBS)
$(SAN_REMCTL)/remctl_config_probe: \
		$(SAN_REMCTL)/gsstest/tests/remctl_config_probe.o \
		$(REMCTLD_CONFIG:%=$(SAN_REMCTL)/tools/gss-remctld/%.o) \
		$(SAN_REMCTL)/libgssloop.a
	$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(LIBS_heimdal) -lkrb5

# What the tests of gss-remctld need beside it.
REMCTL_PEERS += $(SAN_REMCTL)/tools/gss-remctld/gss-remctld \
	$(BUILD)/obj/heimdal/remctl_peer $(SAN_REMCTL)/remctl_config_probe \
	$(BUILD)/obj/heimdal/remctl_names.so
$(BUILD)/obj/heimdal/remctl_names.so: gsstest/tests/remctl_names.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARNINGS) $(CFLAGS) -D_GNU_SOURCE -fPIC -shared \
	    $(LDFLAGS) -o $@ $<
