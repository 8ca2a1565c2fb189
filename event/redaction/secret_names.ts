/** Which variables hold secrets, told by their names (contract, section 6). */

/** A shorter value is more likely a word that stands in harmless text, too. */
export const MIN_SECRET_LENGTH = 8;

/** Anywhere in a name. */
const ANYWHERE = /PASSWORD|PASSPHRASE|CREDENTIALS/;
/** Words that make a secret of a name that ends in them, or in one word more, as in `API_KEY_PROD`. */
const LAST = /(?:^|_)(?:KEY|TOKEN|SECRET|API_?KEY|PASSWD|PASS)S?(?:_([A-Z0-9]+))?$/;
/** As {@linkcode LAST}, but alone they mean something else: `PWD` is where a shell is. */
const LAST_OF_SEVERAL = /_(?:PAT|PWD)(?:_([A-Z0-9]+))?$/;
/** What is said of a secret, and is none: where it lies, what it is called, how long it is good. */
const ABOUT_IT =
  /^(?:FILE|PATH|DIR|FOLDER|ID|IDS|NAME|NAMES|URL|URI|HOST|TYPE|KIND|ALGORITHM|ALG|SIZE|LENGTH|COUNT|LIMIT|TTL|EXPIRY|EXPIRES|TIMEOUT|ISSUER|VERSION|PREFIX|HELPER)$/;

/** True for a variable whose value is a secret, whatever it looks like. */
export function namesSecret(name: string): boolean {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[-.]/g, "_").toUpperCase();
  if (words === "DATABASE_URL" || ANYWHERE.test(words)) return true;
  const last = LAST.exec(words) ?? LAST_OF_SEVERAL.exec(words);
  return last !== null && !ABOUT_IT.test(last[1] ?? "");
}

const URL_PASSWORD = /:\/\/[^\s/?#:@]*:([^\s/?#]+)@/;
/** `GOOGLE_APPLICATION_CREDENTIALS` and the like say where the credentials lie. */
const PATH = /^(?:~|\.{1,2})?\/[^\s:]*\.[A-Za-z]\w{0,7}$/;

/** The secrets that variables hold: whole values, and the passwords in URLs. None is too short to be one. */
export function secretsIn(env: Readonly<Record<string, string>>): string[] {
  const found = new Set<string>();
  for (const [name, value] of Object.entries(env)) {
    if (namesSecret(name) && !(/CREDENTIALS/i.test(name) && PATH.test(value))) found.add(value);
    const password = URL_PASSWORD.exec(value)?.[1];
    if (password !== undefined) found.add(password);
  }
  return [...found].filter(({ length }) => length >= MIN_SECRET_LENGTH);
}
