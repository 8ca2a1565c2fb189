/**
 * Shapes of usual tokens, as their issuers and the public rules of secret scanners describe them:
 * facts alone, so that another one is another row.
 */

/** Which characters a token goes on with. */
export const ALPHABETS = {
  alnum: "A-Za-z0-9",
  hex: "0-9A-Fa-f",
  upper: "A-Z0-9",
  lower: "a-z0-9",
  word: "\\w-",
  dotted: "\\w.-",
  base64: "A-Za-z0-9+/=",
  wide: "\\w.~+/=%-",
  path: "\\w/@-",
} as const;
export type Alphabet = keyof typeof ALPHABETS;

/**
 * What tells a token from a word: `mixed`, a digit or both cases; `tight`, 8 letters and digits on end with
 * a digit among them; `dense`, 16 of them, some of both; `none`, its beginning says enough.
 */
export type Proof = "mixed" | "tight" | "dense" | "none";

export interface TokenShape {
  readonly name: string;
  /** What it begins with. */
  readonly prefixes: readonly string[];
  readonly alphabet: Alphabet;
  /** The fewest characters behind the prefix. */
  readonly least: number;
  /** How many there are, where that is always the same: then it need not begin a word. */
  readonly exactly?: number;
  /** The most there are, where more would be something else. */
  readonly most?: number;
  /** `mixed` where nothing is said. */
  readonly proof?: Proof;
  /** The characters of it that stand before the prefix, which then is in its middle. */
  readonly before?: number;
  /** True when `.`, `_` and `-` before it make it a part of something else. */
  readonly apart?: true;
}

export const TOKEN_SHAPES: readonly TokenShape[] = [
  // Forges
  row("GitHub token", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], "alnum", 16, { exactly: 36 }),
  row("GitHub fine-grained token", ["github_pat_"], "word", 16, { exactly: 82 }),
  row("GitLab token", ["glpat-", "gldt-", "glrt-", "glrtr-", "glft-"], "dotted", 16, {
    exactly: 20,
  }),
  row("GitLab SCIM token", ["glsoat-"], "word", 16, { exactly: 20 }),
  row("GitLab job token", ["glcbt-"], "word", 16),
  row("GitLab trigger token", ["glptt-"], "word", 16, { exactly: 40 }),
  row("GitLab mail token", ["glimt-"], "word", 16, { exactly: 25 }),
  row("GitLab agent token", ["glagent-"], "word", 16, { exactly: 50 }),
  row("GitLab OAuth secret", ["gloas-"], "word", 16, { exactly: 64 }),
  row("GitLab feature flag token", ["glffct-", "glwt-"], "word", 16, { exactly: 20 }),
  row("GitLab runner registration", ["GR1348941"], "word", 16, { exactly: 20 }),
  row("Bitbucket and Atlassian token", ["ATATT3", "ATCTT3", "ATBB"], "wide", 24),
  row("Linear key", ["lin_api_", "lin_oauth_"], "alnum", 32, { exactly: 40 }),
  // Clouds
  row("AWS key id", ["AKIA", "ASIA", "ABIA", "ACCA"], "upper", 16, { proof: "none" }),
  row("AWS Bedrock key", ["ABSK"], "base64", 100),
  row("AWS Bedrock short key", ["bedrock-api-key-"], "base64", 24),
  row("Google key", ["AIza"], "word", 30),
  row("Google access token", ["ya29."], "dotted", 20),
  row("Google refresh token", ["1//0"], "word", 32),
  row("Google client secret", ["GOCSPX-"], "word", 20, { exactly: 28 }),
  row("Google messaging key", ["APA91b"], "word", 64),
  row("Azure AD secret", ["Q~"], "dotted", 31, { before: 4 }),
  row("Azure DevOps token", ["AZDO"], "alnum", 4, { before: 76 }),
  row("Azure key", ["JQQJ99"], "alnum", 20, { before: 52 }),
  row("DigitalOcean token", ["dop_v1_", "doo_v1_", "dor_v1_"], "hex", 32, { exactly: 64 }),
  row("Databricks token", ["dapi"], "hex", 32),
  row("Alibaba key id", ["LTAI"], "alnum", 16),
  row("Heroku key", ["HRKU-"], "word", 32),
  row("Fly token", ["fo1_", "fm1a_", "fm1r_", "fm2_"], "base64", 40),
  row("Scalingo token", ["tk-us-"], "word", 40, { exactly: 48, proof: "dense" }),
  row("Vault token", ["hvs.", "hvb.", "hvr."], "word", 24),
  row("Vault token of old", ["s."], "alnum", 24, { most: 24, proof: "dense", apart: true }),
  row("Vault batch token of old", ["b.AAAAAQ"], "word", 64),
  row("Terraform token", [".atlasv1."], "word", 60, { before: 14 }),
  row("Pulumi token", ["pul-"], "hex", 40, { exactly: 40 }),
  row("Doppler token", ["dp.pt.", "dp.st.", "dp.sa.", "dp.ct."], "dotted", 40),
  row("1Password token", ["ops_eyJ"], "base64", 64),
  row("PlanetScale token", ["pscale_tkn_", "pscale_pw_", "pscale_oauth_"], "dotted", 30),
  row("Supabase token", ["sbp_", "sb_secret_"], "word", 30),
  row("OpenShift token", ["sha256~"], "word", 43, { exactly: 43 }),
  // Chat and mail
  row("Slack token", slack(["b", "p", "a", "r", "s", "e", "o", "c", "d"]), "wide", 10, {
    proof: "tight",
  }),
  row("Slack app token", ["xapp-", "xwfp-", "xoxe.xox"], "word", 16, { proof: "tight" }),
  row("Telegram bot token", [":AA"], "word", 33, { before: 8 }),
  row("SendGrid key", ["SG."], "dotted", 50),
  row("Mailgun key", ["key-"], "hex", 32, { most: 32, apart: true }),
  row("Mail API key of Brevo", ["xkeysib-", "xsmtpsib-"], "word", 64),
  row("Twilio key", ["SK"], "hex", 32, { most: 32, apart: true }),
  // Packages and containers
  row("npm token", ["npm_"], "alnum", 30, { exactly: 36 }),
  row("PyPI token", ["pypi-"], "word", 32, { proof: "dense" }),
  row("RubyGems key", ["rubygems_"], "hex", 32, { exactly: 48 }),
  row("NuGet key", ["oy2"], "lower", 43),
  row("Clojars token", ["CLOJARS_"], "alnum", 50, { exactly: 60 }),
  row("Docker token", ["dckr_pat_", "dckr_oat_"], "word", 20, { exactly: 27 }),
  row("Artifactory key", ["AKCp", "cmVmd"], "alnum", 56),
  // Models
  row("Hugging Face token", ["hf_", "api_org_"], "alnum", 30, { apart: true }),
  row("Anthropic key", ["sk-ant-"], "word", 16),
  row("OpenAI project key", ["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-"], "word", 20),
  row("OpenRouter key", ["sk-or-v1-"], "word", 32),
  row("OpenAI key, and many alike", ["sk-"], "word", 16, { proof: "dense", apart: true }),
  row("Groq key", ["gsk_"], "alnum", 40, { exactly: 52 }),
  row("xAI key", ["xai-"], "alnum", 64, { exactly: 80 }),
  row("Perplexity key", ["pplx-"], "alnum", 40, { exactly: 48 }),
  row("Replicate token", ["r8_"], "alnum", 37, { apart: true }),
  row("NVIDIA key", ["nvapi-"], "word", 50),
  row("LangSmith key", ["lsv2_pt_", "lsv2_sk_"], "word", 32),
  row("ElevenLabs key", ["sk_"], "hex", 48, { apart: true }),
  // Payment and shops
  row(
    "Stripe key",
    ["sk_live_", "sk_test_", "sk_prod_", "sk_org_", "rk_live_", "rk_test_", "rk_prod_"],
    "word",
    10,
  ),
  row("Stripe webhook secret", ["whsec_"], "base64", 20),
  row("Shopify token", ["shpat_", "shpca_", "shppa_", "shpss_"], "hex", 32, { exactly: 32 }),
  row("Square token", ["sq0atp-", "sq0csp-"], "word", 22),
  row("EasyPost key", ["EZAK", "EZTK"], "alnum", 54),
  row("Duffel token", ["duffel_live_", "duffel_test_"], "word", 40),
  row("Flutterwave key", ["FLWSECK-", "FLWSECK_TEST-"], "word", 12),
  row("Shippo token", ["shippo_live_", "shippo_test_"], "hex", 40, { exactly: 40 }),
  // Tools and monitoring
  row("Grafana token", ["glsa_"], "word", 32),
  row("Grafana cloud token", ["glc_"], "base64", 32),
  row("Grafana key", ["eyJrIjoi"], "base64", 60),
  row("New Relic key", ["NRAK-", "NRII-", "NRAA-", "NRJS-"], "alnum", 19),
  row("Dynatrace token", ["dt0c01.", "dt0s01."], "dotted", 80),
  row("Sentry token", ["sntrys_", "sntryu_"], "wide", 40),
  row("SonarQube token", ["sqp_", "squ_", "sqa_"], "hex", 40, { exactly: 40 }),
  row("Sourcegraph token", ["sgp_"], "word", 40),
  row("Notion token", ["ntn_"], "alnum", 40),
  row("Figma token", ["figd_"], "word", 32),
  row("Postman key", ["PMAK-"], "word", 50),
  row("Prefect key", ["pnu_"], "alnum", 36, { exactly: 36 }),
  row("ReadMe key", ["rdme_"], "alnum", 60, { exactly: 70 }),
  row("Frame.io token", ["fio-u-"], "word", 60),
  row("Infracost key", ["ico-"], "alnum", 32, { exactly: 32 }),
  row("Typeform token", ["tfp_"], "wide", 50),
  row("Octopus Deploy key", ["API-"], "upper", 26, { exactly: 26 }),
  row("Harness key", ["pat.", "sat."], "dotted", 66, { apart: true }),
  row("Netlify token", ["nfp_"], "alnum", 36),
  row("Tavily key", ["tvly-"], "word", 20, { proof: "dense" }),
  // Keys of files
  row("age key", ["AGE-SECRET-KEY-1", "AGE-SECRET-KEY-PQ-1"], "upper", 50),
];

function row(
  name: string,
  prefixes: readonly string[],
  alphabet: Alphabet,
  least: number,
  more: Pick<TokenShape, "exactly" | "most" | "proof" | "before" | "apart"> = {},
): TokenShape {
  return { name, prefixes, alphabet, least, ...more };
}

function slack(kinds: readonly string[]): string[] {
  return kinds.map((kind) => `xox${kind}-`);
}
