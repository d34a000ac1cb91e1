#!/bin/sh
# matrix.sh: the tables of cases, Heimdal against MIT, as TAP.
# SPDX-License-Identifier: BSD-2-Clause

BUILD=${BUILD:-build}
tables=$(mktemp "${TMPDIR:-/tmp}/gjallar-tables.XXXXXX") || exit 2
trap 'rm -f "$tables"' EXIT
cat gsstest/tables/demo gsstest/tables/interop >"$tables"
gsstest/realm "$BUILD/bin/gsstest-matrix" -b "$BUILD/bin" -t "$tables"
