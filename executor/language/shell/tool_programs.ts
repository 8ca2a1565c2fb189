/** Programs that take data, and a few options that run something. */
import type { ProgramRow } from "./program_row.ts";

export const TOOLS: readonly ProgramRow[] = [
  {
    names: "git",
    operands: "subcommand",
    data: "-C --git-dir --work-tree --namespace",
    code: "-c --exec-path --config-env",
    flags: "pP --no-pager --paginate --bare --no-replace-objects --literal-pathspecs",
  },
  {
    names: "git commit",
    operands: "data",
    data: "-m -F -C -c -t --message --file --author --date --fixup --squash --trailer --cleanup",
  },
  {
    names: "git tag, git notes, git merge",
    operands: "data",
    data: "-m -F --message --file",
    code: "-s",
  },
  { names: "git checkout, git switch", operands: "data", data: "-b -B -c -C --orphan" },
  { names: "git stash", operands: "data", data: "-m --message" },
  { names: "git grep", operands: "data", data: "-e -f", code: "-O --open-files-in-pager" },
  {
    names: "git log, git rev-list, git shortlog",
    operands: "data",
    data: "-n -S -G --author --grep",
  },
  {
    names: "git clone, git fetch, git pull, git push, git ls-remote, git archive, " +
      "git fetch-pack",
    operands: "data",
    code: "-u -c --upload-pack --receive-pack --exec --config --template --remote",
    data: "-b --branch --depth --origin --prefix",
  },
  { names: "git rebase", operands: "data", code: "-x --exec -s --strategy" },
  {
    names: "git config, git bisect, git submodule, git filter-branch, git difftool, " +
      "git mergetool, git send-email, git daemon, git shell, git upload-pack, " +
      "git receive-pack, git remote, git init, git credential, git help, git web--browse, " +
      "git instaweb, git replace, git fast-import, git maintenance, git lfs, git svn, " +
      "git p4, git remote-ext, git upload-archive, git hook",
    operands: "all",
  },
  {
    names: "tar, gtar, bsdtar, star",
    operands: "data",
    bundle: true,
    code: "-I -F -H --use-compress-program --to-command --checkpoint-action --rsh-command " +
      "--rmt-command --info-script --new-volume-script --options",
    data:
      "-f -C -T -X -b -N -V -K --file --directory --files-from --exclude --exclude-from --mtime",
  },
  {
    names: "rsync",
    operands: "data",
    code: "-e -M --rsh --rsync-path --remote-option",
    data: "-f",
  },
  { names: "zip, unzip, 7z, 7za, rar", operands: "data", code: "-TT --unzip-command -T" },
  {
    names: "sort",
    operands: "data",
    code: "--compress-program",
    data: "-k -t -o -S -T --key --field-separator --output",
  },
  { names: "split, csplit", operands: "data", code: "--filter", data: "-b -l -n -a -C" },
  {
    names: "rg, ack",
    operands: "data",
    code: "--pre --hostname-bin --pager",
    data: "-e -g -t -T -f -A -B -C -m -d -r --glob --regexp --type",
  },
  { names: "fd, fdfind", operands: "data", code: "-x -X --exec --exec-batch" },
  {
    names: "wget, wget2",
    operands: "data",
    code: "-e --execute --use-askpass --config",
    data: "-O -o -P",
  },
  {
    // A file of options may name any other, such as where the answer is written.
    names: "curl",
    operands: "data",
    code: "-K --config",
    data: "-d -H -o -u -X -A -b -c -e -F -T -m -w -x -r -C -E -D -P -Q -U -Y -y -z -t --data " +
      "--data-raw --data-binary --data-urlencode --json --header --output --output-dir --user " +
      "--request --user-agent --cookie --cookie-jar --referer --form --form-string " +
      "--upload-file --max-time --connect-timeout --write-out --proxy --range --cacert --cert " +
      "--key --retry --retry-delay --url --url-query --resolve --interface --oauth2-bearer",
  },
  {
    names: "gcc, cc, clang, tcc, rustc, ld, as, javac",
    operands: "data",
    code: "-B -wrapper",
    data: "-o -D -U",
  },
  { names: "java", operands: "first", code: "-cp -classpath -jar --class-path -agentpath" },
  { names: "go", operands: "subcommand", data: "-C" },
  { names: "go run, go generate, go install, go get, go tool", operands: "all" },
  {
    names: "go build, go test, go vet, go list",
    operands: "data",
    code: "-exec -toolexec -vettool -ldflags -gcflags -overlay -modfile",
    data: "-run -o -bench -count -timeout -tags",
  },
  { names: "cargo", operands: "data", code: "--config -Z", data: "--package -p --bin --test" },
  { names: "cargo install, pip install, gem install", operands: "all" },
  { names: "pip, pip3, gem", operands: "subcommand" },
  {
    names: "pip download, pip wheel, pip3 install, pip3 download, pip3 wheel, uv pip, uv add, " +
      "uv tool",
    operands: "all",
  },
  { names: "npm, pnpm, yarn", operands: "subcommand", data: "-C --prefix --dir --cwd" },
  {
    names: "npm install, npm i, npm add, npm run, npm run-script, npm test, npm start, " +
      "npm config, npm set, npm create, npm init, npm explore, npm link, pnpm add, " +
      "pnpm install, pnpm run, pnpm create, yarn add, yarn run, yarn create, yarn install, " +
      "pnpm test, yarn test",
    operands: "all",
  },
  {
    names: "apt, apt-get, dpkg, rpm, dnf, yum, brew, apk, pacman, snap, flatpak",
    operands: "data",
    code: "-o -c",
  },
  { names: "gpg, openssl", operands: "data", code: "-engine -provider --exec-path" },
  {
    names: "mail, mailx, mutt, sendmail",
    operands: "data",
    data: "-s -a -r -c -b",
    code: "-S -C -O -e",
  },
];
