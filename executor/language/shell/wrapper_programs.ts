/** Programs that run the command in their arguments. */
import type { ProgramRow } from "./program_row.ts";

export const WRAPPERS: readonly ProgramRow[] = [
  { names: "exec", operands: "command", data: "-a", flags: "cl" },
  { names: "command", operands: "command", flags: "p", harmless: "-v -V" },
  {
    names: "builtin, nohup, coproc, fakeroot, pkexec, eatmydata, dumb-init, tini, catchsegv, " +
      "busybox, toybox",
    operands: "command",
    flags: "s g",
  },
  { names: "time", operands: "command", data: "-f -o --format --output", flags: "pavV" },
  {
    names: "env",
    operands: "command",
    assigns: true,
    data: "-u -C --unset --chdir",
    code: "-S --split-string",
    flags: "i0v --ignore-environment --null --debug",
  },
  {
    names: "sudo",
    operands: "command",
    assigns: true,
    data: "-u -g -h -p -C -T -r -t -U -D -R -a -c --user --group --host --prompt --chdir",
    flags: "AbBEeHiKklnNPsSvV --preserve-env --non-interactive --login --shell --set-home --stdin",
  },
  { names: "doas", operands: "command", data: "-u -C -a", flags: "Lns" },
  { names: "nice", operands: "command", data: "-n --adjustment", flags: "0123456789" },
  {
    names: "timeout",
    operands: "command",
    skip: 1,
    data: "-s -k --signal --kill-after",
    flags: "v --foreground --preserve-status --verbose",
  },
  { names: "setsid", operands: "command", flags: "cfw --ctty --fork --wait" },
  { names: "stdbuf", operands: "command", data: "-i -o -e --input --output --error" },
  {
    names: "xargs",
    operands: "command",
    data:
      "-I -n -P -L -d -s -E -a -R -S -J --max-args --max-procs --delimiter --arg-file --replace",
    flags: "0rtpxo --null --no-run-if-empty --verbose --exit --interactive",
  },
  {
    names: "flock",
    operands: "command",
    skip: 1,
    anywhere: true,
    data: "-w -E --timeout --wait --conflict-exit-code",
    code: "-c --command",
    flags: "sxeunoFv --shared --exclusive --nonblock --close --no-fork --verbose",
  },
  { names: "chroot", operands: "command", skip: 1, stdin: true, flags: "--skip-chdir" },
  {
    names: "ionice",
    operands: "command",
    data: "-c -n -p --class --classdata",
    flags: "t --ignore",
  },
  { names: "taskset", operands: "command", skip: 1, flags: "ac --all-tasks --cpu-list" },
  { names: "chrt", operands: "command", skip: 1, data: "-T -P -D", flags: "abdfimorv" },
  {
    names: "prlimit",
    operands: "command",
    data: "-p --pid -o --output",
    flags: "cdefilmnqrstuvxy",
  },
  {
    names: "setpriv",
    operands: "command",
    data: "--reuid --regid --groups --inh-caps",
    flags: "d",
  },
  {
    names: "setarch, linux32, linux64, i386, x86_64, unshare, nsenter, proot, bwrap, firejail",
    operands: "command",
    stdin: true,
  },
  {
    names: "strace, ltrace",
    operands: "command",
    data: "-o -e -p -s -a -u -P -E -I -O -S -U -X -b",
    flags: "cCdfFhiknqrtTvVwxyYzZ",
  },
  {
    names: "unbuffer, xvfb-run, dbus-run-session, entr, ld.so, ld-linux-x86-64.so.2, numactl, " +
      "cpulimit, cgexec, machinectl, lxc, lxc-attach, incus, adb, heroku, fly, flyctl, vagrant, " +
      "multipass, distrobox, toolbox, wsl, winpty, chronic, ts, ifne, sponge, retry, mpirun, srun",
    operands: "all",
  },
  { names: "gosu, su-exec", operands: "command", skip: 1 },
  {
    names: "rlwrap, caffeinate, proxychains, proxychains4, torsocks, valgrind",
    operands: "command",
  },
  { names: "docker, podman, nerdctl", operands: "subcommand", data: "-H -c -l --host --context" },
  {
    names: "docker exec, podman exec, nerdctl exec",
    operands: "command",
    skip: 1,
    data: "-e -u -w --env --user --workdir --env-file --detach-keys",
    flags: "dit --detach --interactive --tty --privileged",
  },
  {
    names: "docker run, docker create, podman run, podman create, nerdctl run",
    operands: "command",
    skip: 1,
    code: "--entrypoint --runtime --pid --privileged --device --cap-add --security-opt",
    data: "-e -u -w -v -p -h -l -m --env --user --workdir --env-file --volume --publish --name " +
      "--network --net --mount --hostname --label --memory --cpus --platform --add-host --shm-size",
    flags: "ditP --rm --detach --interactive --tty --init --read-only",
  },
  {
    names: "kubectl, oc",
    operands: "subcommand",
    data: "-n -s --namespace --context --cluster --kubeconfig --user --server",
  },
  {
    names: "kubectl exec, kubectl run, oc exec, oc run",
    operands: "command",
    skip: 1,
    anywhere: true,
    data: "-n -c --namespace --container --context --cluster --image --labels --env",
    flags: "itq --stdin --tty --quiet --rm --command",
  },
  {
    names: "uv, pyenv, rbenv, nodenv, asdf, mise, conda, mamba, pipx, poetry, pdm, hatch, " +
      "pipenv, bundle, direnv, rye, rtx, volta, nvm, fnm, opam, stack, dotnet",
    operands: "subcommand",
  },
  {
    names: "uv run, uvx",
    operands: "command",
    data: "-p -w --python --with --extra --group --project --directory --env-file --from",
    code: "-m --module -s --script --with-requirements",
    flags: "qv --no-project --isolated --frozen --locked --offline --quiet --verbose --no-sync",
  },
  {
    names: "pyenv exec, rbenv exec, nodenv exec, poetry run, pdm run, hatch run, pipenv run, " +
      "bundle exec, pipx run, rye run, opam exec, stack exec, fnm exec",
    operands: "command",
  },
  { names: "direnv exec, volta run, nvm exec, asdf exec", operands: "command", skip: 1 },
  {
    names: "conda run, mamba run",
    operands: "command",
    data: "-n -p --name --prefix --cwd",
    flags: "v --no-capture-output --live-stream",
  },
  {
    names: "npx, bunx, pnpx, npm exec, npm x, pnpm exec, pnpm dlx, yarn exec, yarn dlx, bun x",
    operands: "command",
    code: "-c --call -p --package",
    flags: "yq --yes --no --no-install --quiet --bun",
  },
];
