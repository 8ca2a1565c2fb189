/** The built program, called with environments and from folders that other programs stumble over. */
import assert from "node:assert/strict";
import { NOBODY } from "../ordinary_user.ts";
import { copyProgram } from "../built_program.ts";

const PIPELINE = `
steps:
  - id: show
    type: command
    script: echo "options=[\${NODE_OPTIONS-none}] deno_dir=[\${DENO_DIR-none}] hidden=[\${WAVE_NODE_OPTIONS-none}]"
`;

Deno.test("the built program is called", async (t) => {
  const top = await Deno.realPath(await Deno.makeTempDir({ prefix: "wave-test-" }));
  const root = `${top}/back\\slash/project`;
  await Deno.mkdir(`${root}/.wave/pipelines`, { recursive: true });
  await Deno.mkdir(`${root}/below`);
  await Deno.writeTextFile(`${root}/wave.yaml`, "metadata: { name: test }\n");
  await Deno.writeTextFile(`${root}/.wave/pipelines/p.yaml`, PIPELINE);
  await Deno.writeTextFile(`${top}/code.cjs`, `require("fs").writeFileSync("${top}/ran", "");`);
  copyProgram(`${top}/dist`);
  const path = { PATH: Deno.env.get("PATH") ?? "", DENO: Deno.execPath() };
  const home = { HOME: Deno.env.get("HOME") ?? "/" };
  const sh = async (
    script: string,
    env: Record<string, string>,
    more: Deno.CommandOptions = {},
  ) => {
    const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
      args: ["-c", `wave=${top}/dist/wave; ${script}`],
      cwd: `${root}/below`,
      clearEnv: true,
      env,
      stdin: "null",
      ...more,
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: decode(stdout), stderr: decode(stderr) };
  };

  await t.step("with NODE_OPTIONS, which run no code in wave and reach its steps", async () => {
    const options = `--require ${top}/code.cjs`;
    const env = { ...path, ...home, NODE_OPTIONS: options };
    for (
      const script of ["$wave run p -v", "$wave wait $($wave run p --detach); $wave logs -n all"]
    ) {
      const { code, stdout, stderr } = await sh(script, env);
      assert.equal(code, 0, stderr);
      assert.ok(stdout.includes(`options=[${options}] deno_dir=[none] hidden=[none]`), stdout);
    }
    await assert.rejects(Deno.lstat(`${top}/ran`), Deno.errors.NotFound);
  });

  await t.step("with NODE_OPTIONS that would make the runtime wait for a debugger", async () => {
    const { code } = await sh("$wave --version", {
      ...path,
      ...home,
      NODE_OPTIONS: "--inspect-brk",
    });
    assert.equal(code, 0);
  });

  await t.step("without a home, by a user whom the system does not know", async () => {
    if (Deno.uid() !== 0) return console.log("skipped: only root can become an unknown user");
    await new Deno.Command("chown", { args: ["-R", "54321", top] }).output();
    await new Deno.Command("chmod", { args: ["-R", "a+rX", top] }).output();
    const copy = `${top}/deno`;
    await Deno.copyFile(Deno.execPath(), copy);
    await Deno.chmod(copy, 0o755);
    const { code, stdout, stderr } = await sh("$wave run p -v", { ...path, DENO: copy }, {
      uid: 54321,
      gid: NOBODY,
    });
    assert.equal(code, 0, stderr);
    assert.ok(stdout.includes("options=[none] deno_dir=[none] hidden=[none]"), stdout);
  });

  await t.step("without PATH", async () => {
    const { code, stderr } = await sh("$wave run p", { DENO: path.DENO, ...home });
    assert.equal(code, 0, stderr);
  });

  await t.step("in a folder whose name is no UTF-8", async () => {
    const enter = String.raw`d=../bad$(printf '\377'); mkdir -p "$d" && cd "$d" && `;
    const env = { ...path, ...home };
    const text = await sh(`${enter} $wave status`, env);
    assert.deepEqual([text.code, text.stdout], [3, ""]);
    assert.match(text.stderr, /^error: Cannot work in this folder: its path is no UTF-8\n/);
    const json = await sh(`${enter} $wave status --format json`, env);
    assert.equal(JSON.parse(json.stdout).error.code, "project_not_found");
    assert.equal((await sh(`${enter} $wave --version`, env)).code, 0);
  });

  await Deno.remove(top, { recursive: true });
});
