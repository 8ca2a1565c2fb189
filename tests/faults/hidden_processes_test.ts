/** Where processes cannot be ended or not be seen: told, and never called cancelled. */
import assert from "node:assert/strict";
import { copyProgram } from "../built_program.ts";
import { type Project, project } from "../cli.ts";
import { NOBODY, ordinaryUser } from "../ordinary_user.ts";

async function sh(script: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", script, "sh", ...args],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Starts the run `p` of `$1`, and cancels it by force once its step is ready. */
const CANCEL = `
  "$1" run p -q & run=$!
  while [ ! -e ready ]; do sleep 0.05; done
  "$1" cancel --force; echo "cancel $?"
  wait "$run"; echo "run $?"
  "$1" status @latest --format json
`;

function isRoot(what: string): boolean {
  if (Deno.uid() === 0) return true;
  console.log(`skipped: only root can ${what}`);
  return false;
}

/** A program that becomes root whoever starts it, as sudo does. */
async function becomeRoot(place: Project): Promise<string | null> {
  const path = `${place.root}/become-root`;
  const { code } = await sh('cp "$(command -v setpriv)" "$1" && chmod 4755 "$1"', path);
  const { stdout } = code === 0
    ? await sh(
      `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups "$1" --reuid=0 --regid=0 --clear-groups id -u`,
      path,
    )
    : { stdout: "" };
  if (stdout.trim() === "0") return path;
  console.log("skipped: no program can be made to run as root here");
  return null;
}

const rootProcess = (helper: string, then: string) => `
steps:
  - id: root
    type: command
    script: |
      (${helper} --reuid=0 --regid=0 --clear-groups sh -c 'echo $$ >&3; exec sleep 1000' 3>"$WAVE_PROJECT/pid" >/dev/null 2>&1 &)
      while [ ! -s "$WAVE_PROJECT/pid" ]; do sleep 0.05; done
      : >"$WAVE_PROJECT/ready"
      ${then}
`;

for (const then of ["sleep 1000", "exit 0"]) {
  Deno.test(`a process that became root is named by its pid when the step does: ${then}`, async () => {
    if (!isRoot("make a program that becomes root")) return;
    await using place = await project({ "note": "" });
    await Deno.chmod(place.root, 0o755);
    const helper = await becomeRoot(place);
    const user = await ordinaryUser(place.root);
    if (helper === null || user === null) return;
    await place.write(".wave/pipelines/p.yaml", rootProcess(helper, then));
    const program = copyProgram(`${place.root}/dist`);
    await sh(`chown -R ${NOBODY} "$1"; chown root "$2"; chmod 4755 "$2"`, place.root, helper);
    const script = then === "exit 0" ? '"$1" run p -v; echo "run $?"' : CANCEL;
    const { stdout, stderr } = await user.run(place.root, "sh", ["-c", script, "sh", program]);
    const pid = (await Deno.readTextFile(`${place.root}/pid`)).trim();
    try {
      const told = `Cannot end process ${pid}: it belongs to another user`;
      if (then === "exit 0") {
        assert.match(stdout, new RegExp(`warning +root ${told}`), stderr);
        assert.match(stdout, /run 0$/m);
      } else {
        assert.match(stdout, /cancel 1$/m, stderr);
        assert.match(stdout, /run 1$/m);
        assert.ok(stderr.includes(told), stderr);
        assert.match(stdout, /"status":"failed"/);
      }
    } finally {
      await sh('kill -9 "$1"', pid);
    }
  });
}

const FORKS = `
steps:
  - id: forks
    type: command
    script: |
      setsid sleep 1000 & sleep 1000 & : >"$WAVE_PROJECT/ready"
      wait
`;

Deno.test("without /proc nothing is called cancelled: cancel --force cannot tell, and says so", async () => {
  if (!isRoot("take /proc away")) return;
  await using place = await project({ ".wave/pipelines/p.yaml": FORKS });
  const program = copyProgram(`${place.root}/dist`);
  // In a namespace of its own, whose end is the end of what nobody finds there.
  const script = `mount -t tmpfs none /proc && cd "$2" && { ${CANCEL} }`;
  const { stdout, stderr } = await sh(
    'unshare -mpf --kill-child sh -c "$1" sh "$2" "$3"',
    script,
    program,
    place.root,
  );
  assert.match(stdout, /cancel 1$/m, stdout + stderr);
  assert.match(stdout, /run 1$/m);
  assert.match(stderr, /Cannot tell whether processes are left: there is no \/proc/);
  assert.match(stdout, /"status":"failed"/);
});

Deno.test("wave runs, and cancels, as process 1 of a container", async () => {
  if (!isRoot("make a namespace of processes")) return;
  await using place = await project({ ".wave/pipelines/p.yaml": FORKS });
  const program = copyProgram(`${place.root}/dist`);
  const script = `cd "$2" || exit
    (while [ ! -e ready ]; do sleep 0.05; done; "$1" cancel --force; echo "cancel $?") &
    exec "$1" run p -v`;
  const { stdout, stderr, code } = await sh(
    'unshare -pf --mount-proc sh -c "$1" sh "$2" "$3"',
    script,
    program,
    place.root,
  );
  assert.equal(code, 4, stdout + stderr);
  assert.match(stdout, /cancelled +forks .*processes ended, none left/);
});
