/** A project as a reader of the guides has it, and the built program on the path. */
import { type Project, project } from "../cli.ts";
import { REPOSITORY } from "../start_program.ts";

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const { os, arch } = Deno.build;
const ASSET = `wave-${os === "darwin" ? "macos" : "linux"}-${arch}`;

/** A git repository with two commits, in which nothing of wave is yet; and a release of the program. */
export class Scene implements AsyncDisposable {
  readonly #project: Project;
  readonly #program: string;
  /** What a program sees of it. */
  readonly env: Readonly<Record<string, string>>;

  private constructor(place: Project, program: string) {
    this.#project = place;
    place.expectProcesses();
    this.#program = program;
    const { PATH = "" } = Deno.env.toObject();
    this.env = {
      PATH: `${program}:${PATH}`,
      HOME: `${place.root}/home`,
      LANG: "C.UTF-8",
      TZ: "UTC",
      WAVE_RELEASES: `file://${place.root}/releases`,
    };
  }

  /** With `like` it is a copy of that. */
  static async open(program: string, like?: Scene): Promise<Scene> {
    const scene = new Scene(await project({ "home/.keep": "" }, { bare: true }), program);
    if (like !== undefined) {
      await scene.must(`cp -a '${like.#project.root}/.' .`, scene.#project.root);
      return scene;
    }
    const git = "git -c user.name=reader -c user.email=reader@localhost";
    await scene.must(
      `mkdir project && cd project && git init -q -b main
      echo 'console.log("hi")' > main.ts && git add -A && ${git} commit -qm one
      echo "A note." > notes.md && git add -A && ${git} commit -qm two`,
      scene.#project.root,
    );
    await scene.must(
      `mkdir -p releases/latest/download && cd releases/latest/download
      cp '${REPOSITORY}install.sh' .
      printf '#!/bin/sh\nexec "%s/wave" "$@"\n' '${program}' > ${ASSET}
      { sha256sum ${ASSET} || shasum -a 256 ${ASSET}; } > SHA256SUMS`,
      scene.#project.root,
    );
    return scene;
  }

  /** A second one with the same program. */
  another(): Promise<Scene> {
    return Scene.open(this.#program);
  }

  get root(): string {
    return `${this.#project.root}/project`;
  }

  /** Runs a script with bash; it ends at the first command that fails, also within a pipe. */
  async bash(script: string, { cwd = this.root, env = {}, shell = ["bash", "-eo", "pipefail"] }: {
    cwd?: string;
    env?: Record<string, string>;
    shell?: readonly string[];
  } = {}): Promise<Answer> {
    const [program = "", ...flags] = shell;
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args: [...flags, "-c", script],
      cwd,
      clearEnv: true,
      env: { ...this.env, ...env },
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  }

  /** As `bash`, for what a scene needs. @throws {Error} when it fails. */
  async must(script: string, cwd = this.root): Promise<string> {
    const { code, stdout, stderr } = await this.bash(script, { cwd });
    if (code !== 0) throw new Error(`exit ${code} of:\n${script}\n${stdout}${stderr}`);
    return stdout;
  }

  async write(path: string, text: string): Promise<void> {
    await this.#project.write(`project/${path}`, text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#project[Symbol.asyncDispose]();
  }
}
