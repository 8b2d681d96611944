import { crc32 } from 'node:zlib';
import {
  alnum,
  b64,
  b64url,
  bytesB64,
  bytesB64url,
  BASE32,
  digits,
  hex,
  lowerDigits,
  random,
  upperDigits,
  uuid,
  LOWER,
  UPPER,
  DIGITS,
} from './random.ts';

const BASE62 = DIGITS + UPPER + LOWER;
function base62(n: number): string {
  let out = '';
  for (let rest = n; out.length < 6; rest = Math.floor(rest / 62)) out = BASE62[rest % 62] + out;
  return out;
}
/** A token of GitHub or npm, which ends with a checksum of its body. */
export function checked(prefix: string): string {
  const body = alnum(30);
  return prefix + body + base62(crc32(body));
}
export const awsKey = (prefix = 'AKIA'): string => {
  for (;;) {
    const body = random.text(BASE32, 16);
    if (/\d/.test(body)) return prefix + body;
  }
};
export const awsSecret = (): string => {
  for (;;) {
    const body = b64(40);
    if (
      /[a-z]/.test(body) &&
      /[A-Z]/.test(body) &&
      /\d/.test(body) &&
      !/^[+/]/.test(body) &&
      !body.endsWith('/')
    )
      return body;
  }
};
const segment = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
export const jwtHeaders: readonly object[] = [
  { alg: 'HS256', typ: 'JWT' },
  { alg: 'RS256', typ: 'JWT', kid: 'k1' },
  { typ: 'JWT', alg: 'ES256' },
  { alg: 'EdDSA' },
  { kid: '2024-05', alg: 'PS384', typ: 'at+jwt' },
  { alg: 'RS512', x5t: 'abc', typ: 'JWT' },
  { alg: 'ES256K', typ: 'JWT' },
  { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x: 'a', y: 'b' } },
];
export const jwt = (header: unknown = random.pick(jwtHeaders), signature = 43): string =>
  `${segment(header)}.${segment({ sub: digits(8), name: 'Ada', iat: 1_700_000_000 + random.below(9999), scope: 'read write' })}.${b64url(signature)}`;
export const jwe = (): string =>
  `${segment({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.${bytesB64url(256)}.${bytesB64url(12)}.${bytesB64url(60)}.${bytesB64url(16)}`;
export const jweDirect = (): string =>
  `${segment({ alg: 'dir', enc: 'A128CBC-HS256' })}..${bytesB64url(16)}.${bytesB64url(90)}.${bytesB64url(16)}`;

/** Tokens that are somebody's session or delegation. */
export const OAUTH: Record<string, () => string> = {
  githubPersonal: () => checked('ghp_'),
  githubOauth: () => checked('gho_'),
  githubUser: () => checked('ghu_'),
  githubServer: () => checked('ghs_'),
  githubRefresh: () => checked('ghr_'),
  githubFine: () => `github_pat_${alnum(22)}_${alnum(59)}`,
  gitlab: () => `glpat-${b64url(19)}x`,
  gitlabRoutable: () => `glpat-${b64url(26)}x.01.${lowerDigits(9)}`,
  gitlabDeploy: () => `gldt-${alnum(20)}`,
  gitlabRunner: () => `glrt-${alnum(20)}`,
  gitlabTrigger: () => `glptt-${hex(40)}`,
  gitlabFeed: () => `glft-${alnum(20)}`,
  slackBot: () => `xoxb-${digits(12)}-${digits(13)}-${alnum(24)}`,
  slackUser: () => `xoxp-${digits(12)}-${digits(12)}-${digits(13)}-${hex(32)}`,
  slackApp: () => `xapp-1-A${upperDigits(10)}-${digits(13)}-${hex(64)}`,
  slackRefresh: () => `xoxe-1-${b64(140).replace(/[+/]/g, 'x')}`,
  slackConfig: () => `xoxe.xoxp-1-${alnum(160)}`,
  googleAccess: () => `ya29.a0A${b64url(150)}x`,
  googleRefresh: () => `1//0${b64url(60)}x`,
  facebook: () => `EAAC${alnum(180)}`,
};
/** Issuer keys of a service or an application. */
export const API: Record<string, () => string> = {
  google: () => `AIzaSy${b64url(32)}x`,
  googleSecret: () => `GOCSPX-${b64url(27)}x`,
  openaiProject: () => `sk-proj-${b64url(74)}T3BlbkFJ${b64url(73)}x`,
  openaiService: () => `sk-svcacct-${b64url(74)}T3BlbkFJ${b64url(73)}x`,
  openaiLegacy: () => `sk-${alnum(20)}T3BlbkFJ${alnum(20)}`,
  openaiAdmin: () => `sk-admin-${b64url(74)}T3BlbkFJ${b64url(73)}x`,
  anthropic: () => `sk-ant-api03-${b64url(93)}AA`,
  anthropicAdmin: () => `sk-ant-admin01-${b64url(93)}AA`,
  openrouter: () => `sk-or-v1-${hex(64)}`,
  deepseek: () => `sk-${hex(32)}`,
  langfuse: () => `sk-lf-${uuid()}`,
  sendgrid: () => `SG.${b64url(21)}x.${b64url(42)}x`,
  huggingface: () => `hf_${random.text(LOWER + UPPER, 34)}`,
  pypi: () => `pypi-AgEIcHlwaS5vcmc${b64url(150)}x`,
  digitalocean: () => `dop_v1_${hex(64)}`,
  digitaloceanOauth: () => `doo_v1_${hex(64)}`,
  shopify: () => `shpat_${hex(32)}`,
  shopifySecret: () => `shpss_${hex(32)}`,
  linear: () => `lin_api_${alnum(40)}`,
  notion: () => `ntn_${digits(11)}${alnum(35)}`,
  perplexity: () => `pplx-${alnum(48)}`,
  groq: () => `gsk_${alnum(52)}`,
  xai: () => `xai-${alnum(80)}`,
  vault: () => `hvs.${b64url(94)}x`,
  vaultBatch: () => `hvb.${b64url(140)}x`,
  grafana: () => `glsa_${alnum(32)}_${hex(8)}`,
  grafanaCloud: () =>
    `glc_${Buffer.from(JSON.stringify({ o: '1', n: 'x', k: alnum(24), m: { r: 'eu' } })).toString('base64')}`,
  postman: () => `PMAK-${hex(24)}-${hex(34)}`,
  sentryUser: () => `sntryu_${hex(64)}`,
  sentryOrg: () =>
    `sntrys_${Buffer.from(JSON.stringify({ iat: 1700000000.1, url: 'https://sentry.io', org: 'acme' }))
      .toString('base64')
      .replace(/=+$/, '')}_${b64(43)}`,
  docker: () => `dckr_pat_${b64url(26)}x`,
  doppler: () => `dp.pt.${alnum(43)}`,
  square: () => `sq0atp-${b64url(21)}x`,
  squareSecret: () => `sq0csp-${b64url(42)}x`,
  mailgun: () => `key-${hex(32)}`,
  newrelic: () => `NRAK-${upperDigits(27)}`,
  databricks: () => `dapi${hex(32)}`,
  telegram: () => `${1 + random.below(8)}${digits(8)}:AA${b64url(32)}x`,
  npm: () => checked('npm_'),
  mailchimp: () => `${hex(32)}-us${1 + random.below(20)}`,
  airtable: () => `pat${alnum(14)}.${hex(64)}`,
  figma: () => `figd_${b64url(39)}x`,
  supabase: () => `sbp_${hex(40)}`,
  planetscale: () => `pscale_tkn_${b64url(42)}x`,
  planetscalePassword: () => `pscale_pw_${b64url(42)}x`,
  netlify: () => `nfp_${alnum(36)}`,
  atlassian: () => `ATATT3xFfGF0${b64url(170)}=${upperDigits(8).replace(/[G-Z]/g, 'A')}`,
  artifactory: () => `AKCp${alnum(69)}`,
  dynatrace: () => `dt0c01.${upperDigits(24)}.${upperDigits(64)}`,
  rubygems: () => `rubygems_${hex(48)}`,
  terraform: () => `${alnum(14)}.atlasv1.${b64url(66)}x`,
  pulumi: () => `pul-${hex(40)}`,
  sonar: () => `sqp_${hex(40)}`,
  replicate: () => `r8_${alnum(37)}`,
  langsmith: () => `lsv2_pt_${hex(32)}_${hex(10)}`,
  brevo: () => `xkeysib-${hex(64)}-${alnum(16)}`,
  resend: () => `re_${alnum(8)}_${alnum(24)}`,
  easypost: () => `EZAK${alnum(54)}`,
  shippo: () => `shippo_live_${hex(40)}`,
  typeform: () => `tfp_${b64url(43)}_${b64url(14)}x`,
  prefect: () => `pnu_${lowerDigits(36)}`,
  contentful: () => `CFPAT-${b64url(42)}x`,
  hubspot: () => `pat-na1-${uuid()}`,
  tailscale: () => `tskey-auth-k${alnum(11)}CNTRL-${alnum(32)}`,
  buildkite: () => `bkua_${hex(40)}`,
  circleci: () => `CCIPAT_${alnum(22)}_${hex(40)}`,
  cloudflareOrigin: () => `v1.0-${hex(24)}-${hex(146)}`,
  flutterwave: () => `FLWSECK-${hex(32)}-X`,
  discordBot: () => `${Buffer.from(`1${digits(17)}`).toString('base64url')}.G${alnum(5)}.${b64url(37)}x`,
  azureAd: () => `${alnum(3)}8Q~${alnum(33)}x`,
  alibaba: () => `LTAI${alnum(20)}`,
  bedrockShort: () => `bedrock-api-key-${bytesB64(90)}`,
  bedrock: () => `ABSK${bytesB64(96)}`,
  readme: () => `rdme_${lowerDigits(70)}`,
  render: () => `rnd_${alnum(32)}`,
  flutterTest: () => `FLWSECK_TEST-${hex(32)}-X`,
  linearOauth: () => `lin_oauth_${hex(64)}`,
  onePassword: () => `ops_eyJ${b64(300)}`,
  adobe: () => `p8e-${lowerDigits(32)}`,
  duffel: () => `duffel_live_${b64url(42)}x`,
  nvidia: () => `nvapi-${b64url(63)}x`,
  sourcegraph: () => `sgp_${hex(16)}_${hex(40)}`,
  fly: () => `fo1_${b64url(42)}x`,
  flyMacaroon: () => `fm2_${bytesB64(120)}`,
  clojars: () => `CLOJARS_${hex(60)}`,
  crates: () => `cio${alnum(32)}`,
  newrelicInsert: () => `NRII-${b64url(31)}x`,
  scalingo: () => `tk-us-${b64url(47)}x`,
};

const wrap = (text: string, width = 64): string =>
  text.replace(new RegExp(`.{${width}}`, 'g'), '$&\n').trimEnd();
export const pem = (label: string, bytes = 300, head = ''): string =>
  `-----BEGIN ${label}-----\n${head}${wrap(bytesB64(bytes))}\n-----END ${label}-----`;
export { wrap };
