import { CARRIERS, HOLDERS } from './carriers.ts';
import { jwe, jweDirect, jwt, jwtHeaders } from './bodies.ts';
import { b64url, hex, alnum } from './random.ts';
import { createCases, mark } from './cases.ts';
import type { SecretCases } from './cases.ts';

export const JWT_CASES: SecretCases = createCases();
const { hit, hitAs, keep } = JWT_CASES;
const forms = [
  ...jwtHeaders.map((h) => () => jwt(h)),
  () => jwt({ alg: 'RS256' }, 342),
  () => jwt({ alg: 'ES512' }, 176),
  jwe,
  jweDirect,
];
let i = 0;
const token = (): string => mark(forms[i++ % forms.length]!());
for (let round = 0; round < 2; round++)
  for (const carry of Object.values(CARRIERS)) hit('jwt', carry(token()));
for (const hold of Object.values(HOLDERS)) hit('jwt', hold(token()));
hit('jwt', `Authorization: Bearer ${token()}`);
hit('jwt', `authorization: bearer ${token()}\r\nAccept: */*`);
hit(
  'jwt',
  `Cookie: id=1; token=${token()}; theme=dark`,
  `Cookie: id=«1»; token=«x»; theme=«dark»`,
  `Cookie: «x»`,
);
hit('jwt', `https://api.example.com/ws?token=${token()}&v=1`);
hit('jwt', `https://app.example.com/#id_token=${token()}&state=1`);
hit('jwt', `{"access_token":"${token()}","expires_in":60}`);
hit('jwt', `{"id_token":"${token()}"}`);
hit('jwt', `JsonWebTokenError: invalid signature for ${token()}`);
hit('jwt', `jwt malformed: ${token()}`);
hit('jwt', `client_assertion_type=urn%3Aietf&client_assertion=${token()}`);
hit('jwt', `Sec-WebSocket-Protocol: bearer, ${token()}`);
hit('jwt', `kubectl config set-credentials x --token=${token()}`);
hit('jwt', `X-Amz-Cf-Token: ${token()}`);
hit('jwt', `Set-Cookie: id=${token()}; HttpOnly; Path=/`);
hit(
  'jwt',
  mark(
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"1234567890"}').toString('base64url')}.`,
  ),
  `${mark('x')}.`,
);
hit('jwt', `cut off: ${mark(jwt().split('.').slice(0, 2).join('.'))} (end of buffer)`);
hit(
  'jwt',
  `detached ${mark(`${Buffer.from('{"alg":"ES256","b64":false}').toString('base64url')}..${b64url(86)}`)}`,
);
hit(
  'jwt',
  mark(
    `${Buffer.from('{\n  "alg": "HS256",\n  "typ": "JWT"\n}').toString('base64url')}.${Buffer.from('{"sub":"1"}').toString('base64url')}.${b64url(43)}`,
  ),
);
hit(
  'jwt',
  mark(
    `${Buffer.from('{ "typ": "JWT", "alg": "HS256" }').toString('base64url')}.${Buffer.from('{ "sub": "1" }').toString('base64url')}.${b64url(43)}`,
  ),
);
const expectNamed = (value: unknown, ...a: unknown[]): void => hitAs('jwt', ['sensitive_name'], value, ...a);
expectNamed({ token: token() });
expectNamed({ jwt: token() });
expectNamed({ idToken: token() });
expectNamed({ headers: { authorization: `Bearer ${token()}` } }, { headers: { authorization: '«x»' } });
expectNamed(new Map([['access_token', token()]]));
expectNamed({ cookies: { session: token() } }, { cookies: '«x»' });
expectNamed({ query: { token: token() } });
expectNamed({ argv: ['node', 'x', '--token', token()] });
expectNamed({ argv: ['node', 'x', `--token=${token()}`] });
const segment = (v: unknown): string => Buffer.from(JSON.stringify(v)).toString('base64url');
keep(
  'jwt',
  ...Array.from({ length: 12 }, (_, x) => segment({ id: x * 7, after: '2024-05-01', dir: 'asc' })),
  ...Array.from(
    { length: 8 },
    () => `${segment({ cursor: hex(8), page: 2 })}.${segment({ limit: 20 })}.${b64url(20)}`,
  ),
  `cursor=${segment({ createdAt: 1_700_000_000, id: 9 })}`,
  `{"endCursor":"${segment({ last_id: 7, last_value: '7' })}"}`,
  `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify({ version: 3, sources: ['a.ts'], mappings: 'AAAA;AACA' })).toString('base64')}`,
  `data:application/json;base64,${Buffer.from('{"name":"pixel","value":1}').toString('base64')}`,
  'tokens start with eyJhbGciOi',
  'eyJ',
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9',
  'eyJhbGciOiJIUzI1NiJ9',
  'eyJhbGciOi...',
  '<jwt>',
  'Bearer <jwt>',
  'jwt must be provided',
  'JsonWebTokenError: jwt malformed',
  'TokenExpiredError: jwt expired',
  'jwt.sign(payload, key, { algorithm: "RS256" })',
  'jwt.verify(token, publicKey)',
  'com.auth0.jwt.JWTVerifier',
  'header.payload.signature',
  'aaa.bbb.ccc',
  '{"alg":"RS256","typ":"JWT"}',
  'alg=HS256',
  'www.example.com',
  'api.v1.users.list',
  '1.2.3',
  'com.example.app.MainActivity',
  `${segment({ alg: 5, x: 1 })}.${segment({ a: 1 })}.${b64url(12)}`,
  `eyJ${alnum(8)}`,
  'eyJpZCI6MX0',
  'eyJpZCI6MX0=',
  `x-amzn-trace: ${hex(32)}.${hex(16)}.${hex(8)}`,
  `state=${segment({ returnTo: '/home', n: 1 })}`,
  `{"metadata":"${segment({ plan: 'pro', seats: 5 })}"}`,
  `https://img.example.com/resize/${segment({ w: 200, h: 100, fit: 'cover' })}/a.png`,
  `https://cdn.example.com/${segment({ bucket: 'b', key: 'k.png', edits: { resize: { width: 1 } } })}`,
  'the JWT alg header',
  'jwks_uri=https://id.example.com/.well-known/jwks.json',
  'kid=2024-05',
  `"mappings":"AAAA,SAASA,KAAKC,GAAGC;AACVC"`,
  'jwtExpiry: 3600',
  'JWT_EXPIRES_IN=7d',
  'JWT_ALGORITHM=RS256',
  'token.split(".")[1]',
  'const [h, p, s] = token.split(".")',
  `const payload = JSON.parse(atob(token.split('.')[1]))`,
);
keep(
  'jwt',
  { cursor: segment({ id: 5 }) },
  { state: segment({ returnTo: '/x' }) },
  { jwtExpiresIn: 3600 },
  { alg: 'RS256', typ: 'JWT' },
  { jwksUri: 'https://id.example.com/jwks' },
  { page: { endCursor: segment({ k: hex(20) }), hasNextPage: true } },
  new Map([['cursor', segment({ id: 1, d: 'asc' })]]),
  { nodeId: Buffer.from('User:1234').toString('base64') },
);
