/** A project whose disk, or whose files, cannot grow. */
import { Project, project } from "../cli.ts";
import { SmallDisk } from "./small_disk.ts";

const SIZE = 8 << 20;

export const PIPELINES: Readonly<Record<string, string>> = {
  small: `
steps:
  - id: one
    type: command
    script: echo hi; echo text > a.txt
    output_artifacts: [{ name: a, path: a.txt }]
`,
  // Says much while there is a file named loud, and leaves processes.
  loud: `
steps:
  - id: one
    type: command
    script: echo first > a.txt
    output_artifacts: [{ name: a, path: a.txt }]
  - id: two
    type: command
    dependencies: [one]
    script: |
      if [ -e "$WAVE_PROJECT/loud" ]; then
        sleep 600 &
        (setsid sleep 600 &)
        i=0; while [ $i -lt 30000 ]; do i=$((i+1)); echo "line $i, and some more text"; done
        sleep 600
      fi
`,
  // Its second step gets a copy of what the first one made.
  copies: `
steps:
  - id: one
    type: command
    script: head -c 1000000 /dev/zero > big.bin
    output_artifacts: [{ name: big, path: big.bin }]
  - id: two
    type: command
    dependencies: [one]
    memory: { inject_artifacts: [{ step: one, artifact: big, as: big.bin }] }
    script: echo never
`,
  agent: `
steps:
  - id: one
    persona: worker
    exec: { type: prompt, source: '@@mock {"write": {"x.txt": "${"x".repeat(500_000)}"}}@@ go' }
`,
};

export const FILES: Readonly<Record<string, string>> = {
  "wave.yaml": `
adapters: { mock: { binary: mock } }
personas: { worker: { adapter: mock, system_prompt_file: worker.md } }
`,
  "worker.md": "Work.\n",
  ...Object.fromEntries(
    Object.entries(PIPELINES).map(([name, text]) => [`.wave/pipelines/${name}.yaml`, text]),
  ),
};

export interface SmallProject extends AsyncDisposable {
  readonly place: Project;
  readonly disk: SmallDisk;
}

/** A project on a disk of its own; null where nothing may be mounted, which is printed. */
export async function projectOnSmallDisk(): Promise<SmallProject | null> {
  const disk = await SmallDisk.mount(SIZE);
  if (disk === null) {
    console.warn("no tmpfs may be mounted here (not root): only file size limits are tested");
    return null;
  }
  console.log(`full disk: a tmpfs of ${SIZE >> 20} MB`);
  const root = `${disk.path}/project`;
  Deno.mkdirSync(root);
  const place = new Project(root);
  for (const [path, text] of Object.entries(FILES)) await place.write(path, text);
  return { place, disk, [Symbol.asyncDispose]: () => disk[Symbol.asyncDispose]() };
}

/** The same project on the ordinary disk. */
export function projectOnDisk(): Promise<Project> {
  return project(FILES);
}
