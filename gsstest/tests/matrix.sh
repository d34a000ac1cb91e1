#!/bin/sh
# matrix.sh: the tables of cases, Heimdal against MIT, as TAP.
# SPDX-License-Identifier: BSD-2-Clause

BUILD=${BUILD:-build}
gsstest/realm "$BUILD/bin/gsstest-matrix" -b "$BUILD" -t \
    gsstest/tables/demo gsstest/tables/interop gsstest/tables/negoex \
    gsstest/tables/ccm gsstest/tables/rpcsec gsstest/tables/faults \
    gsstest/tables/nns
