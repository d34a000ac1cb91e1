/*
 * Tests of gss-remctld's configuration: each row of its language, what the
 * ACL schemes say, what is refused and where, and what a user's command finds.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Each test runs in a folder of its own, where the configuration is named c.
 */
#include <check.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../tools/gss-remctld/acl.h"
#include "../../tools/gss-remctld/config.h"
#include "failing_malloc.h"
#include "suite.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A user of every system, with a group of its own. */
#define USER "daemon"

static char folder[256];
static char error[CONFIG_TEXT_MAX];

static void
file_write(const char *name, const void *text, size_t size)
{
	FILE *stream = fopen(name, "wb");

	ck_assert_ptr_nonnull(stream);
	ck_assert_uint_eq(fwrite(text, 1, size, stream), size);
	ck_assert_int_eq(fclose(stream), 0);
}

static void
text_write(const char *name, const char *text)
{
	file_write(name, text, strlen(text));
}

/* What the tables include. */
static const struct {
	const char *name;
	const char *text;
} files[] = {
    {"one", "one sub /bin/one princ:a@X\n"},
    {"bad", "#\nbad sub /bin/bad bogus=1 ANYUSER\n"},
    {"self", "include self\n"},
    {"other", "include ./another\n"},
    {"another", "include other\n"},
    {"nothing", ""},
    {"empty_dir/.keep", ""},
    {"dir/b", "b sub /bin/b princ:a@X\n"},
    {"dir/A_1-x", "A sub /bin/A princ:a@X\n"},
    {"dir/c.conf", "not read"},
    {"dir/.hidden", "not read"},
    {"dir/b~", "not read"},
    {"dir/#b#", "not read"},
    {"dir/b b", "not read"},
    {"dir/folder/x", "not read"},
    {"bad_dir/good", "x y /z princ:a@X\n"},
    {"bad_dir/worse", "x\n"},
    {"loop_dir/again", "include loop_dir\n"},
    {"krb5.conf",
	"[libdefaults]\n\tdefault_realm = X\n\tdns_lookup_kdc = no\n"},
    {"acl/a", "a@X\n"},
    {"acl/no_newline", "a@X"},
    {"acl/blanks", "# one\n\n \t\n \t a@X \t\r\n"},
    {"acl/comment", "#a@X\n #a@X \\\nb@X\n"},
    {"acl/no_continuation", "# one \\\na@X\n"},
    {"acl/two", "a@X b@X\n"},
    {"acl/tail", "a@X # comment\n"},
    {"acl/any", "ANYUSER\n"},
    {"acl/scheme", "nonsense:a@X\n"},
    {"acl/path", "acl/a\n"},
    {"acl/file", "b@X\nfile:acl/a\n"},
    {"acl/include", "include acl/a\n"},
    {"acl/include_blanks", " include   acl/a \n"},
    {"acl/include_princ", "include princ:a@X\n"},
    {"acl/include_any", "include ANYUSER\n"},
    {"acl/include_two", "include acl/a acl/a\n"},
    {"acl/include_alone", "include\na@X\n"},
    {"acl/deny", "deny:a@X\nANYUSER\n"},
    {"acl/include_deny", "include deny:a@X\nANYUSER\n"},
    {"acl/late", "ANYUSER\ndeny:a@X\nnonsense:\n"},
    {"acl/missing", "\nfile:acl/nowhere\na@X\n"},
    {"acl/regex", "regex:^b\nregex:^a@\n"},
    {"acl/regex_bad", "#\nregex:[\nANYUSER\n"},
    {"acl/pcre", "pcre:^a\nANYUSER\n"},
    {"acl/self", "file:acl/self\n"},
    {"acl/loop", "b@X\ninclude ./acl/pool\n"},
    {"acl/pool", "file:acl/../acl/loop\n"},
    {"acl/nothing", ""},
    {"acl_dir/a", "b@X\n"},
    {"acl_dir/b", "a@X\n"},
    {"acl_dir/c", "nonsense:x\n"},
    {"acl_dir/a.b", "nonsense:x\n"},
    {"acl_dir/folder/a", "nonsense:x\n"},
};

static const char *const folders[] = {"empty_dir", "dir", "dir/folder",
    "bad_dir", "loop_dir", "acl", "acl_dir", "acl_dir/folder"};

static void
set_up(void)
{
	const char *parent = getenv("TMPDIR");
	size_t i;

	snprintf(folder, sizeof(folder), "%s/remctl-config.XXXXXX",
	    parent != NULL ? parent : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	for (i = 0; i < COUNT(folders); i++)
		ck_assert_int_eq(mkdir(folders[i], 0700), 0);
	for (i = 0; i < COUNT(files); i++)
		text_write(files[i].name, files[i].text);
	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	ck_assert_int_eq(symlink("nowhere", "bad_dir/zz"), 0);
	ck_assert_int_eq(setenv("KRB5_CONFIG", "krb5.conf", 1), 0);
}

static void
tear_down(void)
{
	char command[sizeof(folder) + 16];

	ck_assert_int_eq(chdir("/"), 0);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

static struct config *
load(const char *text)
{
	text_write("c", text);
	return config_load("c", error, sizeof(error));
}

static struct config *
load_good(const char *text)
{
	struct config *config = load(text);

	ck_assert_msg(config != NULL, "%s: %s", text, error);
	ck_assert_str_eq(error, "");
	return config;
}

static void add(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void
add(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + used, size - used, format, arguments);
	va_end(arguments);
}

static void
option_add(char *text, size_t size, const char *name, const char *value)
{
	if (value != NULL)
		add(text, size, " %s=%s", name, value);
}

/* All of a rule, in one order. */
static void
rule_write(const struct rule *rule, char *text, size_t size)
{
	size_t i;

	add(text, size, "%s:%zu %s %s %s", rule->file, rule->line,
	    rule->command, rule->subcommand, rule->program);
	option_add(text, size, "help", rule->help);
	for (i = 0; i < rule->logmask_count; i++)
		add(text, size, " mask %zu", rule->logmask[i]);
	if (rule->stdin_argument == RULE_STDIN_LAST)
		add(text, size, " stdin last");
	else if (rule->stdin_argument != RULE_STDIN_NONE)
		add(text, size, " stdin %zu", rule->stdin_argument);
	option_add(text, size, "sudo", rule->sudo);
	option_add(text, size, "summary", rule->summary);
	option_add(text, size, "user", rule->user);
	for (i = 0; i < rule->acl_count; i++)
		add(text, size, " [%s]", rule->acl[i].text);
	add(text, size, "\n");
}

static const struct {
	const char *text;
	const char *rules;
} good[] = {
    {"", ""},
    {"\n", ""},
    {"# comment\n", ""},
    {" \t\n\f\n\v \r\n", ""},
    {"a b /c /d\n", "c:1 a b /c [/d]\n"},
    {" \ta\t b  /c \t /d \n", "c:1 a b /c [/d]\n"},
    {"a b /c /d /e princ:f\n", "c:1 a b /c [/d] [/e] [princ:f]\n"},
    {"a b /c /d\na b /e /f\n", "c:1 a b /c [/d]\nc:2 a b /e [/f]\n"},
    {"ALL ALL /c ANYUSER\n", "c:1 ALL ALL /c [ANYUSER]\n"},
    {"a EMPTY c ANYUSER\n", "c:1 a EMPTY c [ANYUSER]\n"},
    /* no quoting, no comment behind a rule, CR is an octet as any */
    {"\"a b\" /c /d\n", "c:1 \"a b\" /c [/d]\n"},
    {"a b /c /d # e\n", "c:1 a b /c [/d] [#] [e]\n"},
    {"a b /c /d\r\n", "c:1 a b /c [/d\r]\n"},
    {"a b /c /d\\ /e\n", "c:1 a b /c [/d\\] [/e]\n"},
    {"\fa b /c /d\n", "c:1 \fa b /c [/d]\n"},
    /* continued */
    {"\n#\na b \\\n  /c \\\n/d\nx y /z /d\n",
	"c:3 a b /c [/d]\nc:6 x y /z [/d]\n"},
    {"a b\\\nc /d /e\n", "c:1 a bc /d [/e]\n"},
    {"a b /c /d\\\n\n", "c:1 a b /c [/d]\n"},
    {"a b /c /d\\\\\n\n\n", "c:1 a b /c [/d]\n"},
    {"# comment \\\na b /c /d\nx y /z /d\n", "c:3 x y /z [/d]\n"},
    {" \\\n \\\n\na b /c /d\n", "c:4 a b /c [/d]\n"},
    {" \\\na b /c /d\n", "c:1 a b /c [/d]\n"},
    /* options */
    {"a b /c logmask=3 /d\n", "c:1 a b /c mask 3 [/d]\n"},
    {"a b /c logmask=3,+4,1 /d\n", "c:1 a b /c mask 3 mask 4 mask 1 [/d]\n"},
    {"a b /c logmask=3 logmask=4 /d\n", "c:1 a b /c mask 4 [/d]\n"},
    {"a b /c help=--help summary=a=b /d\n",
	"c:1 a b /c help=--help summary=a=b [/d]\n"},
    {"a b /c help=x help=y /d\n", "c:1 a b /c help=y [/d]\n"},
    {"a b /c stdin=last /d\n", "c:1 a b /c stdin last [/d]\n"},
    {"a b /c stdin=last stdin=2 /d\n", "c:1 a b /c stdin 2 [/d]\n"},
    {"a b /c stdin=+01 /d\n", "c:1 a b /c stdin 1 [/d]\n"},
    {"a b /c sudo=nobody-knows /d\n", "c:1 a b /c sudo=nobody-knows [/d]\n"},
    {"a b /c sudo=#12 /d\n", "c:1 a b /c sudo=#12 [/d]\n"},
    {"a b /c user=" USER " /d\n", "c:1 a b /c user=" USER " [/d]\n"},
    {"a b /c user=0 /d\n", "c:1 a b /c user=root [/d]\n"},
    {"a b /c help=x /d logmask=3\n", "c:1 a b /c help=x [/d] [logmask=3]\n"},
    /* what is an ACL for all its "=" */
    {"a b /c /d=e\n", "c:1 a b /c [/d=e]\n"},
    {"a b /c logmask= /d\n", "c:1 a b /c [logmask=] [/d]\n"},
    {"a b /c logmask /d\n", "c:1 a b /c [logmask] [/d]\n"},
    {"a b /c =x /d\n", "c:1 a b /c [=x] [/d]\n"},
    {"a b /c a_b=c /d\n", "c:1 a b /c [a_b=c] [/d]\n"},
    {"a b /c 1=c /d\n", "c:1 a b /c [1=c] [/d]\n"},
    {"a b /c -h=c /d\n", "c:1 a b /c [-h=c] [/d]\n"},
    {"a b /c princ:a=b /d\n", "c:1 a b /c [princ:a=b] [/d]\n"},
    /* what is found out when a user comes */
    {"a b /c nonsense:x /d\n", "c:1 a b /c [nonsense:x] [/d]\n"},
    {"a b /c regex:[\n", "c:1 a b /c [regex:[]\n"},
    {"a b /c anyuser:x\n", "c:1 a b /c [anyuser:x]\n"},
    /* included */
    {"include one\n", "one:1 one sub /bin/one [princ:a@X]\n"},
    {"\tinclude\tone\\\n\na b /c /d\ninclude one\n",
	"one:1 one sub /bin/one [princ:a@X]\nc:3 a b /c [/d]\n"
	"one:1 one sub /bin/one [princ:a@X]\n"},
    {"include nothing\n", ""},
    {"include /dev/null\n", ""},
    {"include empty_dir\n", ""},
    {"include dir\n", "dir/A_1-x:1 A sub /bin/A [princ:a@X]\n"
		      "dir/b:1 b sub /bin/b [princ:a@X]\n"},
    {"include /c d ANYUSER\n", "c:1 include /c d [ANYUSER]\n"},
};

START_TEST(rules_good)
{
	struct config *config = load_good(good[_i].text);
	char text[4096] = "";
	const struct rule *rules;
	size_t count, i;

	rules = config_rules(config, &count);
	for (i = 0; i < count; i++)
		rule_write(&rules[i], text, sizeof(text));
	ck_assert_str_eq(text, good[_i].rules);
	config_release(config);
}
END_TEST

static const struct {
	const char *text;
	const char *error;
} bad[] = {
    {"a b /c /d", "c:1: the file ends within this line"},
    {"a b /c /d\n#", "c:2: the file ends within this line"},
    {"a b /c /d \\\n", "c:1: the file ends within this line"},
    {"a b /c /d\\\\\n\n", "c:1: the file ends within this line"},
    {"\\\n", "c:1: \\: no subcommand"},
    {"\n\\\na b /c /d\n", "c:2: \\: no subcommand"},
    {"a\n", "c:1: a: no subcommand"},
    {"a\vb /c /d\n", "c:1: a\vb: no ACL"},
    {"a b\n", "c:1: a: no program"},
    {"\n a b /c \n", "c:2: a: no ACL"},
    {"a \\\n b\n", "c:1: a: no program"},
    {"a b /c logmask=1\n", "c:1: a b: no ACL"},
    {"a b /c logmask=0 /d\n",
	"c:1: a b: logmask=0: not a list of arguments' numbers, from 1"},
    {"a b /c logmask=-1 /d\n",
	"c:1: a b: logmask=-1: not a list of arguments' numbers, from 1"},
    {"a b /c logmask=1, /d\n",
	"c:1: a b: logmask=1,: not a list of arguments' numbers, from 1"},
    {"a b /c logmask=,1 /d\n",
	"c:1: a b: logmask=,1: not a list of arguments' numbers, from 1"},
    {"a b /c logmask=1,,2 /d\n",
	"c:1: a b: logmask=1,,2: not a list of arguments' numbers, from 1"},
    {"a b /c logmask=1a /d\n",
	"c:1: a b: logmask=1a: not a list of arguments' numbers, from 1"},
    {"a b /c logmask=+ /d\n",
	"c:1: a b: logmask=+: not a list of arguments' numbers, from 1"},
    {"a b /c logmask=99999999999999999999 /d\n",
	"c:1: a b: logmask=99999999999999999999: "
	"not a list of arguments' numbers, from 1"},
    {"a b /c stdin=0 /d\n", "c:1: a b: stdin=0: "
			    "neither an argument's number, from 1, nor last"},
    {"a b /c stdin=Last /d\n",
	"c:1: a b: stdin=Last: "
	"neither an argument's number, from 1, nor last"},
    {"a b /c stdin=1,2 /d\n", "c:1: a b: stdin=1,2: "
			      "neither an argument's number, from 1, nor last"},
    {"a b /c user=no-such-user /d\n",
	"c:1: a b: user=no-such-user: not a user of this system"},
    {"a b /c user=4294967290 /d\n",
	"c:1: a b: user=4294967290: not a user of this system"},
    {"a b /c user=4294967296 /d\n", /* is not 0 */
	"c:1: a b: user=4294967296: not a user of this system"},
    {"a b /c user=-0 /d\n", "c:1: a b: user=-0: not a user of this system"},
    {"a b /c bogus=1 /d\n", "c:1: a b: bogus=1: there is no such option"},
    {"a b /c Help=1 /d\n", "c:1: a b: Help=1: there is no such option"},
    {"a b /c ANYUSER=1 /d\n", "c:1: a b: ANYUSER=1: there is no such option"},
    {"\na b /c help=1 a-1=1 /d\n", "c:2: a b: a-1=1: there is no such option"},
    {"a b /c pcre:^a\n", "c:1: a b: pcre:^a: this server does not have the "
			 "scheme, see gss-remctld(8)"},
    {"a b /c /d deny:deny:pcre:^a\n",
	"c:1: a b: deny:deny:pcre:^a: this server does not have the scheme, "
	"see gss-remctld(8)"},
    {"a b /c gput:x\n", "c:1: a b: gput:x: this server does not have the "
			"scheme, see gss-remctld(8)"},
    {"include\n", "c:1: include: one file is wanted"},
    {"include a b\n", "c:1: include: one file is wanted"},
    {"INCLUDE one\n", "c:1: INCLUDE: no program"},
    {"\ninclude nowhere\n", "c:2: nowhere: No such file or directory"},
    {"include fifo\n", "c:1: fifo: not a regular file"},
    {"include bad\n", "bad:2: bad sub: bogus=1: there is no such option"},
    {"include c\n", "c:1: c: recursively included"},
    {"include ./c\n", "c:1: ./c: recursively included"},
    {"include self\n", "self:1: self: recursively included"},
    {"#\ninclude other\n", "./another:1: other: recursively included"},
    {"include bad_dir\n", "bad_dir/worse:1: x: no subcommand"},
    {"include loop_dir\n",
	"loop_dir/again:1: loop_dir/again: recursively included"},
    {"include /dev/zero\n",
	"c:1: /dev/zero: too large, with all that was read before"},
};

START_TEST(rules_bad)
{
	ck_assert_ptr_null(load(bad[_i].text));
	ck_assert_str_eq(error, bad[_i].error);
}
END_TEST

START_TEST(load_elsewhere)
{
	ck_assert_ptr_null(config_load("nowhere", error, sizeof(error)));
	ck_assert_str_eq(error, "nowhere: No such file or directory");
	ck_assert_ptr_null(config_load("fifo", error, sizeof(error)));
	ck_assert_str_eq(error, "fifo: not a regular file");
	text_write("bad_dir/worse", "");
	ck_assert_ptr_null(config_load("bad_dir", error, sizeof(error)));
	ck_assert_str_eq(error, "bad_dir/zz: No such file or directory");
}
END_TEST

START_TEST(load_nul)
{
	static const char text[] = "#\na b /c /d\0\nx y /z /d\n";

	file_write("c", text, sizeof(text) - 1);
	ck_assert_ptr_null(config_load("c", error, sizeof(error)));
	ck_assert_str_eq(error, "c:2: a NUL in it");
}
END_TEST

START_TEST(load_error_cut)
{
	char small[16];

	text_write("c", "a b /c bogus=1 /d\n");
	ck_assert_ptr_null(config_load("c", small, sizeof(small)));
	ck_assert_str_eq(small, "c:1: a b: bogus");
}
END_TEST

/* As deep as is allowed, and one deeper. */
START_TEST(load_depth)
{
	char name[32], text[64];
	struct config *config;
	int i;

	for (i = 1; i <= CONFIG_DEPTH_MAX; i++) {
		snprintf(name, sizeof(name), "depth%d", i);
		snprintf(text, sizeof(text), "include depth%d\n", i + 1);
		text_write(name, text);
	}
	text_write(name, "");
	config = load_good("include depth1\n");
	config_release(config);
	ck_assert_ptr_null(load("include c2\n"));
	text_write("c2", "include depth1\n");
	ck_assert_ptr_null(load("include c2\n"));
	snprintf(text, sizeof(text), "depth%d:1: depth%d: included too deeply",
	    CONFIG_DEPTH_MAX - 1, CONFIG_DEPTH_MAX);
	ck_assert_str_eq(error, text);
}
END_TEST

/* The size of all files together. */
START_TEST(load_size)
{
	size_t size = CONFIG_OCTETS_MAX / 2, i;
	char *text = malloc(size);
	struct config *config;

	ck_assert_ptr_nonnull(text);
	for (i = 0; i < size; i += 1024) {
		memset(text + i, '#', 1023);
		text[i + 1023] = '\n';
	}
	file_write("half", text, size);
	file_write("rest", text + size - 1024, 1024 - 26);
	free(text);
	ck_assert_ptr_null(load("include half\ninclude half\n"));
	ck_assert_str_eq(
	    error, "c:2: half: too large, with all that was read before");
	config = load_good("include half\n");
	config_release(config);
}
END_TEST

/* What a client's command finds, as the line that it finds it in. */
static const char matching[] = "foo bar /1 ANYUSER\n"
			       "foo EMPTY /2 ANYUSER\n"
			       "ALL baz /3 ANYUSER\n"
			       "foo baz /4 ANYUSER\n"
			       "foo bar /5 ANYUSER\n"
			       "many ALL /6 ANYUSER\n"
			       "many one /7 ANYUSER\n"
			       "EMPTY x /8 ANYUSER\n"
			       "one two /9 ANYUSER\n"
			       "one ALL /10 ANYUSER\n"
			       "ALL EMPTY /11 ANYUSER\n"
			       "nul ALL /12 ANYUSER\n";

static const struct {
	const char *words[3];
	size_t sizes[2]; /* 0: as the word says */
	size_t line;	 /* 0: none */
} matches[] = {
    {{NULL}, {0}, 0},
    {{"foo", "bar"}, {0}, 1},
    {{"foo", "bar", "more"}, {0}, 1},
    {{"foo"}, {0}, 2},
    {{"foo", "EMPTY"}, {0}, 0},
    {{"foo", ""}, {0}, 0},
    {{"foo", "ba"}, {0}, 0},
    {{"foo", "barr"}, {0}, 0},
    {{"Foo", "bar"}, {0}, 0},
    {{"fo", "bar"}, {0}, 0},
    {{"foo", "baz"}, {0}, 3},
    {{"x", "baz"}, {0}, 3},
    {{"", "baz"}, {0}, 3},
    {{"many", "one"}, {0}, 6},
    {{"many"}, {0}, 6},
    {{"many", ""}, {0}, 6},
    {{"many", "EMPTY"}, {0}, 6},
    {{"many", "baz"}, {0}, 3},
    {{"EMPTY", "x"}, {0}, 8},
    {{"x"}, {0}, 11},
    {{""}, {0}, 11},
    {{"ALL", "baz"}, {0}, 3},
    {{"ALL", "bar"}, {0}, 0},
    {{"foo", "ALL"}, {0}, 0},
    {{"one", "two"}, {0}, 9},
    {{"one", "ALL"}, {0}, 10},
    {{"one", "EMPTY"}, {0}, 10},
    {{"foo\0", "bar"}, {4, 0}, 0},
    {{"foo", "bar\0x"}, {0, 5}, 0},
    {{"nul", "\0"}, {0, 1}, 12},
    {{"nul\0", "x"}, {4, 0}, 0},
};

START_TEST(match)
{
	struct config *config = load_good(matching);
	struct gssloop_view arguments[3];
	const struct rule *rule;
	size_t count, size;

	for (count = 0; count < 3; count++) {
		const char *text = matches[_i].words[count];

		if (text == NULL)
			break;
		size = count < 2 ? matches[_i].sizes[count] : 0;
		if (size == 0)
			size = strlen(text);
		arguments[count].data = suite_exact(text, size);
		arguments[count].size = size;
	}
	rule = config_match(config, arguments, count);
	ck_assert_uint_eq(rule != NULL ? rule->line : 0, matches[_i].line);
	while (count-- > 0)
		free((void *)(uintptr_t)arguments[count].data);
	config_release(config);
}
END_TEST

/* What the rule's words mean, one rule after the other. */
static const struct rule *
match_slowly(
    const struct config *config, const char *command, const char *subcommand)
{
	size_t count, i;
	const struct rule *rule = config_rules(config, &count);

	for (i = 0; i < count; i++, rule++) {
		bool any = strcmp(rule->subcommand, "ALL") == 0;

		if (strcmp(rule->command, "ALL") != 0 &&
		    strcmp(rule->command, command) != 0)
			continue;
		if (any || (subcommand == NULL
				   ? strcmp(rule->subcommand, "EMPTY") == 0
				   : strcmp(rule->subcommand, subcommand) == 0))
			return rule;
	}
	return NULL;
}

static struct gssloop_view
view(const char *text)
{
	return (struct gssloop_view){(const uint8_t *)text, strlen(text)};
}

static void
match_compare(
    const struct config *config, const char *command, const char *subcommand)
{
	struct gssloop_view arguments[2] = {view(command), view("")};
	const struct rule *rule = match_slowly(config, command, subcommand);

	if (subcommand != NULL)
		arguments[1] = view(subcommand);
	ck_assert_ptr_eq(
	    config_match(config, arguments, subcommand != NULL ? 2 : 1), rule);
}

/* Random rules of few words, the looked up among them or not. */
START_TEST(match_order)
{
	static const char *const words[] = {
	    "ALL", "a", "b", "aa", "ab", "c", "EMPTY"};
	static char text[65536];
	struct config *config;
	unsigned int count, i, j;

	srand((unsigned int)_i + 1);
	text[0] = '\0';
	for (count = (unsigned int)rand() % 20; count > 0; count--)
		add(text, sizeof(text), "%s %s /p ANYUSER\n", words[rand() % 6],
		    words[rand() % 7]);
	config = load_good(text);
	for (i = 1; i < 6; i++) {
		match_compare(config, words[i], NULL);
		for (j = 1; j < 6; j++)
			match_compare(config, words[i], words[j]);
	}
	config_release(config);
}
END_TEST

START_TEST(match_many)
{
	size_t room = 1 << 20, count;
	char *text = calloc(1, room), command[32], *at = text;
	struct config *config;
	struct gssloop_view arguments[2];
	const struct rule *rules;
	int i;

	ck_assert_ptr_nonnull(text);
	for (i = 0; i < 20000; i++)
		at +=
		    snprintf(at, 32, "c%d s%d /p ANYUSER\n", i % 100, i / 100);
	config = load_good(text);
	free(text);
	rules = config_rules(config, &count);
	ck_assert_uint_eq(count, 20000);
	for (i = 0; i < 20000; i++) {
		arguments[0] = view(rules[i].command);
		arguments[1] = view(rules[i].subcommand);
		ck_assert_ptr_eq(config_match(config, arguments, 2), &rules[i]);
	}
	snprintf(command, sizeof(command), "c100");
	arguments[0] = view(command);
	ck_assert_ptr_null(config_match(config, arguments, 2));
	config_release(config);
}
END_TEST

START_TEST(masks)
{
	struct config *config = load_good("a b /c logmask=3,1 /d\na c /c /d\n");
	size_t count;
	const struct rule *rules = config_rules(config, &count);

	ck_assert(rule_masks(&rules[0], 1));
	ck_assert(!rule_masks(&rules[0], 0));
	ck_assert(!rule_masks(&rules[0], 2));
	ck_assert(rule_masks(&rules[0], 3));
	ck_assert(!rule_masks(&rules[1], 1));
	config_release(config);
}
END_TEST

START_TEST(user_found)
{
	struct config *config;
	char text[64];
	const struct rule *rule;
	const struct passwd *entry = getpwnam(USER);
	size_t count;

	ck_assert_ptr_nonnull(entry);
	snprintf(text, sizeof(text), "a b /c user=%lu /d\n",
	    (unsigned long)entry->pw_uid);
	config = load_good(text);
	rule = config_rules(config, &count);
	ck_assert_str_eq(rule->user, USER);
	entry = getpwnam(USER);
	ck_assert_uint_eq(rule->uid, entry->pw_uid);
	ck_assert_uint_eq(rule->gid, entry->pw_gid);
	config_release(config);
}
END_TEST

/* The old configuration is as it was whatever becomes of the new one. */
START_TEST(hold)
{
	struct config *old = load_good("a b /old ANYUSER\n"), *held;
	struct gssloop_view arguments[2] = {view("a"), view("b")};
	const struct rule *rule = config_match(old, arguments, 2);
	struct acl_user user = {.name = "a@X"};

	held = config_hold(old);
	ck_assert_ptr_eq(held, old);
	ck_assert_ptr_null(load("a b /new\n"));
	ck_assert_ptr_eq(config_match(old, arguments, 2), rule);
	config_release(old);
	ck_assert_str_eq(rule->program, "/old");
	ck_assert_int_eq(
	    acl_check(rule, &user, error, sizeof(error)), ACL_GRANTED);
	config_release(held);
	config_release(NULL);
}
END_TEST

START_TEST(warnings)
{
	static const char *const expected[] = {
	    "c:1: a b: nonsense:x: there is no such scheme",
	    "c:3: a d: deny:anyuser:x: neither auth nor anonymous",
	    "c:3: a d: /acl:x: there is no such scheme",
	};
	struct config *config = load_good("a b /c nonsense:x /d\na c /c /d\n"
					  "a d /c princ:a deny:anyuser:x "
					  "/acl:x regex:^a\n"
					  "a e /c regex:[\n");
	char text[CONFIG_TEXT_MAX];
	size_t at = 0, i;

	for (i = 0; i < COUNT(expected); i++) {
		ck_assert(config_warning(config, &at, text, sizeof(text)));
		ck_assert_str_eq(text, expected[i]);
	}
	ck_assert(config_warning(config, &at, text, sizeof(text)));
	ck_assert_ptr_eq(strstr(text, "c:4: a e: regex:[: "), text);
	ck_assert(!config_warning(config, &at, text, sizeof(text)));
	config_release(config);
}
END_TEST

/* For a@X; an error's text is its beginning. */
static const struct {
	const char *acl;
	enum acl_result result;
	const char *error;
} checks[] = {
    {"princ:a@X", ACL_GRANTED, ""},
    {"princ:b@X", ACL_NO_MATCH, ""},
    {"princ:a@x", ACL_NO_MATCH, ""},
    {"princ:a", ACL_NO_MATCH, ""},
    {"princ:a@XY", ACL_NO_MATCH, ""},
    {"princ:", ACL_NO_MATCH, ""},
    {"princ:princ:a@X", ACL_NO_MATCH, ""},
    {"princ:b@X princ:a@X", ACL_GRANTED, ""},
    {"principal:a@X", ACL_ERROR, "c:1: principal:a@X: there is no such scheme"},
    {"PRINC:a@X", ACL_ERROR, "c:1: PRINC:a@X: there is no such scheme"},
    {":a@X", ACL_ERROR, "c:1: :a@X: there is no such scheme"},
    {"nonsense:x ANYUSER", ACL_ERROR,
	"c:1: nonsense:x: there is no such scheme"},
    {"ANYUSER nonsense:x", ACL_GRANTED, ""},
    {"deny:nonsense:x ANYUSER", ACL_ERROR,
	"c:1: deny:nonsense:x: there is no such scheme"},
    {"a@X", ACL_ERROR, "c:1: a@X: No such file or directory"},
    {"ANYUSER", ACL_GRANTED, ""},
    {"Anyuser", ACL_ERROR, "c:1: Anyuser: No such file or directory"},
    {"anyuser:auth", ACL_GRANTED, ""},
    {"anyuser:anonymous", ACL_GRANTED, ""},
    {"anyuser:", ACL_ERROR, "c:1: anyuser:: neither auth nor anonymous"},
    {"anyuser:AUTH ANYUSER", ACL_ERROR,
	"c:1: anyuser:AUTH: neither auth nor anonymous"},
    {"deny:a@X ANYUSER", ACL_DENIED, ""},
    {"deny:princ:a@X ANYUSER", ACL_DENIED, ""},
    {"deny:b@X ANYUSER", ACL_GRANTED, ""},
    {"deny:b@X", ACL_NO_MATCH, ""},
    {"deny:a@X", ACL_DENIED, ""},
    {"ANYUSER deny:a@X", ACL_GRANTED, ""},
    {"deny:deny:a@X ANYUSER", ACL_GRANTED, ""},
    {"deny:deny:a@X", ACL_NO_MATCH, ""},
    {"deny:deny:deny:a@X ANYUSER", ACL_GRANTED, ""},
    {"deny:ANYUSER ANYUSER", ACL_DENIED, ""},
    {"deny:/nowhere ANYUSER", ACL_GRANTED, ""},
    {"deny: ANYUSER", ACL_GRANTED, ""},
    {"deny ANYUSER", ACL_ERROR, "c:1: deny: No such file or directory"},
    {"deny:file:/nowhere ANYUSER", ACL_ERROR,
	"c:1: /nowhere: No such file or directory"},
    {"regex:^a@X$", ACL_GRANTED, ""},
    {"regex:@", ACL_GRANTED, ""},
    {"regex:", ACL_GRANTED, ""},
    {"regex:^A", ACL_NO_MATCH, ""},
    {"regex:^(a|b)@[A-Z]+$", ACL_GRANTED, ""},
    {"deny:regex:^a ANYUSER", ACL_DENIED, ""},
    {"regex:[ ANYUSER", ACL_ERROR, "c:1: regex:[: "},
    {"deny:regex:[ ANYUSER", ACL_ERROR, "c:1: deny:regex:[: "},
    /* files */
    {"acl/a", ACL_GRANTED, ""},
    {"file:acl/a", ACL_GRANTED, ""},
    {"file:acl/a file:acl/nowhere", ACL_GRANTED, ""},
    {"file:", ACL_ERROR, "c:1: : No such file or directory"},
    {"acl/nowhere ANYUSER", ACL_ERROR,
	"c:1: acl/nowhere: No such file or directory"},
    {"fifo ANYUSER", ACL_ERROR, "c:1: fifo: not a regular file"},
    {"/dev/null ANYUSER", ACL_GRANTED, ""},
    {"/dev/zero ANYUSER", ACL_ERROR,
	"c:1: /dev/zero: too large, with all that was read before"},
    {"acl:x ANYUSER", ACL_ERROR, "c:1: acl:x: there is no such scheme"},
    {"acl/no_newline", ACL_GRANTED, ""},
    {"acl/blanks", ACL_GRANTED, ""},
    {"acl/comment", ACL_NO_MATCH, ""},
    {"acl/no_continuation", ACL_GRANTED, ""},
    {"acl/two", ACL_ERROR, "acl/two:1: more than one entry"},
    {"acl/tail", ACL_ERROR, "acl/tail:1: more than one entry"},
    {"acl/any", ACL_GRANTED, ""},
    {"acl/scheme ANYUSER", ACL_ERROR,
	"acl/scheme:1: nonsense:a@X: there is no such scheme"},
    {"acl/path", ACL_NO_MATCH, ""},
    {"acl/file", ACL_GRANTED, ""},
    {"acl/include", ACL_GRANTED, ""},
    {"acl/include_blanks", ACL_GRANTED, ""},
    {"acl/include_princ", ACL_GRANTED, ""},
    {"acl/include_any", ACL_GRANTED, ""},
    {"acl/include_two", ACL_ERROR, "acl/include_two:1: more than one entry"},
    {"acl/include_alone", ACL_GRANTED, ""},
    {"acl/deny ANYUSER", ACL_DENIED, ""},
    {"deny:file:acl/deny ANYUSER", ACL_GRANTED, ""},
    {"deny:file:acl/a ANYUSER", ACL_DENIED, ""},
    {"acl/include_deny", ACL_DENIED, ""},
    {"acl/late", ACL_GRANTED, ""},
    {"acl/missing ANYUSER", ACL_ERROR,
	"acl/missing:2: acl/nowhere: No such file or directory"},
    {"acl/regex", ACL_GRANTED, ""},
    {"acl/regex_bad", ACL_ERROR, "acl/regex_bad:2: regex:[: "},
    {"acl/pcre", ACL_ERROR,
	"acl/pcre:1: pcre:^a: this server does not have the scheme"},
    {"acl/self", ACL_ERROR, "acl/self:1: acl/self: recursively included"},
    {"acl/loop", ACL_ERROR,
	"./acl/pool:1: acl/../acl/loop: recursively included"},
    {"acl/nothing", ACL_NO_MATCH, ""},
    {"acl/a.b", ACL_ERROR, "c:1: acl/a.b: No such file or directory"},
    {"acl_dir", ACL_GRANTED, ""},
    {"empty_dir", ACL_NO_MATCH, ""},
    /* the same file twice is no loop */
    {"acl/nothing acl/nothing acl/a", ACL_GRANTED, ""},
    {"localgroup:no-such-group ANYUSER", ACL_GRANTED, ""},
    {"localgroup: ANYUSER", ACL_GRANTED, ""},
};

static enum acl_result
check_for(const char *acl, struct acl_user *user)
{
	char text[1024];
	struct config *config;
	enum acl_result result;
	size_t count;

	snprintf(text, sizeof(text), "a b /c %s\n", acl);
	config = load_good(text);
	memset(error, 'x', sizeof(error));
	result =
	    acl_check(config_rules(config, &count), user, error, sizeof(error));
	config_release(config);
	return result;
}

START_TEST(acl)
{
	struct acl_user user = {.name = "a@X"};

	ck_assert_int_eq(check_for(checks[_i].acl, &user), checks[_i].result);
	error[checks[_i].error[0] != '\0' ? strlen(checks[_i].error) : 1] =
	    '\0';
	ck_assert_str_eq(error, checks[_i].error);
}
END_TEST

START_TEST(acl_dir_error)
{
	struct acl_user user = {.name = "z@X"};

	ck_assert_int_eq(check_for("acl_dir ANYUSER", &user), ACL_ERROR);
	ck_assert_str_eq(
	    error, "acl_dir/c:1: nonsense:x: there is no such scheme");
}
END_TEST

START_TEST(acl_nul)
{
	struct acl_user user = {.name = "a@X"};

	file_write("acl/nul", "a@X\0\n", 5);
	ck_assert_int_eq(check_for("acl/nul", &user), ACL_ERROR);
	ck_assert_str_eq(error, "acl/nul:1: a NUL in it");
	file_write("acl/nul", "a@X\0", 4);
	ck_assert_int_eq(check_for("acl/nul", &user), ACL_ERROR);
}
END_TEST

START_TEST(acl_anonymous)
{
	struct acl_user user = {
	    .name = "WELLKNOWN/ANONYMOUS@WELLKNOWN:ANONYMOUS",
	    .anonymous = true};

	ck_assert_int_eq(check_for("ANYUSER", &user), ACL_NO_MATCH);
	ck_assert_int_eq(check_for("anyuser:auth", &user), ACL_NO_MATCH);
	ck_assert_int_eq(check_for("acl/any", &user), ACL_NO_MATCH);
	ck_assert_int_eq(check_for("anyuser:anonymous", &user), ACL_GRANTED);
	ck_assert_int_eq(
	    check_for("deny:anyuser:anonymous ANYUSER", &user), ACL_DENIED);
	ck_assert_int_eq(
	    check_for("deny:ANYUSER anyuser:anonymous", &user), ACL_GRANTED);
}
END_TEST

/* The greatest line with its newline, and without. */
START_TEST(acl_line_size)
{
	struct acl_user user = {.name = "a@X"};
	char text[ACL_LINE_MAX + 8];

	memset(text, '#', sizeof(text));
	memcpy(text + ACL_LINE_MAX - 1, "\na@X\n", 5);
	file_write("acl/long", text, ACL_LINE_MAX + 4);
	ck_assert_int_eq(check_for("acl/long", &user), ACL_GRANTED);
	text[ACL_LINE_MAX - 1] = '#';
	memcpy(text + ACL_LINE_MAX, "\na@X\n", 5);
	file_write("acl/long", text, ACL_LINE_MAX);
	ck_assert_int_eq(check_for("acl/long", &user), ACL_NO_MATCH);
	file_write("acl/long", text, ACL_LINE_MAX + 5);
	ck_assert_int_eq(check_for("acl/long", &user), ACL_ERROR);
	ck_assert_str_eq(error, "acl/long:1: line too long");
}
END_TEST

START_TEST(acl_depth)
{
	struct acl_user user = {.name = "a@X"};
	char name[32], text[64];
	int i;

	for (i = 0; i <= ACL_DEPTH_MAX; i++) {
		snprintf(name, sizeof(name), "acl/depth%d", i);
		snprintf(text, sizeof(text), "file:acl/depth%d\n", i + 1);
		text_write(name, text);
	}
	text_write(name, "a@X\n");
	ck_assert_int_eq(check_for("acl/depth0", &user), ACL_GRANTED);
	text_write("acl/top", "file:acl/depth0\n");
	ck_assert_int_eq(check_for("acl/top", &user), ACL_ERROR);
	snprintf(text, sizeof(text),
	    "acl/depth%d:1: acl/depth%d: included too deeply",
	    ACL_DEPTH_MAX - 1, ACL_DEPTH_MAX);
	ck_assert_str_eq(error, text);
}
END_TEST

/* Each names the next one many times: what is read in all is bounded. */
START_TEST(acl_bounded)
{
	struct acl_user user = {.name = "a@X"};
	char name[32], text[65536];
	int level, i;

	for (level = 0; level < 8; level++) {
		snprintf(name, sizeof(name), "acl/bomb%d", level);
		text[0] = '\0';
		for (i = 0; i < 2000; i++)
			add(text, sizeof(text), "file:acl/bomb%d\n", level + 1);
		text_write(name, text);
	}
	text_write("acl/bomb8", "");
	ck_assert_int_eq(check_for("acl/bomb0", &user), ACL_ERROR);
	ck_assert_ptr_nonnull(
	    strstr(error, "too large, with all that was read before"));
}
END_TEST

/* To open a file costs something, even if it is empty. */
START_TEST(acl_many_files)
{
	static const char line[] = "file:acl/nothing\n";
	struct acl_user user = {.name = "a@X"};
	size_t count = ACL_OCTETS_MAX / 512, size = strlen(line), i;
	char *text = malloc(count * size + 1);

	ck_assert_ptr_nonnull(text);
	for (i = 0; i < count; i++)
		memcpy(text + i * size, line, size);
	file_write("acl/many", text, count * size);
	ck_assert_int_eq(check_for("acl/many", &user), ACL_ERROR);
	file_write("acl/many", text, count / 2 * size);
	ck_assert_int_eq(check_for("acl/many", &user), ACL_NO_MATCH);
	free(text);
}
END_TEST

/* Files are read when the user comes. */
START_TEST(acl_fresh)
{
	struct acl_user user = {.name = "a@X"};
	struct config *config = load_good("a b /c acl/fresh\n");
	size_t count;
	const struct rule *rule = config_rules(config, &count);

	ck_assert_int_eq(
	    acl_check(rule, &user, error, sizeof(error)), ACL_ERROR);
	text_write("acl/fresh", "a@X\n");
	ck_assert_int_eq(
	    acl_check(rule, &user, error, sizeof(error)), ACL_GRANTED);
	text_write("acl/fresh", "b@X\n");
	ck_assert_int_eq(
	    acl_check(rule, &user, error, sizeof(error)), ACL_NO_MATCH);
	config_release(config);
}
END_TEST

/* A group that has somebody in its list, whose own group is another. */
static bool
listed_member(char *name, char *member, size_t size)
{
	const struct group *group;
	const struct passwd *user;
	gid_t i;

	for (i = 0; i < 2000; i++) {
		group = getgrgid(i);
		if (group == NULL || group->gr_mem[0] == NULL)
			continue;
		snprintf(name, size, "%s", group->gr_name);
		snprintf(member, size, "%s", group->gr_mem[0]);
		user = getpwnam(member);
		if (user == NULL || user->pw_gid != i)
			return true;
	}
	return false;
}

static enum acl_result
group_check(const char *principal, const char *group)
{
	struct acl_user user = {.name = principal};
	char text[256];

	snprintf(text, sizeof(text), "localgroup:%s", group);
	return check_for(text, &user);
}

START_TEST(acl_group)
{
	const struct passwd *user = getpwnam(USER);
	const struct group *group = getgrgid(user->pw_gid);
	char name[128], other[128], principal[160];

	ck_assert_ptr_nonnull(group);
	snprintf(name, sizeof(name), "%s", group->gr_name);
	ck_assert_int_eq(group_check(USER "@X", name), ACL_GRANTED);
	ck_assert_int_eq(group_check(USER, name), ACL_GRANTED);
	ck_assert_int_eq(group_check(USER "@Y", name), ACL_NO_MATCH);
	ck_assert_int_eq(group_check(USER "/admin@X", name), ACL_NO_MATCH);
	ck_assert_int_eq(group_check("no-such-user@X", name), ACL_NO_MATCH);
	ck_assert_int_eq(group_check("bad@@", name), ACL_ERROR);
	ck_assert_ptr_eq(strstr(error, "c:1: bad@@: no local name: "), error);
	if (listed_member(other, name, sizeof(name))) {
		snprintf(principal, sizeof(principal), "%s@X", name);
		ck_assert_int_eq(group_check(principal, other), ACL_GRANTED);
		ck_assert_int_eq(group_check("x@X", other), ACL_NO_MATCH);
	}
}
END_TEST

START_TEST(acl_group_denied)
{
	struct acl_user user = {.name = USER "@X"}, other = {.name = "x@X"};
	const struct group *group = getgrgid(getpwnam(USER)->pw_gid);
	char text[128];

	snprintf(
	    text, sizeof(text), "deny:localgroup:%s ANYUSER", group->gr_name);
	ck_assert_int_eq(check_for(text, &user), ACL_DENIED);
	ck_assert_int_eq(check_for(text, &other), ACL_GRANTED);
}
END_TEST

/* krb5.conf's rules decide; its answer is kept for the user. */
START_TEST(acl_group_rules)
{
	struct acl_user user = {.name = "else/where@X"};
	const struct group *group = getgrgid(getpwnam(USER)->pw_gid);
	char text[128];

	text_write("krb5.conf",
	    "[libdefaults]\n\tdefault_realm = X\n[realms]\n\tX = {\n"
	    "\t\tauth_to_local_names = {\n\t\t\telse/where = " USER "\n"
	    "\t\t}\n\t}\n");
	snprintf(text, sizeof(text), "localgroup:%s", group->gr_name);
	ck_assert_int_eq(check_for(text, &user), ACL_GRANTED);
	ck_assert(user.localized);
	ck_assert_str_eq(user.local, USER);
	text_write("krb5.conf", "[libdefaults]\n\tdefault_realm = X\n");
	ck_assert_int_eq(check_for(text, &user), ACL_GRANTED);
	text_write("krb5.conf", "nonsense\n");
	memset(&user, 0, sizeof(user));
	user.name = USER "@X";
	ck_assert_int_eq(check_for(text, &user), ACL_ERROR);
}
END_TEST

/* A name that is too long is not cut to one that is somebody's. */
START_TEST(acl_group_long)
{
	char name[ACL_LOCAL_MAX + 64];
	struct acl_user user = {.name = name};

	memset(name, 'a', sizeof(name));
	snprintf(name + ACL_LOCAL_MAX - 1, 16, "@Y");
	ck_assert_int_eq(check_for("localgroup:x", &user), ACL_ERROR);
	snprintf(name + ACL_LOCAL_MAX - 3, 16, "@Y");
	ck_assert_int_eq(check_for("localgroup:x", &user), ACL_NO_MATCH);
}
END_TEST

static const char rich[] =
    "# all there is\n"
    "a b /c logmask=1,2 help=h summary=s stdin=last user=" USER
    " sudo=#0 acl/file deny:acl/deny regex:^b\n"
    "include one\ninclude dir\n"
    "x ALL \\\n /y regex:[ /d\n"
    "g h /i localgroup:no-such-group acl/nothing acl_dir\n";

START_TEST(allocation_load)
{
	struct config *config;
	unsigned long n;

	text_write("c", rich);
	for (n = 1;; n++) {
		failing_malloc_arm(n);
		config = config_load("c", error, sizeof(error));
		failing_malloc_arm(0);
		if (!failing_malloc_fired())
			break;
		ck_assert_ptr_null(config);
		ck_assert_msg(strstr(error, "memory") != NULL, "%s", error);
	}
	ck_assert_uint_gt(n, 10);
	ck_assert_ptr_nonnull(config);
	config_release(config);
}
END_TEST

START_TEST(allocation_check)
{
	struct config *config = load_good(rich);
	const struct rule *rules;
	struct acl_user user = {.name = "a@X"};
	enum acl_result result;
	unsigned long n;
	size_t count;

	rules = config_rules(config, &count);
	for (n = 1;; n++) {
		failing_malloc_arm(n);
		result =
		    acl_check(&rules[count - 1], &user, error, sizeof(error));
		failing_malloc_arm(0);
		if (!failing_malloc_fired())
			break;
		ck_assert_int_eq(result, ACL_ERROR);
		ck_assert_msg(strstr(error, "memory") != NULL, "%s", error);
	}
	ck_assert_uint_gt(n, 3);
	ck_assert_int_eq(result, ACL_GRANTED);
	config_release(config);
}
END_TEST

/* One octet changed, put in or left out, or all behind it cut off. */
static size_t
mutate(char *text, size_t size)
{
	static const char liked[] = "\\\n# =:,\t0aA/";
	size_t at = (size_t)rand() % size;
	char octet = rand() % 2 == 0 ? liked[(size_t)rand() % sizeof(liked)]
				     : (char)(rand() & 0xff);

	switch (rand() % 4) {
	case 0:
		memmove(text + at + 1, text + at, size - at);
		text[at] = octet;
		return size + 1;
	case 1:
		memmove(text + at, text + at + 1, size - at - 1);
		return size - 1;
	case 2:
		return rand() % 8 == 0 ? at + 1 : size;
	default:
		text[at] = octet;
		return size;
	}
}

/* Whoever gets through to a configuration can use all of it. */
static void
use(const struct config *config)
{
	struct acl_user user = {.name = "a@X"};
	struct gssloop_view arguments[2];
	const struct rule *rules;
	char text[CONFIG_TEXT_MAX];
	size_t count, i, at = 0;

	rules = config_rules(config, &count);
	for (i = 0; i < count; i++) {
		arguments[0] = view(rules[i].command);
		arguments[1] = view(rules[i].subcommand);
		config_match(config, arguments, 2);
		if (acl_check(&rules[i], &user, text, sizeof(text)) ==
		    ACL_ERROR)
			ck_assert_str_ne(text, "");
	}
	while (config_warning(config, &at, text, sizeof(text)))
		ck_assert_str_ne(text, "");
}

START_TEST(mutations)
{
	char text[sizeof(rich) + 64];
	size_t size, accepted = 0, refused = 0;
	struct config *config;
	int i, j;

	srand((unsigned int)_i + 100);
	for (i = 0; i < 500; i++) {
		size = sizeof(rich) - 1;
		memcpy(text, rich, size);
		for (j = rand() % 4; j >= 0 && size > 1; j--)
			size = mutate(text, size);
		file_write("c", text, size);
		config = config_load("c", error, sizeof(error));
		accepted += config != NULL;
		refused += config == NULL;
		if (config != NULL)
			use(config);
		else
			ck_assert_str_ne(error, "");
		config_release(config);
	}
	ck_assert_uint_gt(accepted, 50);
	ck_assert_uint_gt(refused, 50);
}
END_TEST

/* The same with an ACL file. */
START_TEST(mutations_acl)
{
	static const char seed[] =
	    "# x\nb@X\nregex:^b\ninclude acl/nothing\ndeny:c@X\n"
	    "file:acl/comment\nANYUSER\n";
	char text[sizeof(seed) + 64];
	struct config *config = load_good("a b /c acl/mutated\n");
	size_t size, results[ACL_ERROR + 1] = {0};
	struct acl_user user = {.name = "a@X"};
	const struct rule *rule;
	int i, j;

	srand((unsigned int)_i + 200);
	rule = config_rules(config, &size);
	for (i = 0; i < 500; i++) {
		size = sizeof(seed) - 1;
		memcpy(text, seed, size);
		for (j = rand() % 4; j >= 0 && size > 1; j--)
			size = mutate(text, size);
		file_write("acl/mutated", text, size);
		results[acl_check(rule, &user, error, sizeof(error))]++;
	}
	ck_assert_uint_gt(results[ACL_GRANTED], 50);
	ck_assert_uint_gt(results[ACL_ERROR], 50);
	config_release(config);
}
END_TEST

static TCase *
case_of(Suite *suite, const char *name)
{
	TCase *tests = tcase_create(name);

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 60);
	suite_add_tcase(suite, tests);
	return tests;
}

static void
rules_add(TCase *tests)
{
	tcase_add_loop_test(tests, rules_good, 0, COUNT(good));
	tcase_add_loop_test(tests, rules_bad, 0, COUNT(bad));
	tcase_add_test(tests, load_elsewhere);
	tcase_add_test(tests, load_nul);
	tcase_add_test(tests, load_error_cut);
	tcase_add_test(tests, load_depth);
	tcase_add_test(tests, load_size);
	tcase_add_loop_test(tests, match, 0, COUNT(matches));
	tcase_add_loop_test(tests, match_order, 0, 30);
	tcase_add_test(tests, match_many);
	tcase_add_test(tests, masks);
	tcase_add_test(tests, user_found);
	tcase_add_test(tests, hold);
	tcase_add_test(tests, warnings);
	tcase_add_test(tests, allocation_load);
	tcase_add_loop_test(tests, mutations, 0, 4);
}

static void
acls_add(TCase *tests)
{
	tcase_add_loop_test(tests, acl, 0, COUNT(checks));
	tcase_add_test(tests, acl_dir_error);
	tcase_add_test(tests, acl_nul);
	tcase_add_test(tests, acl_anonymous);
	tcase_add_test(tests, acl_line_size);
	tcase_add_test(tests, acl_depth);
	tcase_add_test(tests, acl_bounded);
	tcase_add_test(tests, acl_many_files);
	tcase_add_test(tests, acl_fresh);
	tcase_add_test(tests, acl_group);
	tcase_add_test(tests, acl_group_denied);
	tcase_add_test(tests, acl_group_rules);
	tcase_add_test(tests, acl_group_long);
	tcase_add_test(tests, allocation_check);
	tcase_add_loop_test(tests, mutations_acl, 0, 4);
}

int
main(void)
{
	Suite *suite = suite_create("remctl_config");

	rules_add(case_of(suite, "rules"));
	acls_add(case_of(suite, "acls"));
	return suite_run(suite);
}
