import assert from "node:assert/strict";
import { fixedLookup, FORGE_NAMES } from "../../../../executor/language/template/project_values.ts";
import { manifest } from "../../fixture.ts";

Deno.test("fixedLookup() tells of the forge what the remote and the manifest say", () => {
  const cases: [url: string | null, forge: string | null, told: string][] = [
    ["git@github.com:acme/shop.git", null, "github gh gh github.com acme shop"],
    ["https://github.com/acme/shop", null, "github gh gh github.com acme shop"],
    ["https://me:key@GitLab.example/a/b/c.git", null, "gitlab glab gl gitlab.example a/b c"],
    [
      "ssh://git@codeberg.org:2222/acme/my.shop.git/",
      null,
      "gitea tea gt codeberg.org acme my.shop",
    ],
    ["git@code.example:acme/shop", "bitbucket", "bitbucket bb bb code.example acme shop"],
    ["https://github.com/acme", null, "github gh gh github.com  "],
    // What a shell would take for more than a name is none.
    ["https://github.com/a$(id)/shop", null, "github gh gh github.com  "],
    ["https://github.com/-a/shop;id", null, "github gh gh github.com  "],
    ["/srv/git/shop.git", null, "github gh gh   "],
    [null, null, "github gh gh   "],
  ];
  const root = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(`${root}/.git`);
    for (const [url, forge, told] of cases) {
      const remote = url === null ? "" : `[remote "origin"]\n\turl = ${url}\n`;
      Deno.writeTextFileSync(`${root}/.git/config`, remote);
      const lookup = fixedLookup(root, manifest({ forge }));
      const values = ["type", "cli_tool", "prefix", "host", "owner", "repo"].map((name) =>
        lookup({ kind: "forge", name })
      );
      assert.equal(values.join(" "), told, url ?? "no remote");
      for (const name of FORGE_NAMES) assert.notEqual(lookup({ kind: "forge", name }), undefined);
    }
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});
