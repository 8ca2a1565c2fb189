/** `install.sh`, against releases on the loopback: what is right is installed, what is wrong never. */
import assert from "node:assert/strict";
import { REPOSITORY } from "../start_program.ts";

const SCRIPT = `${REPOSITORY}install.sh`;
const { os, arch } = Deno.build;
const ASSET = `wave-${os === "darwin" ? "macos" : "linux"}-${arch}`;

/** Stands for the executable: what the script does with it does not depend on what it is. */
const program = (version: string) => `#!/bin/sh\necho "wave ${version}"\n#${"x".repeat(3000)}\n`;

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

/** A home, and a server with releases. */
class Releases implements AsyncDisposable {
  readonly root: string;
  readonly #server: Deno.ChildProcess;
  readonly #port: string;

  private constructor(root: string, server: Deno.ChildProcess, port: string) {
    this.root = root;
    this.#server = server;
    this.#port = port;
  }

  static async open(): Promise<Releases> {
    const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "wave-test-" }));
    const fixture = `${REPOSITORY}tests/fixtures/serve_releases.ts`;
    const server = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-config",
        "--allow-net=127.0.0.1",
        "--allow-read",
        fixture,
        `${root}/releases`,
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const reader = server.stdout.getReader();
    const { value } = await reader.read();
    await reader.cancel();
    return new Releases(root, server, new TextDecoder().decode(value).trim());
  }

  /** Puts an executable into a release; its sum is that of `summed`. */
  async add(release: string, executable: string, summed = executable): Promise<void> {
    const folder = `${this.root}/releases/${release}`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/${ASSET}`, executable);
    await Deno.writeTextFile(
      `${folder}/SHA256SUMS`,
      `${await sha256("other")}  ${ASSET}.txt\n${await sha256(summed)}  ${ASSET}\n`,
    );
  }

  /** Runs the script, or another one, in a home without anything. */
  async install(
    args: readonly string[],
    { env = {}, script = SCRIPT }: { env?: Record<string, string>; script?: string } = {},
  ): Promise<Answer> {
    const output = await new Deno.Command("sh", {
      args: [script, ...args],
      cwd: this.root,
      clearEnv: true,
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin",
        HOME: `${this.root}/home`,
        SHELL: "/bin/bash",
        WAVE_RELEASES: `http://127.0.0.1:${this.#port}`,
        ...env,
      },
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
  }

  /** What is in the folder that the script installs to: names, and the program's text. */
  async installed(): Promise<[names: string[], program: string] | null> {
    const folder = `${this.root}/home/.local/bin`;
    try {
      const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
      return [names, await Deno.readTextFile(`${folder}/wave`)];
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stdin.close();
    await this.#server.status;
    await Deno.remove(this.root, { recursive: true });
  }
}

Deno.test("install.sh installs the newest release, or the named one, and says what to do next", async () => {
  await using releases = await Releases.open();
  await releases.add("latest", program("0.2.0"));
  await releases.add("v0.1.0", program("0.1.0"));
  const bin = `${releases.root}/home/.local/bin`;

  const newest = await releases.install([]);
  assert.deepEqual(newest, {
    code: 0,
    stdout: `installed wave 0.2.0 as ${bin}/wave\n` +
      `${bin} is not on your path; put this into ${releases.root}/home/.bashrc:\n` +
      `  export PATH="${bin}:$PATH"\n`,
    stderr: "",
  });
  assert.equal((Deno.statSync(`${bin}/wave`).mode ?? 0) & 0o777, 0o755);

  for (const name of ["0.1.0", "v0.1.0"]) {
    const named = await releases.install([name], { env: { PATH: `${bin}:/usr/bin:/bin` } });
    assert.deepEqual(named, {
      code: 0,
      stdout: `installed wave 0.1.0 as ${bin}/wave\n`,
      stderr: "",
    });
    assert.deepEqual(await releases.installed(), [["wave"], program("0.1.0")]);
  }

  const elsewhere = `${releases.root}/a folder/bin`;
  const told = await releases.install([], {
    env: { WAVE_INSTALL_DIR: elsewhere, SHELL: "/usr/bin/fish", PATH: `${bin}:/usr/bin:/bin` },
  });
  assert.equal(told.code, 0, told.stderr);
  assert.match(told.stdout, /fish_add_path '.*\/a folder\/bin'/);
  assert.equal(await Deno.readTextFile(`${elsewhere}/wave`), program("0.2.0"));
  const shadowed = await releases.install([], {
    env: { WAVE_INSTALL_DIR: elsewhere, PATH: `${bin}:${elsewhere}:/usr/bin:/bin` },
  });
  assert.match(
    shadowed.stdout,
    /^note: wave on your path is .*\/home\/\.local\/bin\/wave, not this one$/m,
  );
});

Deno.test("install.sh installs nothing that is not what was released, and leaves what there was", async () => {
  await using releases = await Releases.open();
  await releases.add("latest", program("0.1.0"));
  await releases.add("vwrong", program("0.2.0"), program("0.3.0"));
  await releases.add("vcut", program("0.2.0"));
  await releases.add("vcut-quietly", program("0.2.0"));
  await releases.add("vbroken", "#!/bin/sh\necho 'no such libc' >&2\nexit 127\n");
  await releases.add("vother", program("0.2.0"));
  await Deno.writeTextFile(`${releases.root}/releases/vother/SHA256SUMS`, "12  wave-amiga-m68k\n");
  const cases: [args: string[], env: Record<string, string>, text: RegExp][] = [
    [["wrong"], {}, new RegExp(`^error: ${ASSET} is not what was released: its SHA-256 sum is `)],
    [["cut"], {}, new RegExp(`^error: cannot download \\S+vcut/${ASSET}: `)],
    [["cut-quietly"], {}, new RegExp(`^error: ${ASSET} is not what was released: `)],
    [["broken"], {}, new RegExp(`^error: ${ASSET} does not run here: no such libc\n`)],
    [["other"], {}, new RegExp(`^error: this release has no ${ASSET}\n`)],
    [
      ["9.9"],
      {},
      /^error: cannot download \S+v9\.9\/SHA256SUMS: .*404.*\nhint: is there such a release/,
    ],
    [[], { WAVE_RELEASES: "http://127.0.0.1:9" }, /^error: cannot download /],
    [
      [],
      { WAVE_RELEASES: "" },
      /^error: this copy of the script does not know where the releases are\n/,
    ],
    [[], { WAVE_INSTALL_DIR: "/dev/null/bin" }, /error: cannot make the folder \/dev\/null\/bin\n/],
  ];
  for (const before of [null, [["wave"], program("0.1.0")]]) {
    for (const [args, env, text] of cases) {
      const { code, stdout, stderr } = await releases.install(args, { env });
      assert.deepEqual([code, stdout], [1, ""], `${args}: ${stderr}`);
      assert.match(stderr, text);
      assert.deepEqual(await releases.installed(), before, `${args}`);
    }
    assert.equal((await releases.install([])).code, 0);
  }
});

Deno.test("install.sh does nothing when it was cut off itself", async () => {
  await using releases = await Releases.open();
  await releases.add("latest", program("0.1.0"));
  const text = await Deno.readTextFile(SCRIPT);
  const script = `${releases.root}/cut.sh`;
  for (let length = 0; length < text.trimEnd().length; length += 397) {
    await Deno.writeTextFile(script, text.slice(0, length));
    await releases.install([], { script });
    assert.equal(await releases.installed(), null, `after ${length} of ${text.length} characters`);
  }
});

/** A folder with those of these programs that this machine has. */
async function onlyTools(folder: string, names: readonly string[]): Promise<string> {
  await Deno.mkdir(folder);
  for (const name of names) {
    const { success, stdout } = await new Deno.Command("sh", {
      args: ["-c", 'command -v "$1"', "sh", name],
    }).output();
    if (!success) continue;
    await Deno.symlink(new TextDecoder().decode(stdout).trim(), `${folder}/${name}`);
  }
  return folder;
}

Deno.test("install.sh does with the tools that there are, and names the missing ones", async () => {
  await using releases = await Releases.open();
  await releases.add("latest", program("0.1.0"));
  const basic = ["sh", "uname", "mktemp", "awk", "chmod", "mkdir", "cp", "mv", "rm", "tail"];
  const cases: [tools: string[], error: RegExp | null][] = [
    [["wget", "shasum"], null],
    [["curl", "sha256sum"], null],
    [["sha256sum"], /^error: cannot download: neither curl nor wget is there\n/],
    [["curl"], /^error: cannot check the download: neither sha256sum nor shasum is there\n/],
  ];
  for (const [tools, error] of cases) {
    const path = await onlyTools(`${releases.root}/${tools.join("-")}`, [...basic, ...tools]);
    const here = new Set([...Deno.readDirSync(path)].map(({ name }) => name));
    const missing = tools.filter((name) => !here.has(name));
    if (missing.length > 0) {
      console.log(`skipped: ${tools.join(", ")}: ${missing.join(", ")} is not on this machine`);
      continue;
    }
    const { code, stderr } = await releases.install([], { env: { PATH: path } });
    assert.equal(code, error === null ? 0 : 1, `${tools}: ${stderr}`);
    if (error !== null) assert.match(stderr, error);
  }
});
