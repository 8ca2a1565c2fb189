import assert from "node:assert/strict";
import {
  createWhole,
  exists,
  isMissing,
  lstat,
  namesIn,
  readIfThere,
  removeIfThere,
  replaceFile,
} from "../../event/files.ts";

class Folder implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "wave-files-" });
  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

Deno.test("what is not there is an answer, also below a file", () => {
  using folder = new Folder();
  Deno.writeTextFileSync(`${folder.path}/file`, "text");
  for (const path of [`${folder.path}/none`, `${folder.path}/none/x`, `${folder.path}/file/x`]) {
    assert.equal(lstat(path), null, path);
    assert.equal(exists(path), false, path);
    assert.equal(readIfThere(path), null, path);
    assert.deepEqual(namesIn(path), [], path);
    removeIfThere(path);
  }
  assert.equal(readIfThere(`${folder.path}/file`), "text");
  assert.deepEqual(namesIn(folder.path), ["file"]);
  removeIfThere(`${folder.path}/file`);
  assert.deepEqual(namesIn(folder.path), []);
});

Deno.test("lstat() and exists() see a link that leads nowhere", () => {
  using folder = new Folder();
  Deno.symlinkSync(`${folder.path}/nowhere`, `${folder.path}/link`);
  assert.equal(lstat(`${folder.path}/link`)?.isSymlink, true);
  assert.equal(exists(`${folder.path}/link`), true);
});

Deno.test("every other error is thrown", () => {
  using folder = new Folder();
  Deno.mkdirSync(`${folder.path}/full`);
  Deno.writeTextFileSync(`${folder.path}/full/file`, "");
  assert.throws(() => removeIfThere(`${folder.path}/full`));
  assert.throws(() => readIfThere(`${folder.path}/full`));
  assert.throws(() => lstat(`${folder.path}/${"x".repeat(300)}`));
  assert.equal(isMissing(new Deno.errors.PermissionDenied()), false);
});

Deno.test("replaceFile() replaces the file, or the link, and leaves nothing beside it", () => {
  using folder = new Folder();
  const path = `${folder.path}/file`;
  replaceFile(path, "first", 0o600);
  assert.equal((lstat(path)?.mode ?? 0) & 0o777, 0o600);
  replaceFile(path, "second");
  assert.equal(readIfThere(path), "second");
  Deno.writeTextFileSync(`${folder.path}/target`, "kept");
  Deno.symlinkSync("target", `${folder.path}/link`);
  replaceFile(`${folder.path}/link`, "third");
  assert.equal(readIfThere(`${folder.path}/target`), "kept");
  assert.equal(lstat(`${folder.path}/link`)?.isFile, true);
  assert.deepEqual(namesIn(folder.path).sort(), ["file", "link", "target"]);
});

Deno.test("replaceFile() gives the mode that it is given, and else what the user's mask leaves", () => {
  using folder = new Folder();
  const path = `${folder.path}/file`;
  replaceFile(path, "", 0o666);
  assert.equal((lstat(path)?.mode ?? 0) & 0o777, 0o666);
  Deno.writeTextFileSync(`${folder.path}/plain`, "");
  replaceFile(path, "");
  assert.equal(lstat(path)?.mode, lstat(`${folder.path}/plain`)?.mode);
});

Deno.test("replaceFile() leaves nothing behind when it fails", () => {
  using folder = new Folder();
  Deno.mkdirSync(`${folder.path}/taken/inner`, { recursive: true });
  assert.throws(() => replaceFile(`${folder.path}/taken`, "text"));
  assert.deepEqual(namesIn(folder.path), ["taken"]);
});

Deno.test("createWhole() never replaces, not even a link that leads nowhere", () => {
  using folder = new Folder();
  createWhole(`${folder.path}/file`, "first");
  assert.throws(() => createWhole(`${folder.path}/file`, "second"), Deno.errors.AlreadyExists);
  assert.equal(readIfThere(`${folder.path}/file`), "first");
  Deno.symlinkSync("nowhere", `${folder.path}/link`);
  assert.throws(() => createWhole(`${folder.path}/link`, "third"), Deno.errors.AlreadyExists);
  assert.deepEqual(namesIn(folder.path).sort(), ["file", "link"]);
});
