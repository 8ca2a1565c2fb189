/** Languages, and programs that read one: interpreters, databases, editors, builders. */
import type { ProgramRow } from "./program_row.ts";

export const LANGUAGES: readonly ProgramRow[] = [
  {
    names: "python, pypy, pypy3, python2, python3",
    operands: "first",
    last: "-c",
    module: "-m",
    data: "-W -X --check-hash-based-pycs",
    flags: "bBdEhiIOPqRsStuvVx",
    stdin: true,
  },
  {
    names: "timeit, pdb, profile, cProfile, trace, runpy, doctest, code, coverage",
    operands: "all",
  },
  {
    names: "perl, raku, perl6",
    operands: "first",
    instead: "-e -E",
    code: "-I -M -m -d -x -T",
    flags: "wWXtuUcvsSafn pli0 -l",
    stdin: true,
  },
  {
    names: "ruby, jruby, irb",
    operands: "first",
    instead: "-e",
    code: "-r -I -C -x",
    flags: "wWcdhlSUvysan p",
    stdin: true,
  },
  {
    names: "awk, gawk, mawk, nawk, original-awk, goawk, frawk",
    operands: "first",
    data: "-v -F --assign --field-separator",
    instead: "-f -e --file --source -E --exec",
    code: "-i -l --include --load -D",
    flags: "bcCOPSt --posix --re-interval --traditional --sandbox --csv",
  },
  {
    names: "sed, gsed, ssed",
    operands: "first anywhere",
    instead: "-e -f --expression --file",
    data: "-l --line-length",
    flags: "nErsuziI --quiet --silent --regexp-extended --in-place --posix --separate --sandbox " +
      "--null-data --unbuffered --debug --follow-symlinks",
  },
  {
    names: "node, nodejs, tsx, ts-node",
    operands: "first",
    instead: "-e -p -pe --eval --print",
    code: "-r --require --import --loader --experimental-loader -c --check --env-file",
    data: "-C --conditions",
    flags: "i --interactive --trace-warnings --no-warnings --enable-source-maps --test --watch",
    stdin: true,
  },
  { names: "deno", operands: "subcommand", flags: "q --quiet --unstable" },
  { names: "deno eval, deno repl, deno install, deno x", operands: "all", stdin: true },
  {
    names: "deno run, deno serve, deno test, deno bench",
    operands: "first",
    code: "-c --config --import-map --preload --import --require",
    flags: "AqrRWNES --allow-all --allow-read --allow-write --allow-net --allow-env --allow-run " +
      "--allow-sys --quiet --no-check --no-lock --no-config --cached-only --no-prompt --unstable",
    stdin: true,
  },
  { names: "deno task", operands: "all" },
  { names: "bun", operands: "subcommand", instead: "-e -p --eval --print", code: "-r --preload" },
  { names: "bun run, bun exec, bun add, bun install, bun create", operands: "all" },
  {
    names: "php",
    operands: "first",
    instead: "-r -R -B -E -f -F",
    code: "-d -c -z -t -S",
    flags: "ainqsvwl",
    stdin: true,
  },
  {
    names: "lua, luajit, tclsh, wish, osascript, rscript, r, julia, swift, groovy, scala, " +
      "kotlin, elixir, iex, erl, escript, ghc, runghc, runhaskell, guile, racket, sbcl, " +
      "clisp, ecl, clojure, clj, bb, jshell, octave, gnuplot, sage, coffee, qjs, d8, " +
      "ocaml, utop, nim, crystal, janet, chibi-scheme, csi, csharp, fennel, gjs, cjs, " +
      "maxima, gp, magma, gst, picolisp, yap, swipl, gforth, nasm, ts-script",
    operands: "first",
    instead: "-c -e -E -eval --eval -p --print --execute --command -g -ex",
    code: "-l -r -f --file --load",
    stdin: true,
  },
  { names: "sqlite3, sqlite, duckdb", operands: "later", code: "-cmd -init -c -s", stdin: true },
  {
    names: "psql, pgcli, usql",
    operands: "data",
    instead: "-c -f --command --file",
    data: "-h -p -U -d -v -o -L -F -R -P -T --host --port --username --dbname --set --variable",
    flags: "AabeEHlnqsStwWxXz0 --quiet --tuples-only --no-align --no-psqlrc --csv --expanded",
    stdin: true,
  },
  {
    names: "mysql, mariadb, mycli",
    operands: "data",
    instead: "-e --execute",
    code: "--init-command --pager --tee --defaults-file --defaults-extra-file",
    data: "-u -h -P -D -S --user --host --port --database --socket",
    flags: "psNBtrfqvwXE --batch --silent --raw --skip-column-names",
    stdin: true,
  },
  {
    names: "mongo, mongosh, clickhouse-client, clickhouse, cqlsh, sqlcmd, isql, sqlplus, " +
      "influx, bq, snowsql, cypher-shell, redis-cli, hive, impala-shell, presto, trino, " +
      "spark-sql",
    operands: "all",
    stdin: true,
  },
  { names: "bc", operands: "code", stdin: true },
  {
    names: "jq, gojq, jaq",
    operands: "first anywhere",
    pairs: "--arg --argjson --slurpfile --rawfile --argfile",
    instead: "-f --from-file",
    code: "-L --library-path",
    data: "--indent",
    flags: "nrRscCaSjeV0 --null-input --raw-output --raw-input --slurp --compact-output --args " +
      "--exit-status --join-output --sort-keys --tab --jsonargs --seq --stream",
  },
  { names: "yq, xq, dasel, fx, mlr, xmlstarlet, xidel, pup, htmlq", operands: "all" },
  {
    names: "ex, vi, vim, nvim, view, vimdiff, gvim, rvim",
    operands: "data",
    code: "-c -S -s -u -U -i -w -W --cmd -t -q",
    plus: true,
    stdin: true,
  },
  { names: "emacs, emacsclient", operands: "data", code: "-e -l -f --eval --load -x", plus: true },
  { names: "less, more, most, man, zless", operands: "data", code: "-P -H -k -K", plus: true },
  { names: "gdb, lldb, rust-gdb, perf, dtrace, bpftrace, systemtap", operands: "all", stdin: true },
  {
    names: "make, gmake, bmake, nmake, ninja, cmake, ctest, meson, scons, bazel, ant, mvn, " +
      "gradle, sbt",
    operands: "code",
    data: "-C -j -l --directory --jobs",
  },
];
