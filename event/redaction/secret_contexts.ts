/** Secrets that are known by what stands before them: a name, a header, an address. */
import type { Alphabet, Proof } from "./token_shapes.ts";

export interface SecretContext {
  readonly name: string;
  /** In any case. */
  readonly after: readonly string[];
  /** What must stand before the name, at its end; anything where nothing is said. */
  readonly behind?: RegExp;
  /** What stands between name and value, sticky; an assignment where nothing is said. */
  readonly between?: RegExp;
  readonly alphabet: Alphabet;
  /** The fewest characters of the value. */
  readonly least: number;
  readonly proof: Proof;
  /** Invented. */
  readonly example: string;
}

/** `name: value`, `"name": "value"`, `name = value`, `name => value`, `name%3Dvalue`. */
const ASSIGNMENT = /["'\\]{0,4}[ \t]{0,8}(?:=>|:=|[:=]|%3[AaDd])[ \t]{0,8}["'\\]{0,4}/y;
const NOTHING = /(?:)/y;

export const SECRET_CONTEXTS: readonly SecretContext[] = [
  {
    name: "AWS secret",
    after: [
      "secret_access_key",
      "secretaccesskey",
      "secret-access-key",
      "aws_secret_key",
      "aws_session_token",
      "sessiontoken",
      "x-amz-security-token",
    ],
    alphabet: "wide",
    least: 30,
    proof: "mixed",
    example: "aws_secret_access_key = wJal/rXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  },
  {
    name: "key of an Azure account",
    after: ["accountkey", "sharedaccesskey"],
    between: /=/y,
    alphabet: "base64",
    least: 32,
    proof: "mixed",
    example: "AccountName=a;AccountKey=aW52ZW50ZWQgYW5kIG5vIGtleSBvZiBhbnlib2R5Cg==;",
  },
  {
    name: "signature of an Azure address",
    after: ["sig="],
    behind: /(?:^|[?&; ]|%26|amp;)$/,
    between: NOTHING,
    alphabet: "wide",
    least: 24,
    proof: "mixed",
    example: "?sv=2024-01-01&sig=aW52ZW50ZWQgYW5kIG5v%2BIGtleSBvZiBh%3D",
  },
  {
    name: "registry login of npm",
    after: ["_authtoken", "_auth", "_password"],
    behind: /(?:^|[:\s"'n])$/,
    between: /[ \t]{0,8}=[ \t]{0,8}["']?/y,
    alphabet: "wide",
    least: 8,
    proof: "mixed",
    example: "//registry.npmjs.org/:_authToken=aW52ZW50ZWQ6bm90aGluZw==",
  },
  {
    name: "registry login of Docker",
    after: ['"auth"', '\\"auth\\"', '"identitytoken"'],
    alphabet: "wide",
    least: 8,
    proof: "mixed",
    example: '{"auths": {"docker.io": {"auth": "aW52ZW50ZWQ6bm90aGluZw=="}}}',
  },
  {
    name: "header with a key",
    after: [
      "api-key",
      "x-auth-token",
      "x-auth-key",
      "x-access-token",
      "private-token",
      "job-token",
      "deploy-token",
      "x-vault-token",
      "x-functions-key",
      "subscription-key",
    ],
    between: /["'\\]{0,4}[ \t]{0,8}:[ \t]{0,8}["'\\]{0,4}/y,
    alphabet: "wide",
    least: 8,
    proof: "mixed",
    example: "X-Api-Key: invented1234",
  },
  {
    name: "key by its name",
    after: [
      "api_key",
      "apikey",
      "access_token",
      "refresh_token",
      "auth_token",
      "client_secret",
      "clientsecret",
      "accesstoken",
      "refreshtoken",
      "secret_key",
    ],
    alphabet: "wide",
    least: 16,
    proof: "dense",
    example: 'client_secret: "1nvented2nvented3nvented"',
  },
  {
    name: "webhook of Slack",
    after: ["hooks.slack.com/"],
    between: /(?:services|workflows|triggers)\//y,
    alphabet: "path",
    least: 20,
    proof: "mixed",
    example: "https://hooks.slack.com/services/T00000000/B00000000/inventedInvented01",
  },
  {
    name: "webhook of Discord",
    after: ["/api/webhooks/"],
    between: NOTHING,
    alphabet: "path",
    least: 40,
    proof: "mixed",
    example:
      "https://discord.com/api/webhooks/100000000000000000/inventedInventedInvented0123456789",
  },
  {
    name: "webhook of Teams",
    after: [".webhook.office.com/"],
    between: NOTHING,
    alphabet: "path",
    least: 40,
    proof: "mixed",
    example: "https://a.webhook.office.com/webhookb2/invented0-0000-0000-0000-000000000000@0000",
  },
];

/** Where nothing is said of what stands between. */
export const betweenOf = ({ between }: SecretContext): RegExp => between ?? ASSIGNMENT;
