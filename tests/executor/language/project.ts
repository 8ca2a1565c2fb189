/** Small projects for the tests of the language. */
import assert from "node:assert/strict";
import { dirname } from "@std/path";
import type { Pipeline } from "../../../executor/language/model/pipeline.ts";
import type { Diagnostic } from "../../../executor/language/source/diagnostic.ts";
import { resolveManifest } from "../../../executor/language/resolve/resolve_manifest.ts";
import {
  readPipeline,
  type Resolved,
} from "../../../executor/language/resolve/resolve_pipeline.ts";
import { readSource } from "../../../executor/language/source/yaml_source.ts";

export const MANIFEST = `apiVersion: v1
kind: WaveManifest
metadata: { name: test }
project: { language: go, test_command: go test ./... }
adapters:
  mock: { binary: mock }
  claude: { binary: claude }
personas:
  navigator: { adapter: mock, system_prompt_file: .wave/personas/navigator.md }
  summarizer: { adapter: claude }
  reader: { adapter: claude, permissions: { allowed_tools: [Read], deny: ["Write(*)"] } }
skill_mounts: [{ path: skills }]
`;

/** What the pipelines of the tests name. */
export const FILES: Readonly<Record<string, string>> = {
  "wave.yaml": MANIFEST,
  ".wave/personas/navigator.md": "You look around.",
  ".wave/contracts/good.json": `{ "type": "object" }`,
  ".wave/contracts/bad.json": "{",
  "skills/here/SKILL.md": "How it is done.",
  ".wave/prompts/go.md": "Look at {{ input }}.",
  ".wave/prompts/wrong.md": "Two\nlines, {{ inptu }}.",
};

/** Writes files below a new folder; disposing removes it. */
export class TestProject implements Disposable {
  readonly root = Deno.makeTempDirSync({ prefix: "wave-language-" });

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [path, text] of Object.entries({ ...FILES, ...files })) this.write(path, text);
  }

  write(path: string, text: string): void {
    Deno.mkdirSync(dirname(`${this.root}/${path}`), { recursive: true });
    Deno.writeTextFileSync(`${this.root}/${path}`, text);
  }

  /** Resolves YAML as the pipeline `p`; `other` is a pipeline too. */
  resolve(yaml: string, pipelines: readonly string[] = ["p", "other"]): Resolved {
    this.write(".wave/pipelines/p.yaml", yaml);
    const { manifest } = resolveManifest(readSource(this.root, "wave.yaml"));
    return readPipeline(".wave/pipelines/p.yaml", {
      root: this.root,
      manifest,
      pipelines: new Set(pipelines),
    });
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.root, { recursive: true });
  }
}

export function errorsOf(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === "error");
}

/** The pipeline that YAML without mistakes means. */
export function resolvedPipeline(yaml: string): Pipeline {
  using place = new TestProject();
  const { pipeline, diagnostics } = place.resolve(yaml);
  assert.deepEqual(errorsOf(diagnostics), []);
  assert.ok(pipeline !== null);
  return pipeline;
}
