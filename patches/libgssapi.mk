# How patches/build compiles libgssapi, in its WORK directory.  GNU Make.
# SPDX-License-Identifier: BSD-2-Clause

CFLAGS ?= -O2 -g
# Heimdal's code has warnings enough, and they are not ours; a function without
# a prototype would be one that config.h should have brought.
HEIMDAL_WARNINGS ?= -Wno-all -Werror=implicit-function-declaration

S = source/lib/gssapi
G = generated
O = obj

PARTS = mech spnego ntlm krb5
sources_of = $(filter-out $S/$(1)/test_%,$(wildcard $S/$(1)/*.c))
SOURCES = $(foreach part,$(PARTS),$(call sources_of,$(part)))
GENERATED = asn1_spnego_asn1 asn1_gssapi_asn1 gkrb5_err
OBJECTS = $(SOURCES:$S/%.c=$O/%.o) $(GENERATED:%=$O/generated/%.o)

# Where Heimdal's build keeps the headers of one directory from another's
# sources: the tree's own come before the installed ones.
INCLUDES = -I$G -I$S/mech -I$S/krb5 -I$S/ntlm -I$S/spnego -I$S/gssapi -I$S \
	-Isource/lib/krb5 -Isource/include -Isource/lib/asn1 $(HEIMDAL_CFLAGS)
COMPILE = $(CC) -DHAVE_CONFIG_H $(INCLUDES) $(HEIMDAL_WARNINGS) $(CFLAGS) \
	-fPIC -MMD -MP
LINK_DIRS = $(filter -L% -Wl$(comma)-rpath%,$(HEIMDAL_LIBS))
LINK_LIBS ?= -lheimntlm -lkrb5 -lasn1 -lcom_err -lhcrypto -lroken -lheimbase
comma = ,

.SUFFIXES:
.DELETE_ON_ERROR:
.PHONY: all

all: lib/libgssapi.so lib/libgssapi.so.3

lib/libgssapi.so.3: $(OBJECTS) $S/version-script.map
	@mkdir -p $(@D)
	$(CC) -shared $(CFLAGS) $(LDFLAGS) -Wl,-soname,$(@F) \
	    -Wl,--version-script=$S/version-script.map -o $@ $(OBJECTS) \
	    $(LINK_DIRS) $(LINK_LIBS)
lib/libgssapi.so: lib/libgssapi.so.3
	ln -sf $(<F) $@

# What the configuration would have found.
DEFINES = HAVE_DLOPEN HAVE_IPV6 HAVE_NETDB_H HAVE_POLL_H HAVE_PTHREAD_H \
	HAVE_PWD_H HAVE_SYS_FILE_H HAVE_SYS_IOCTL_H HAVE_SYS_MMAN_H \
	HAVE_SYS_PARAM_H HAVE_SYS_SELECT_H HAVE_SYS_TYPES_H HAVE_KCM \
	HAVE___ATTRIBUTE__ ENABLE_PTHREAD_SUPPORT DIGEST HEIM_WEAK_CRYPTO \
	POSIX_GETPWNAM_R
$G/config.h: $(MAKEFILE_LIST)
	@mkdir -p $(@D)
	{ printf '#define %s 1\n' _GNU_SOURCE $(DEFINES); \
	    echo '#define PACKAGE_NAME "Heimdal"'; \
	    echo '#define RCSID(x)'; } >$@

# asn1_compile writes into the directory that it runs in.
define ASN1
$G/asn1_$(1).c: $(2) $(MAKEFILE_LIST)
	@rm -rf $G/asn1-$(1) && mkdir -p $G/asn1-$(1)
	cd $G/asn1-$(1) && $$(ASN1_COMPILE) --one-code-file $(3) \
	    $$(abspath $(2)) $(1)
	for header in $G/asn1-$(1)/*.hx; do \
	    name=$$$${header##*/} && mv $$$$header $G/$$$${name%x} || exit; \
	done
	mv $G/asn1-$(1)/asn1_$(1).x $$@
	rm -rf $G/asn1-$(1)
endef
$(eval $(call ASN1,spnego_asn1,$S/spnego/spnego.asn1,--option-file=$(abspath \
	$S/spnego/spnego.opt)))
$(eval $(call ASN1,gssapi_asn1,$S/mech/gssapi.asn1,))

$G/gkrb5_err.c: $S/krb5/gkrb5_err.et $(MAKEFILE_LIST)
	@mkdir -p $(@D)
	cd $G && $(COMPILE_ET) $(abspath $<)

# Prototypes change less often than the sources that they are taken from; a
# header that comes out as it was is left alone, and the stamp says it is done.
define PROTOTYPES
$G/$(1).stamp: $(2) source/cf/make-proto.pl
	@mkdir -p $G/new
	$$(PERL) source/cf/make-proto.pl -q -P comment -p $G/new/$(1).h \
	    $(2) >/dev/null
	cmp -s $G/new/$(1).h $G/$(1).h || mv $G/new/$(1).h $G/$(1).h
	@touch $$@
$G/$(1).h: $G/$(1).stamp
	@:
endef
KRB5 = $(filter-out %test.c %test_% %/test_% %/config_reg.c %/dll.c,\
	$(wildcard source/lib/krb5/*.c))
$(eval $(call PROTOTYPES,gsskrb5-private,$(call sources_of,krb5)))
$(eval $(call PROTOTYPES,spnego-private,$(call sources_of,spnego)))
$(eval $(call PROTOTYPES,ntlm-private,$(call sources_of,ntlm)))
$(eval $(call PROTOTYPES,krb5-private,$(KRB5)))

HEADERS = $G/config.h $(GENERATED:%=$G/%.c) $G/gsskrb5-private.h \
	$G/spnego-private.h $G/ntlm-private.h $G/krb5-private.h

$O/%.o: $S/%.c $(MAKEFILE_LIST) | $(HEADERS)
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<
$O/generated/%.o: $G/%.c $(MAKEFILE_LIST) | $(HEADERS)
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

-include $(OBJECTS:.o=.d)
