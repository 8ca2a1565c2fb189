/** Builtins of shells, the shells themselves, and what hands commands on to others like them. */
import type { ProgramRow } from "./program_row.ts";

export const SHELLS: readonly ProgramRow[] = [
  {
    names: "eval, [[, ., source, trap, alias, let, unset, compgen, complete, enable, bind, fc, " +
      "hash, jobs, getopts",
    operands: "all",
  },
  {
    names: "sh, bash, dash, ash, rbash, ksh, mksh, pdksh, oksh, yash, zsh, rzsh, posh, hush",
    operands: "first",
    data: "-o +o -O +O",
    flags: "abcefhiklmnpqruvxBCDEHPT --login --norc --noprofile --posix --verbose --restricted",
    reads: "-s",
    stdin: true,
  },
  {
    names: "fish, csh, tcsh, elvish, nu, xonsh, rc, es, oil, osh, pwsh, powershell, cmd",
    operands: "first",
    code: "-C --init-command",
    instead: "-c --command -Command -EncodedCommand",
    stdin: true,
  },
  {
    names: "ssh, rsh, su, runuser, sg, parallel, watch, script, at, batch, tmux, screen, dtach, " +
      "scp, sftp, socat, hyperfine, concurrently, start-stop-daemon, systemd-run, ansible, " +
      "ansible-playbook, just, rake, invoke, nix, nix-shell, crontab, ed, red, dc, m4, " +
      "expect, autoexpect, newgrp",
    operands: "all",
    stdin: true,
  },
  { names: "declare, typeset, local, export, readonly", operands: "code" },
  {
    names: "read",
    operands: "code",
    data: "-p -d -t -n -N -u -i",
    code: "-a",
    flags: "res",
  },
  {
    names: "mapfile, readarray",
    operands: "code",
    data: "-d -n -O -s -u -c",
    code: "-C",
    flags: "t",
  },
  { names: "wait", operands: "data", code: "-p", flags: "nf" },
];
