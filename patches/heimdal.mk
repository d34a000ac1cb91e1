# make heimdal: the patched libgssapi; a part of the Makefile above.
# SPDX-License-Identifier: BSD-2-Clause
#
#	make heimdal		fetches, patches, builds $(HEIMDAL_LIBRARY)
#
# HEIMDAL_SRC= names a source tree of Heimdal 7.8, instead of Debian's.
#
# What is compiled against Heimdal's internal headers depends on
# $(HEIMDAL_LIBRARY), with which they come, and uses $(HEIMDAL_INTERNAL) before
# $(HEIMDAL_CFLAGS).

HEIMDAL_HOME = $(BUILD)/heimdal
HEIMDAL_TREE = $(HEIMDAL_HOME)/source
HEIMDAL_GENERATED = $(HEIMDAL_HOME)/generated
HEIMDAL_LIBRARY = $(HEIMDAL_HOME)/lib/libgssapi.so.3

# gssapi_mech.h, with the public headers of the patched tree (whose gssapi.h
# is newer than the installed one).
HEIMDAL_INTERNAL = -isystem $(HEIMDAL_TREE)/lib/gssapi

HEIMDAL_SERIES = $(sort $(wildcard patches/heimdal-7.8/[0-9]*.patch))

# A patch that is gone, or another source, also makes the library old.
HEIMDAL_WANTED = $(HEIMDAL_SRC) $(HEIMDAL_SERIES)
ifneq ($(strip $(shell cat $(HEIMDAL_HOME)/wanted 2>/dev/null)),$(strip \
	$(HEIMDAL_WANTED)))
$(HEIMDAL_HOME)/wanted: FORCE
endif
$(HEIMDAL_HOME)/wanted:
	@mkdir -p $(@D)
	@echo '$(HEIMDAL_WANTED)' >$@

.PHONY: heimdal
heimdal: $(HEIMDAL_LIBRARY)

# The source is the same tree under the same name; only what differs in it is
# compiled.  The library is as new as this rule, even when nothing was.
$(HEIMDAL_LIBRARY): $(HEIMDAL_HOME)/wanted $(HEIMDAL_SERIES) \
		patches/heimdal-7.8/SHA256 patches/fetch patches/build \
		patches/libgssapi.mk $(BUILD)/config.mk
	@HEIMDAL_SRC='$(HEIMDAL_SRC)' patches/fetch $(HEIMDAL_HOME)/pristine
	@CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' \
	    HEIMDAL_CFLAGS='$(HEIMDAL_CFLAGS)' HEIMDAL_LIBS='$(HEIMDAL_LIBS)' \
	    MAKE='$(MAKE_COMMAND)' patches/build $(HEIMDAL_HOME)/pristine/source \
	    $(HEIMDAL_HOME)
	@touch $@

# The programs that gsstest/tests/patches.sh runs, and the modules that they
# load; against the patched tree's headers and the installed library, which
# LD_LIBRARY_PATH replaces.
PATCH_HOME = $(BUILD)/heimdal-tests
PATCH_SOURCES = $(wildcard gsstest/tests/patch_*.c)
PATCH_MODULES = $(patsubst gsstest/tests/%.c,$(PATCH_HOME)/%.so,\
	$(filter %_module.c,$(PATCH_SOURCES)))
PATCH_PROGRAMS = $(patsubst gsstest/tests/%.c,$(PATCH_HOME)/%,\
	$(filter-out %_module.c,$(PATCH_SOURCES)))
PATCH_TESTS = $(PATCH_MODULES) $(PATCH_PROGRAMS) $(PATCH_HOME)/patch_setid
PATCH_COMPILE = $(CC) -std=c11 $(WARNINGS) -D_GNU_SOURCE $(CFLAGS) \
	$(HEIMDAL_INTERNAL) $(HEIMDAL_CFLAGS) -MMD -MP
PATCH_LIBS = $(if $(filter Linux,$(SYSTEM)),-ldl)
# A module is linked with the library for what it must not take from it.
$(PATCH_MODULES): $(PATCH_HOME)/%.so: gsstest/tests/%.c $(HEIMDAL_LIBRARY)
	@mkdir -p $(@D)
	$(PATCH_COMPILE) -fPIC -fvisibility=hidden -shared -o $@ $< \
	    -Wl,--no-as-needed $(HEIMDAL_LIBS)
$(PATCH_PROGRAMS): $(PATCH_HOME)/%: gsstest/tests/%.c $(HEIMDAL_LIBRARY)
	@mkdir -p $(@D)
	$(PATCH_COMPILE) -o $@ $< $(HEIMDAL_LIBS) $(PATCH_LIBS)
# A set-id program has no LD_LIBRARY_PATH.
$(PATCH_HOME)/patch_setid: gsstest/tests/patch_mechglue.c $(HEIMDAL_LIBRARY)
	@mkdir -p $(@D)
	$(PATCH_COMPILE) -o $@ $< $(HEIMDAL_LIBS) $(PATCH_LIBS) \
	    -Wl,-rpath,$(abspath $(HEIMDAL_HOME)/lib)
-include $(wildcard $(PATCH_HOME)/*.d)
