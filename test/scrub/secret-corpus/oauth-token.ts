import { CARRIERS, HOLDERS } from './carriers.ts';
import { OAUTH } from './bodies.ts';
import { alnum, b64url, hex, uuid } from './random.ts';
import { createCases, mark } from './cases.ts';
import type { SecretCases } from './cases.ts';

export const OAUTH_TOKEN_CASES: SecretCases = createCases();
const { hit, hitAs, keep } = OAUTH_TOKEN_CASES;

const carriers = Object.entries(CARRIERS);
const holders = Object.values(HOLDERS);
let turn = 0;
for (const make of Object.values(OAUTH)) {
  for (let i = 0; i < 8; i++) {
    const token = make();
    const [name, carry] = carriers[turn++ % carriers.length]!;
    if (token.includes('/') && name === 'path') continue;
    hit('oauth_token', carry(mark(token)));
  }
  hit('oauth_token', holders[turn % holders.length]!(mark(make())));
}
const expectToken = (value: unknown, ...alternatives: unknown[]): void =>
  hit('oauth_token', value, ...alternatives);
const token = (n = 40): string => mark(`${b64url(n)}7x`.replace(/^[-_]/, 'a'));
const basic = (): string => mark(Buffer.from(`svc-${hex(4)}:${alnum(14)}`).toString('base64'));
expectToken(`Authorization: Bearer ${token()}`);
expectToken(`authorization: bearer ${token()}\r\nHost: x.example.com`);
expectToken(`Authorization: Basic ${basic()}`);
expectToken(`Authorization: Token ${mark(hex(40))}`);
expectToken(`Proxy-Authorization: Basic ${basic()}`);
expectToken(`curl -H "Authorization: Bearer ${token()}" https://api.example.com`);
expectToken(`curl -H 'Authorization: token ${mark(hex(40))}' https://api.example.com`);
expectToken(`{"Authorization":"Bearer ${token()}"}`);
expectToken(`{\\"authorization\\":\\"Bearer ${token()}\\"}`);
expectToken(`'Authorization' => 'Bearer ${token()}'`);
expectToken(`headers["Authorization"] = "Bearer ${token()}"`);
expectToken(`req.setRequestHeader('Authorization', 'Basic ${basic()}')`);
expectToken(`upstream said 401 for Bearer ${token()}`);
expectToken(`Bearer ${token()}`);
expectToken(`Basic ${basic()}`);
expectToken(`Authorization%3A%20Bearer%20${token()}`);
expectToken(`Authorization: Bearer ${mark(hex(32))}`);
expectToken(`Authorization: Bearer ${mark(uuid())}`);
expectToken(`grpc-metadata: authorization=Bearer ${token()}`);
expectToken(`-H Authorization:\\ Bearer\\ ${token()}`);
for (const name of [
  'access_token',
  'refresh_token',
  'accessToken',
  'refreshToken',
  'auth_token',
  'authToken',
  'oauth_token',
  'session_token',
  'sessionToken',
  'bearer_token',
]) {
  expectToken(`${name}=${token()}`);
  expectToken(`"${name}": "${token()}"`);
  expectToken(`https://api.example.com/me?${name}=${token(20)}&v=2`);
  expectToken(`grant_type=x&${name}=${token()}&scope=read`);
}
expectToken(`https://app.example.com/#access_token=${token()}&token_type=Bearer&expires_in=3600`);
expectToken(
  `{"access_token":"${token()}","token_type":"Bearer","expires_in":3600,"refresh_token":"${token()}","scope":"read"}`,
);
expectToken(`{\\"access_token\\":\\"${token()}\\",\\"token_type\\":\\"bearer\\"}`);
expectToken(`//registry.npmjs.org/:_authToken=${mark(uuid())}`);
expectToken(`//npm.pkg.example.com/:_authToken=${token()}`);
expectToken(`_auth=${basic()}`);
const cookies = [
  'connect.sid',
  'JSESSIONID',
  'PHPSESSID',
  'sessionid',
  'session',
  'laravel_session',
  'ASP.NET_SessionId',
  'sid',
  '_session_id',
  'auth_session',
];
for (const name of cookies) {
  expectToken(`Set-Cookie: ${name}=${token(30)}; Path=/; HttpOnly; Secure; SameSite=Lax`);
  expectToken(`Cookie: ${name}=${token(30)}`);
  expectToken(
    `Cookie: theme=dark; ${name}=${token(30)}; lang=en`,
    `Cookie: theme=«dark»; ${name}=${token(0)}; lang=«en»`,
    `Cookie: «theme=dark; x; lang=en»`,
  );
}
expectToken(`curl -b 'sessionid=${token(30)}' https://example.com`);
expectToken(`Cookie: connect.sid=${mark(`s%3A${b64url(32)}.${alnum(43)}`)}`);
expectToken(`https://example.com/shop;jsessionid=${mark(hex(32).toUpperCase())}?p=1`);
expectToken(`X-Auth-Token: ${token()}`);
expectToken(`X-Access-Token: ${token()}`);
expectToken(`PRIVATE-TOKEN: ${mark(alnum(20))}`);
expectToken(`X-Session-Token: ${token()}`);
hitAs(
  'oauth_token',
  ['api_key'],
  `Authorization: OAuth oauth_consumer_key="abc", oauth_token="${token()}", oauth_version="1.0"`,
  `Authorization: OAuth oauth_consumer_key="«abc»", oauth_token="${token(0)}", oauth_version="1.0"`,
  `Authorization: OAuth oauth_consumer_key="«abc»", oauth_token="${token(0)}", oauth_version="«1.0»"`,
);
expectToken(`Authorization: Bot ${mark(`${alnum(24)}.${alnum(6)}.${b64url(37)}x`)}`);
hitAs('oauth_token', ['password'], `git clone https://oauth2:${token(20)}@gitlab.example.com/a/b.git`);
expectToken(`git clone https://x-access-token:${mark(OAUTH.githubServer!())}@github.com/a/b.git`);
expectToken(`https://${mark(OAUTH.githubPersonal!())}@github.com/a/b.git`);
hitAs(
  'oauth_token',
  ['sensitive_name'],
  { headers: { authorization: `Bearer ${token()}` } },
  { headers: { authorization: '«x»' } },
);
const expectNamed = (value: unknown, ...alternatives: unknown[]): void =>
  hitAs('oauth_token', ['sensitive_name'], value, ...alternatives);
expectNamed({ Authorization: `Basic ${basic()}` }, { Authorization: '«x»' });
expectNamed({ accessToken: token() });
expectNamed({ refresh_token: token() });
expectNamed(
  new Map([['authorization', `«Bearer ${alnum(30)}»`]]),
  new Map([['authorization', `Bearer «x»`]]),
);
expectNamed([['authorization', `«Bearer ${alnum(30)}»`]], [['authorization', `Bearer «x»`]]);
expectNamed(
  { rawHeaders: ['Host', 'x', 'Authorization', `«Bearer ${alnum(30)}»`] },
  { rawHeaders: ['Host', 'x', 'Authorization', `Bearer «x»`] },
);
expectNamed(
  { headers: [{ name: 'Authorization', value: `«Bearer ${alnum(30)}»` }] },
  { headers: [{ name: 'Authorization', value: `Bearer «x»` }] },
);
expectNamed(
  { 'set-cookie': [`«sid=${alnum(20)}; Path=/»`] },
  { 'set-cookie': ['sid=«x»; Path=/'] },
  { 'set-cookie': '«x»' },
);
expectNamed({ token: mark(OAUTH.slackBot!()) });
expectNamed({ auth: { bearer: token() } }, { auth: '«x»' });
expectNamed({ url: `https://a.example.com/cb?access_token=${token()}` });
expectToken({ url: new URL('https://a.example.com/cb'), note: `access_token=${token()}` });
expectToken({ body: Buffer.from(`{"access_token":"${token()}"}`) });
expectNamed({ oauthToken: token() });
expectNamed({ id: 1, session: { token: token() } }, { id: 1, session: '«x»' });

keep(
  'oauth_token',
  'Bearer token is required',
  'a bearer of bad news',
  'Bearer <token>',
  'Authorization: Bearer ${token}',
  'Authorization: Bearer <your-token-here>',
  'Authorization: Bearer $TOKEN',
  'Authorization: Bearer ********',
  'Authorization: Bearer {{ token }}',
  'Authorization: Bearer %s',
  'Basic auth is disabled',
  'Basic Authentication required',
  'Basic information about you',
  'Basic understanding',
  'WWW-Authenticate: Bearer realm="api", error="invalid_token"',
  'WWW-Authenticate: Basic realm="Restricted"',
  '{"token_type":"Bearer","expires_in":3600}',
  'token_type=bearer',
  'Token expired at 2024-05-01',
  'token count: 1500',
  'Unexpected token < in JSON at position 0',
  'Unexpected token } in JSON at position 42',
  'SyntaxError: Unexpected token else',
  'const token = await getToken();',
  'const accessToken = await auth.getAccessToken({ scope });',
  'let token = req.headers.authorization.split(" ")[1];',
  'if (!token) throw new Error("missing token");',
  'token = tokenizer.next()',
  'self.token = token',
  'return { accessToken, refreshToken };',
  'this.accessToken = response.data.access_token;',
  'access_token: string',
  'refreshToken?: string | null',
  'access_token=<ACCESS_TOKEN>',
  'access_token=${ACCESS_TOKEN}',
  'access_token=null',
  'access_token=undefined',
  '{"access_token":null}',
  '{"access_token":""}',
  'invalid access_token',
  'ghp_',
  'GitHub tokens start with ghp_ or gho_',
  `ghp_${'x'.repeat(36)}`,
  'xoxb-your-token-here',
  'xoxb-',
  'glpat-<token>',
  `glpat-${'x'.repeat(20)}`,
  'session expired',
  'Session started',
  'session=active',
  'session: none',
  'the session of 2024-05-01',
  'cookie consent banner',
  'cookies: enabled',
  'Cookie policy: strict',
  'Set-Cookie header missing',
  'tokens: 1500',
  'max_tokens=4096',
  'total_tokens: 812',
  'prompt_tokens=12, completion_tokens=800',
  'nextPageToken=CAUQAA',
  'pageToken: CiAKGjBpNDd2Nmp2Zml2cXRwYjBpOXA',
  '"nextToken": "AAAAKAEBQWxpY2UxMjM0"',
  'continuationToken=abc123def456',
  'tokenizer=cl100k_base',
  'token_endpoint: https://id.example.com/oauth/token',
  'token_url=https://id.example.com/oauth/token',
  'https://id.example.com/oauth/token',
  'id_token_signing_alg_values_supported',
  'response_type=code&client_id=abc&scope=openid',
  'grant_type=refresh_token',
  'grant_type=authorization_code&code_challenge_method=S256',
  'error=invalid_token&error_description=The+access+token+expired',
  'csrf protection on',
  'EAA membership',
  'EAACommittee',
  'ya29',
  '1//0',
  'ratio 1//2',
  'https://cdn.example.com/session/replay.js',
  'sid=',
  `traceparent: 00-${hex(32)}-${hex(16)}-01`,
  `x-request-id: ${uuid()}`,
  `etag: W/"${hex(27)}"`,
  'gho_st_in_the_machine',
  'token bucket: 20/s',
  'Token ring network',
  'Bearer authentication scheme',
  'Bearer-Token-Authentifizierung',
  'Digest algorithm=SHA-256',
  'basic-auth-middleware',
  `npm_package_version=1.2.3`,
  'npm_config_user_agent=npm/10.2.0',
  'xoxo-hugs-and-kisses',
  'session_id column is NOT NULL',
  'sessionTimeout=3600',
  'Authorization header is missing',
  'authorization: required',
  'unauthorized: authentication required',
  'AUTH_TOKEN is not defined',
  'Missing required env ACCESS_TOKEN',
  'tokens.access.lifetime: 15m',
);
keep(
  'oauth_token',
  { token_type: 'Bearer', expires_in: 3600 },
  { usage: { prompt_tokens: 12, completion_tokens: 800, total_tokens: 812 } },
  { usage: { inputTokens: 12, outputTokens: 4, cachedInputTokens: 0 } },
  { nextPageToken: 'CAUQAA' },
  { tokenCount: 3 },
  { max_tokens: 4096 },
  { accessTokenExpiresAt: '2024-05-01T00:00:00Z' },
  { tokenType: 'bearer' },
  { tokenizer: 'cl100k_base' },
  { accessToken: null },
  { accessToken: '' },
  { hasToken: true },
  { tokenUrl: 'https://id.example.com/oauth/token' },
  { author: 'ada', authorId: 7 },
  { sessionTimeout: 3600 },
  { cookieConsent: true },
  { authorized: true },
  { sessionCount: 4 },
  { cookiePolicy: 'strict' },
);
