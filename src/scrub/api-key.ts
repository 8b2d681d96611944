import { ALNUM, BASE64URL, DIGIT, LOWER, WORD, isAt, runEnd, runStart } from './character-class.ts';
import { issuerTriggers } from './issuer-token.ts';
import type { IssuerFormat } from './issuer-token.ts';
import type { FindAt, TextScan, Trigger } from './text-scan.ts';

const FORMATS: readonly IssuerFormat[] = [
  { prefix: 'AIza', body: '[A-Za-z0-9_-]{35}' },
  { prefix: 'GOCSPX-', body: '[A-Za-z0-9_-]{24,40}' },
  { prefix: 'sk-ant-', body: '[a-z]{2,10}\\d{2}-[A-Za-z0-9_-]{40,130}' },
  { prefix: 'sk-proj-', body: '[A-Za-z0-9_-]{20,250}' },
  { prefix: 'sk-svcacct-', body: '[A-Za-z0-9_-]{20,250}' },
  { prefix: 'sk-admin-', body: '[A-Za-z0-9_-]{20,250}' },
  { prefix: 'sk-or-v1-', body: '[0-9a-f]{64}' },
  { prefix: 'sk-', body: '[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}' },
  { prefix: 'sk-', body: '[A-Za-z0-9]{48}' },
  { prefix: 'sk-', body: '[0-9a-f]{32}' },
  { prefix: 'SG.', body: '[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{32,64}' },
  { prefix: 'hf_', body: '[A-Za-z]{34}' },
  { prefix: 'hf_', body: '[A-Za-z0-9]{34,40}' },
  { prefix: 'api_org_', body: '[A-Za-z]{34}' },
  { prefix: 'npm_', body: '[A-Za-z0-9]{36}' },
  { prefix: 'pypi-AgEIcHlwaS5vcmc', body: '[A-Za-z0-9_-]{50,1000}' },
  { prefix: 'pypi-AgENdGVzdC5weXBpLm9yZw', body: '[A-Za-z0-9_-]{50,1000}' },
  ...['dop_v1_', 'doo_v1_', 'dor_v1_'].map((prefix) => ({ prefix, body: '[0-9a-f]{64}' })),
  ...['shpat_', 'shpca_', 'shppa_', 'shpss_'].map((prefix) => ({ prefix, body: '[0-9a-fA-F]{32}' })),
  { prefix: 'lin_api_', body: '[A-Za-z0-9]{40}' },
  { prefix: 'ntn_', body: '\\d{11}[A-Za-z0-9]{35}' },
  { prefix: 'secret_', body: '[A-Za-z0-9]{43}' },
  { prefix: 'pplx-', body: '[A-Za-z0-9]{48}' },
  { prefix: 'gsk_', body: '[A-Za-z0-9]{52}' },
  { prefix: 'xai-', body: '[A-Za-z0-9]{80}' },
  { prefix: 'r8_', body: '[A-Za-z0-9]{37}' },
  { prefix: 'tvly-', body: '[A-Za-z0-9-]{32,60}' },
  ...['hvs.', 'hvb.', 'hvr.'].map((prefix) => ({ prefix, body: '[A-Za-z0-9_-]{24,300}' })),
  { prefix: 'glsa_', body: '[A-Za-z0-9]{32}_[0-9a-fA-F]{8}' },
  { prefix: 'glc_', body: '[A-Za-z0-9+/]{32,400}={0,2}' },
  { prefix: 'PMAK-', body: '[0-9a-fA-F]{24}-[0-9a-fA-F]{34}' },
  { prefix: 'sntryu_', body: '[0-9a-f]{64}' },
  { prefix: 'sntrys_', body: '[A-Za-z0-9+/=_-]{40,400}' },
  { prefix: 'dckr_pat_', body: '[A-Za-z0-9_-]{20,60}' },
  { prefix: 'dckr_oat_', body: '[A-Za-z0-9_-]{20,60}' },
  ...['dp.pt.', 'dp.ct.', 'dp.st.', 'dp.sa.', 'dp.scim.', 'dp.audit.'].map((prefix) => ({
    prefix,
    body: '(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{40,44}',
  })),
  { prefix: 'sq0atp-', body: '[A-Za-z0-9_-]{22}' },
  { prefix: 'sq0csp-', body: '[A-Za-z0-9_-]{43}' },
  { prefix: 'key-', body: '[0-9a-f]{32}' },
  { prefix: 'NRAK-', body: '[A-Z0-9]{27}' },
  { prefix: 'NRII-', body: '[A-Za-z0-9_-]{32}' },
  { prefix: 'dapi', body: '[0-9a-f]{32}(?:-\\d)?' },
  { prefix: 'ABSK', body: '[A-Za-z0-9+/]{100,300}={0,2}' },
  ...[...'0123456789abcdef'].map((digit) => ({ prefix: `SK${digit}`, body: '[0-9a-f]{31}' })),
  { prefix: 'ATATT3', body: '[A-Za-z0-9_=-]{60,250}' },
  { prefix: 'ATCTT3', body: '[A-Za-z0-9_=-]{60,250}' },
  { prefix: 'ATBB', body: '[A-Za-z0-9]{32}' },
  { prefix: 'figd_', body: '[A-Za-z0-9_-]{38,48}' },
  { prefix: 'sbp_', body: '[0-9a-f]{40}' },
  { prefix: 'sb_secret_', body: '[A-Za-z0-9_-]{20,60}' },
  { prefix: 'nfp_', body: '[A-Za-z0-9_]{36,48}' },
  { prefix: 'FlyV1 fm', body: '[12][a-z]?_[A-Za-z0-9+/=,_-]{80,2000}' },
  { prefix: 'phx_', body: '[A-Za-z0-9]{40,60}' },
  { prefix: 'rubygems_', body: '[0-9a-f]{48}' },
  { prefix: 'CLOJARS_', body: '[0-9a-f]{60}', caseless: true },
  { prefix: 'cio', body: '[A-Za-z0-9]{32}' },
  { prefix: 'oy2', body: '[a-z0-9]{43}' },
  { prefix: 'AKCp', body: '[A-Za-z0-9]{69}' },
  { prefix: 'HRKU-', body: '[A-Za-z0-9_-]{36,64}' },
  { prefix: 'xkeysib-', body: '[0-9a-f]{64}-[A-Za-z0-9]{16}' },
  { prefix: 'xsmtpsib-', body: '[0-9a-f]{64}-[A-Za-z0-9]{16}' },
  { prefix: 'tfp_', body: '[A-Za-z0-9_=.-]{44,60}' },
  { prefix: 'bkua_', body: '[0-9a-z]{40}' },
  { prefix: 'CCIPAT_', body: '[A-Za-z0-9]{20,24}_[0-9a-f]{40}' },
  { prefix: 'FLWSECK', body: '(?:_TEST)?-[0-9A-Za-z]{12,40}(?:-X)?' },
  { prefix: 'pnu_', body: '[A-Za-z0-9]{36}' },
  { prefix: 'pul-', body: '[0-9a-f]{40}' },
  { prefix: 'rdme_', body: '[a-z0-9]{70}' },
  { prefix: 'shippo_live_', body: '[0-9a-f]{40}' },
  { prefix: 'shippo_test_', body: '[0-9a-f]{40}' },
  { prefix: 'tskey-', body: '[a-z]{3,10}-[A-Za-z0-9]{8,20}(?:CNTRL)?-[A-Za-z0-9]{20,60}' },
  { prefix: 'LTAI', body: '[A-Za-z0-9]{17,21}' },
  { prefix: 'CFPAT-', body: '[A-Za-z0-9_-]{43}' },
  { prefix: 'dt0c01.', body: '[A-Z0-9]{24}\\.[A-Z0-9]{64}' },
  { prefix: 'pscale_tkn_', body: '[A-Za-z0-9=._-]{32,64}' },
  { prefix: 'pscale_pw_', body: '[A-Za-z0-9=._-]{32,64}' },
  { prefix: 'pscale_oauth_', body: '[A-Za-z0-9=._-]{32,64}' },
  { prefix: 'pat-na', body: '\\d-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}' },
  { prefix: 'pat-eu', body: '\\d-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}' },
  ...['squ_', 'sqp_', 'sqa_'].map((prefix) => ({ prefix, body: '[0-9a-f]{40}' })),
  { prefix: 'waka_', body: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}' },
  { prefix: 'access-sandbox-', body: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}' },
  { prefix: 'access-production-', body: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}' },
  { prefix: 'duffel_live_', body: '[A-Za-z0-9_=-]{43}' },
  { prefix: 'duffel_test_', body: '[A-Za-z0-9_=-]{43}' },
  { prefix: 'EZAK', body: '[A-Za-z0-9]{54}' },
  { prefix: 'EZTK', body: '[A-Za-z0-9]{54}' },
  { prefix: 'AQVN', body: '[A-Za-z0-9_-]{35,38}' },
  { prefix: 'fio-u-', body: '[A-Za-z0-9_=-]{64}' },
  { prefix: 'aio_', body: '[A-Za-z0-9]{28}' },
  { prefix: 'sk.eyJ', body: '[A-Za-z0-9_-]{20,200}\\.[A-Za-z0-9_-]{20,60}' },
  { prefix: 'AccountKey=', keep: '(?:)', body: '[A-Za-z0-9+/]{86}==' },
  { prefix: 'SharedAccessKey=', keep: '(?:)', body: '[A-Za-z0-9+/]{43}=' },
];

/** Addresses whose path is the credential: what stands after the host and the public ids is replaced. */
const WEBHOOKS: readonly IssuerFormat[] = [
  { prefix: 'hooks.slack.com/', keep: '(?:services|workflows|triggers)/', body: '[A-Za-z0-9+_/-]{20,160}' },
  { prefix: 'discord.com/api/', keep: '(?:v\\d{1,2}/)?webhooks/\\d{15,22}/', body: '[A-Za-z0-9_-]{40,100}' },
  {
    prefix: 'discordapp.com/api/',
    keep: '(?:v\\d{1,2}/)?webhooks/\\d{15,22}/',
    body: '[A-Za-z0-9_-]{40,100}',
  },
  { prefix: 'webhook.office.com/', keep: 'webhookb2/', body: '[A-Za-z0-9@/_-]{40,300}' },
  { prefix: 'hooks.zapier.com/', keep: 'hooks/catch/', body: '\\d{1,12}/[A-Za-z0-9]{5,20}' },
];

/** Keys by their issuer's prefix and webhook addresses. Called once a scrubber. */
export function apiKeyTriggers(): Trigger[] {
  return [
    ...issuerTriggers(FORMATS, 'api_key'),
    ...issuerTriggers(WEBHOOKS, 'api_key'),
    { literal: ':AA', caseless: false, find: findTelegram },
    ...[...'0123456789'].map((digit): Trigger => ({
      literal: `${digit}Q~`,
      caseless: false,
      find: findAzureSecret,
    })),
    { literal: '-us', caseless: false, find: findMailchimp },
    { literal: '.atlasv1.', caseless: false, find: findTerraform },
    { literal: 'IQoJb3JpZ2luX2Vj', caseless: false, find: findAwsSession },
  ];
}

/** `123456789:AA…`: a Telegram bot token. */
function findTelegram(scan: TextScan, at: number): void {
  const { text } = scan;
  const start = runStart(text, at, DIGIT, 11);
  const end = runEnd(text, at + 1, BASE64URL, 40);
  if (at - start < 8 || at - start > 10 || end - at - 1 !== 35) return;
  const isBotPath = text.slice(start - 3, start) === 'bot';
  if (!isBotPath && isAt(text, start - 1, WORD)) return;
  scan.add(start, end, 'api_key');
}

/** `abc8Q~…`: a client secret of Azure Active Directory, 40 characters with the mark at the fourth. */
function findAzureSecret(scan: TextScan, digit: number): void {
  const { text } = scan;
  const at = digit + 1;
  const start = at - 4;
  if (
    start < 0 ||
    isAt(text, start - 1, WORD) ||
    text[start - 1] === '~' ||
    !/^[A-Za-z0-9_.~-]{3}\d$/.test(text.slice(start, at))
  )
    return;
  const body = /^[A-Za-z0-9_.~-]{31,34}(?![A-Za-z0-9_~-])/.exec(text.slice(at + 2, at + 40));
  if (body !== null) scan.add(start, at + 2 + body[0].length, 'api_key');
}

/** `0123…cdef-us12`: a Mailchimp key. */
function findMailchimp(scan: TextScan, at: number): void {
  const { text } = scan;
  const start = runStart(text, at, ALNUM, 33);
  const end = runEnd(text, at + 3, DIGIT, 3);
  if (at - start !== 32 || end === at + 3 || isAt(text, end, WORD)) return;
  if (/^[0-9a-f]{32}$/.test(text.slice(start, at))) scan.add(start, end, 'api_key');
}

function findTerraform(scan: TextScan, at: number): void {
  const { text } = scan;
  const start = runStart(text, at, ALNUM, 15);
  const end = runEnd(text, at + 9, BASE64URL, 80);
  if (at - start === 14 && end - at - 9 >= 60) scan.add(start, end, 'api_key');
}

const findAwsSession: FindAt = (scan, at) => {
  const end = runEnd(scan.text, at, WORD | LOWER | 32 | 16 | 128, 4_096);
  if (end - at >= 60) scan.add(at, end, 'aws_secret');
};
