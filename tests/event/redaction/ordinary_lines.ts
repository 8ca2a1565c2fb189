/** Lines as programs print them, in which nothing is a secret: 300 and more, most of them put together. */

/** The same digits each time, so that a failure can be repeated. */
function* digits(seed: number): Generator<number> {
  let state = seed;
  while (true) {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    yield state / 2 ** 32;
  }
}

const random = digits(7);
const pick = (characters: string, length: number): string =>
  Array.from(
    { length },
    () => characters[Math.floor((random.next().value ?? 0) * characters.length)],
  ).join("");
const HEX = "0123456789abcdef";
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const many = (count: number, line: () => string): string[] => Array.from({ length: count }, line);
const uuid = () => [8, 4, 4, 4, 12].map((length) => pick(HEX, length)).join("-");

const PROSE = `Bearer authentication is required
Bearer access_token must be set
sk-learn-contrib-examples
branch sk-refactor-the-login-page
On branch task-sk-rewrite-the-parser-2024-in-typescript
task-sk-a1b2c3d4e5f6a7b8c9d0e1f2
xoxo-gossip-girl-and-the-rest-of-them
xoxo-hugs-and-kisses
Authorization: required for this endpoint
authorization: see the documentation of 2024
Authorization failed for user 42
The Authorization header must be of the form Bearer <token>
X-Api-Key: <your key here>
set x-api-key: "\${API_KEY}"
ghp_ is the prefix of GitHub's tokens
npm_config_registry=https://registry.npmjs.org/
npm_package_name=wave npm_lifecycle_event=build
hf_hub_download(repo_id="bert-base-uncased")
sk_live_ and sk_test_ are the prefixes of Stripe
glpat- is followed by twenty characters
-----BEGIN RSA PRIVATE KEY----- must come first
-----BEGIN CERTIFICATE-----
-----BEGIN PUBLIC KEY-----
-----BEGIN SSH SIGNATURE-----
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ0b3IgZWluIEJlaXNwaWVsIG9obmUgV2VydCAh me@host
postgres://localhost:5432/app
postgres://user@localhost/app
postgres://user:\${PASSWORD}@localhost/app
https://user:***@example.com/
http://localhost:8080/@scope/package
https://example.com:8443/path@2x.png
git@github.com:owner/name.git
ssh://git@github.com:22/owner/name.git
eyJ is what JSON looks like in base64
props.toLocaleUpperCaseString
the tests.afterEachOfThemHasEnded24
SKIPPED 12 tests, SKIPPED_INTEGRATION 4
AKIAMS is no key id
the SG.Something.Else module
pypi-publish-action runs on release-2024
dapi.example.com answered 200
pulumi pul-requests are misspelt
key-value-store-of-the-cluster
api_key: see the settings of your account
access_token=required
const client_secret = process.env.CLIENT_SECRET
aws_secret_access_key = <secret>
sig=unknown
MTAwMDAwMDAwMDAw is a number in base64
const auth = { "auth": "basic" }
_auth=false
my_auth=enabled1
Private-Lines are a part of PuTTY's files
AGE-SECRET-KEY-1 begins a key of age
1//0 is no fraction
refs/heads/sk-SK-slovak-locale-files
Compiling serde_derive v1.0.203
warning: unused variable: \`token\`
at Object.<anonymous> (/home/me/project/src/token_shapes.ts:12:5)
/usr/lib/x86_64-linux-gnu/libsecret-1.so.0.0.0
C:\\Users\\me\\AppData\\Local\\Temp\\sk-build
The quick brown fox jumps over the lazy dog
Tests:       12 passed, 12 total
Time:        3.456 s, estimated 4 s`.split("\n");

export const ORDINARY_LINES: readonly string[] = [
  ...PROSE,
  ...many(40, () => `commit ${pick(HEX, 40)}`),
  ...many(20, () => `${pick(HEX, 64)}  dist/wave-${pick(HEX, 8)}.tar.gz`),
  ...many(30, () => `request ${uuid()} took ${pick("0123456789", 3)} ms`),
  ...many(30, () => `"integrity": "sha512-${pick(BASE64, 86)}=="`),
  ...many(20, () => `sha256:${pick(HEX, 64)}: Pull complete`),
  ...many(30, () => `<img src="data:image/png;base64,iVBORw0KGgo${pick(BASE64, 2000)}">`),
  ...many(20, () => `/home/me/.cache/deno/gen/file/${pick(HEX, 2)}/${pick(HEX, 62)}.js`),
  ...many(20, () => `https://example.com/download/${pick(HEX, 32)}?v=${pick(HEX, 8)}`),
  ...many(20, () => `index ${pick(HEX, 7)}..${pick(HEX, 7)} 100644`),
  ...many(10, () => `SHA256:${pick(BASE64, 43)} me@host (ED25519)`),
];
