/**
 * Secrets that nobody has, put together when they are needed, so that no scanner takes this file for a
 * leak: one of each row of the tables, and of what the tables do not hold.
 */
import { SECRET_CONTEXTS } from "../../../event/redaction/secret_contexts.ts";
import { type Alphabet, TOKEN_SHAPES } from "../../../event/redaction/token_shapes.ts";

const CHARACTERS: Readonly<Record<Alphabet, string>> = {
  alnum: "a1B2c3D4e5F6g7H8",
  hex: "a1b2c3d4e5f60718",
  upper: "A1B2C3D4E5F6G7H8",
  lower: "a1b2c3d4e5f6g7h8",
  word: "a1B2c3D4e5F6g7H8i9",
  dotted: "a1B2c3D4e5F6g7H8i9",
  base64: "a1B2c3D4e5F6g7H8i9",
  wide: "a1B2c3D4e5F6g7H8i9",
  path: "a1B2c3D4e5F6g7H8i9",
};

export const run = (alphabet: Alphabet, length: number): string =>
  CHARACTERS[alphabet].repeat(Math.ceil(length / 16)).slice(0, length);

export interface Invented {
  readonly name: string;
  /** What must vanish. */
  readonly secret: string;
  /** A text that it stands in. */
  readonly text: string;
}

const TOKENS: readonly Invented[] = TOKEN_SHAPES.flatMap((shape) =>
  shape.prefixes.map((prefix) => {
    const length = shape.exactly ?? shape.least;
    const secret = run("alnum", shape.before ?? 0) + prefix + run(shape.alphabet, length);
    return { name: `${shape.name} ${prefix}`, secret, text: secret };
  })
);

const CONTEXTS: readonly Invented[] = SECRET_CONTEXTS.map(({ name, example }) => {
  const values = example.match(/[\w/+%=.~-]{8,}/g) ?? [];
  const secret = values.at(-1) ?? example;
  return {
    name,
    secret: secret.split("=").find((part) => part.length > 20) ?? secret,
    text: example,
  };
});

const one = (name: string, before: string, secret: string, behind = ""): Invented => ({
  name,
  secret,
  text: `${before}${secret}${behind}`,
});

const SEGMENT = `eyJ${run("alnum", 20)}`;
const PEM = "-----BEGIN ";

const OTHERS: readonly Invented[] = [
  one("address with a login", "postgres://u:", "p4ssw0rd", "@h/db"),
  one("address with a short login", "redis://:", "p", "@localhost:6379"),
  one("basic header", "Authorization: Basic ", "dXNlcjpwYXNz"),
  one("header in capitals", "AUTHORIZATION: TOKEN ", run("alnum", 24)),
  one("header in JSON", '{"authorization":"Bearer ', run("alnum", 24), '"}'),
  one(
    "header of a signature",
    "authorization: AWS4-HMAC-SHA256 ",
    "Credential=a1/x, Signature=f00ba4",
  ),
  one("header of a digest", "Authorization: Digest ", 'username="u", response="6629fae49393a053"'),
  one("header of any scheme", "Authorization: Whatever ", run("alnum", 24)),
  one("bearer", "bearer ", run("alnum", 24)),
  one("key in a header", "x-api-key: ", run("alnum", 12)),
  one("JSON Web Token", "", `${SEGMENT}.${SEGMENT}.${run("word", 30)}`),
  one(
    "encrypted JSON Web Token",
    "",
    `${SEGMENT}..${run("word", 16)}.${run("word", 30)}.${run("word", 22)}`,
  ),
  one("bot of Discord", "", `MTA${run("alnum", 21)}.${run("alnum", 6)}.${run("word", 38)}`),
  one(
    "PEM",
    "",
    `${PEM}RSA PRIVATE KEY-----\n${
      `${run("alnum", 64)}\n`.repeat(4)
    }ab==\n-----END RSA PRIVATE KEY-----`,
  ),
  one(
    "PEM in JSON",
    '{"k":"',
    `${PEM}PRIVATE KEY-----\\n${run("alnum", 64)}\\nab==\\n-----END PRIVATE KEY-----`,
    '\\n"}',
  ),
  one(
    "PEM with headers",
    "",
    `${PEM}EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n${
      run("alnum", 64)
    }\n-----END EC PRIVATE KEY-----`,
  ),
  one(
    "PGP",
    "",
    `${PEM}PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\n${
      run("alnum", 64)
    }\n=ab1C\n-----END PGP PRIVATE KEY BLOCK-----`,
  ),
  one(
    "PuTTY",
    "Private-Lines: 2\n",
    `${run("alnum", 64)}\n${run("alnum", 20)}\nPrivate-MAC: ${run("hex", 40)}`,
  ),
];

/** Each of them as it is. */
export const INVENTED: readonly Invented[] = [...TOKENS, ...CONTEXTS, ...OTHERS];

/** What stands around a secret in real outputs. */
export const SURROUNDINGS: readonly (readonly [before: string, behind: string])[] = [
  ["", ""],
  ["token=", "\n"],
  ["\x1b[32m", "\x1b[0m"],
  ['{"a":"line\\n', '"}'],
  ["?t=%22", "&b=1"],
  ["(", ")"],
];
