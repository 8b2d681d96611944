import { pem, wrap } from './bodies.ts';
import { b64, bytesB64, bytesB64url, hex, random } from './random.ts';
import { createCases, mark } from './cases.ts';
import type { SecretCases } from './cases.ts';

export const PRIVATE_KEY_CASES: SecretCases = createCases();
const { hit, hitAs, keep } = PRIVATE_KEY_CASES;
const LABELS = [
  'PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'DSA PRIVATE KEY',
  'OPENSSH PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
];
const expectKey = (value: unknown, ...a: unknown[]): void => hit('private_key', value, ...a);
const block = (label: string): string => mark(pem(label, 120 + random.below(300)));
const oneLine = (label: string, br: string): string => mark(pem(label, 200).replaceAll('\n', br));
for (const label of LABELS) {
  expectKey(block(label));
  expectKey(`key:\n${block(label)}\nnext: 1`);
  expectKey(`{"key":"${oneLine(label, '\\n')}","n":1}`);
  expectKey(`TLS_KEY="${oneLine(label, '\\n')}"\nPORT=1`);
  expectKey(mark(pem(label).replaceAll('\n', '\r\n')));
  expectKey(`tls.key: |\n    ${mark(pem(label).replaceAll('\n', '\n    '))}\nother: x`);
}
expectKey(`{"m":"{\\"k\\":\\"${oneLine('PRIVATE KEY', '\\\\n')}\\"}"}`);
expectKey(
  mark(
    pem(
      'RSA PRIVATE KEY',
      300,
      'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF0123456789ABCDEF\n\n',
    ),
  ),
);
expectKey(mark(pem('PGP PRIVATE KEY BLOCK', 300, 'Version: GnuPG v2\n\n')));
expectKey(mark(pem('PGP PRIVATE KEY BLOCK', 300, '\n')));
expectKey(
  mark(
    `---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: "a"\n${wrap(bytesB64(200))}\n---- END SSH2 ENCRYPTED PRIVATE KEY ----`,
  ),
);
expectKey(`log: ${mark(`-----BEGIN PRIVATE KEY-----\n${wrap(b64(180))}`)}`);
expectKey(`cut ${mark(`-----BEGIN RSA PRIVATE KEY-----\\n${b64(64)}\\n${b64(40)}`)}`);
expectKey(`"${mark(`-----BEGIN EC PRIVATE KEY-----\\n${b64(64)}\\n${b64(30)}`)}`);
expectKey(`error:0909006C:PEM routines ${block('PRIVATE KEY')} bad decrypt`);
expectKey(`const key = \`${block('PRIVATE KEY')}\`;`);
expectKey(`const key = '${oneLine('RSA PRIVATE KEY', "\\n' +\n  '")}';`);
expectKey(
  `-----BEGIN CERTIFICATE-----\n${wrap(bytesB64(200))}\n-----END CERTIFICATE-----\n${block('PRIVATE KEY')}`,
);
expectKey(
  `${block('PRIVATE KEY')}\n-----BEGIN CERTIFICATE-----\n${wrap(bytesB64(200))}\n-----END CERTIFICATE-----`,
);
expectKey(`${block('EC PRIVATE KEY')}\n${block('PRIVATE KEY')}`);
expectKey(`echo "${block('OPENSSH PRIVATE KEY')}" > ~/.ssh/id_ed25519`);
expectKey(
  `{"type":"service_account","project_id":"p","private_key_id":"${hex(40)}","private_key":"${oneLine('PRIVATE KEY', '\\n')}\\n","client_id":"1"}`,
  `{"type":"service_account","project_id":"p","private_key_id":"${hex(0)}","private_key":"«x»","client_id":"1"}`,
  `{"type":"service_account","project_id":"p","private_key_id":"x","private_key":"«x»\\n","client_id":"1"}`,
);
expectKey(
  { type: 'service_account', private_key: mark(`${pem('PRIVATE KEY')}\n`) },
  { type: 'service_account', private_key: '«x»\n' },
);
hitAs('private_key', ['sensitive_name'], { privateKey: block('PRIVATE KEY') });
expectKey({ tls: { key: block('RSA PRIVATE KEY'), cert: pem('CERTIFICATE') } });
expectKey({ options: { key: Buffer.from(block('EC PRIVATE KEY')) } });
expectKey(new Map([['key', block('PRIVATE KEY')]]));
expectKey([block('PRIVATE KEY')]);
expectKey({ lines: `x\n${block('PRIVATE KEY')}\ny` });
expectKey({ env: [{ name: 'TLS_KEY', value: block('PRIVATE KEY') }] });
expectKey({ body: Buffer.from(block('OPENSSH PRIVATE KEY')) });
const ppk = (v: number): string =>
  `PuTTY-User-Key-File-${v}: ssh-ed25519\nEncryption: none\nComment: k\nPublic-Lines: 2\n${b64(64)}\n${b64(16)}\nPrivate-Lines: 2\n`;
for (const v of [2, 3]) {
  const head = ppk(v);
  const body = `${b64(64)}\n${b64(20)}`;
  const mac = hex(40);
  expectKey(
    `${head}${mark(body)}\nPrivate-MAC: ${mac}\n`,
    `${head}«x»\nPrivate-MAC: «x»\n`,
    `${head.replace('Private-Lines: 2\n', '')}«x»\nPrivate-MAC: ${mac}\n`,
    `${head.replace('Private-Lines: 2\n', '')}«x»`,
    `${head.replace('Private-Lines: 2\n', '')}«x»\n`,
    `«x»\nPrivate-MAC: ${mac}\n`,
    '«x»\n',
    '«x»',
  );
}
const BECH = 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L';
const ageKey = (): string => mark(`AGE-SECRET-KEY-1${random.text(BECH, 58)}`);
expectKey(ageKey());
expectKey(`# created: 2024-05-01\n# public key: age1${random.text(BECH.toLowerCase(), 58)}\n${ageKey()}\n`);
expectKey(`SOPS_AGE_KEY=${ageKey()}`);
expectKey({ identity: ageKey() });
expectKey(`{"identity":"${ageKey()}"}`);
expectKey(`run --identity ${ageKey()} now`);
const b64pem = (label: string): string => mark(Buffer.from(pem(label)).toString('base64'));
expectKey(b64pem('PRIVATE KEY'));
expectKey(`tls.key: ${b64pem('RSA PRIVATE KEY')}`);
expectKey(`client-key-data: ${b64pem('EC PRIVATE KEY')}\n  name: x`);
expectKey(
  `{"data":{"tls.crt":"${Buffer.from(pem('CERTIFICATE')).toString('base64')}","tls.key":"${b64pem('PRIVATE KEY')}"}}`,
);
expectKey({ data: { 'tls.key': b64pem('PRIVATE KEY') } });
expectKey(`KEY_B64=${b64pem('OPENSSH PRIVATE KEY')}`);
expectKey({ sshKeyB64: b64pem('OPENSSH PRIVATE KEY') });
expectKey(`kubectl config says client-key-data: ${b64pem('RSA PRIVATE KEY')}`);
const tunnelKey = (): string => mark(bytesB64(32));
expectKey(`[Interface]\nPrivateKey = ${tunnelKey()}\nAddress = 10.0.0.1/24`);
expectKey(
  `[Interface]\nAddress = 10.0.0.1/24\nPrivateKey=${tunnelKey()}\n\n[Peer]\nPublicKey = ${bytesB64(32)}\n`,
);
expectKey(`wg set wg0 private-key ${tunnelKey()}`);
const member = (n: number): string => mark(bytesB64url(n));
expectKey(
  `{"kty":"RSA","n":"${bytesB64url(256)}","e":"AQAB","d":"${member(256)}","p":"${member(128)}","q":"${member(128)}","dp":"${member(128)}","dq":"${member(128)}","qi":"${member(128)}","kid":"k1"}`,
);
expectKey(`{"kty":"EC","crv":"P-256","x":"${bytesB64url(32)}","y":"${bytesB64url(32)}","d":"${member(32)}"}`);
expectKey(`{"kty":"OKP","crv":"Ed25519","d":"${member(32)}","x":"${bytesB64url(32)}"}`);
expectKey(`{"kty":"oct","k":"${member(32)}","alg":"HS256"}`);
expectKey(`{\n  "kty": "EC",\n  "d": "${member(32)}",\n  "crv": "P-256",\n  "x": "${bytesB64url(32)}"\n}`);
expectKey({ kty: 'EC', crv: 'P-256', x: bytesB64url(32), y: bytesB64url(32), d: member(32) });
expectKey({
  keys: [
    {
      kty: 'RSA',
      n: bytesB64url(256),
      e: 'AQAB',
      d: member(256),
      p: member(128),
      q: member(128),
      dp: member(128),
      dq: member(128),
      qi: member(128),
    },
  ],
});
expectKey({ kty: 'oct', k: member(32) });
expectKey(
  `{\\"kty\\":\\"EC\\",\\"crv\\":\\"P-256\\",\\"x\\":\\"${bytesB64url(32)}\\",\\"d\\":\\"${member(32)}\\"}`,
);
expectKey(`key=${mark(encodeURIComponent(pem('PRIVATE KEY', 200)))}&x=1`);
expectKey(`<ds:Key>${block('PRIVATE KEY')}</ds:Key>`);
expectKey(`  > ${mark(pem('PRIVATE KEY').replaceAll('\n', '\n  > '))}`);
expectKey(`id,key\n1,"${block('PRIVATE KEY')}"\n`);
expectKey(`\tkey: ${mark(pem('PRIVATE KEY', 60))}`);
expectKey(`single line ${mark(pem('PRIVATE KEY', 200).replaceAll('\n', ' '))} end`);
expectKey(`-----BEGIN PUBLIC KEY-----\n${b64(64)}\n-----END PUBLIC KEY-----\n${block('ANY PRIVATE KEY')}`);
hitAs('private_key', ['sensitive_name', 'api_key', 'password'], { privateKey: `«0x${hex(64)}»` });
hitAs(
  'private_key',
  ['sensitive_name', 'api_key', 'password'],
  `PRIVATE_KEY=0x${mark(hex(64))}`,
  `PRIVATE_KEY=«x»`,
);
hitAs('private_key', ['sensitive_name', 'api_key', 'password'], `"privateKey": "${mark(hex(64))}"`);

const publicBlock = (label: string, br = '\n'): string => pem(label).replaceAll('\n', br);
keep(
  'private_key',
  ...[
    'PUBLIC KEY',
    'RSA PUBLIC KEY',
    'CERTIFICATE',
    'CERTIFICATE REQUEST',
    'NEW CERTIFICATE REQUEST',
    'X509 CRL',
    'PGP PUBLIC KEY BLOCK',
    'PGP SIGNATURE',
    'PGP MESSAGE',
    'DH PARAMETERS',
    'EC PARAMETERS',
    'PKCS7',
    'TRUSTED CERTIFICATE',
    'SSH SIGNATURE',
  ].flatMap((l) => [publicBlock(l), `{"cert":"${publicBlock(l, '\\n')}"}`]),
  Buffer.from(pem('CERTIFICATE')).toString('base64'),
  Buffer.from(pem('PUBLIC KEY')).toString('base64'),
  `certificate-authority-data: ${Buffer.from(pem('CERTIFICATE')).toString('base64')}`,
  `client-certificate-data: ${Buffer.from(pem('CERTIFICATE')).toString('base64')}`,
  `ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ${b64(340)}== me`,
  `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${b64(43)} me`,
  `ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBB${b64(86)}=`,
  `github.com ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ${b64(340)}=`,
  `SHA256:${b64(43)}`,
  `fingerprint ${Array.from({ length: 16 }, () => hex(2)).join(':')}`,
  `SHA1 Fingerprint=${Array.from({ length: 20 }, () => hex(2).toUpperCase()).join(':')}`,
  '-----BEGIN PRIVATE KEY-----',
  'the file must start with -----BEGIN PRIVATE KEY----- and end with -----END PRIVATE KEY-----',
  "if (text.includes('-----BEGIN RSA PRIVATE KEY-----')) return;",
  'const begin = /-----BEGIN (RSA )?PRIVATE KEY-----/;',
  '-----BEGIN PRIVATE KEY-----\n<your key>\n-----END PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----\\n...\\n-----END PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----\n${KEY}\n-----END PRIVATE KEY-----',
  'error:0909006C:PEM routines:get_name:no start line: Expecting: ANY PRIVATE KEY',
  '/etc/ssl/private/server.key',
  'ssl_certificate_key /etc/nginx/tls/server.key;',
  'IdentityFile ~/.ssh/id_ed25519',
  'PRIVATE_KEY_PATH=/run/secrets/key.pem',
  'private_key_file = /etc/key.pem',
  'privateKey: fs.readFileSync("key.pem")',
  'PrivateKey: crypto.KeyObject',
  'class RSAPrivateKey extends PrivateKey',
  'java.security.interfaces.RSAPrivateKey',
  'PublicKey = ' + bytesB64(32),
  `[Peer]\nPublicKey = ${bytesB64(32)}\nEndpoint = 1.example.com:51820`,
  `age1${random.text(BECH.toLowerCase(), 58)}`,
  `recipient: age1${random.text(BECH.toLowerCase(), 58)}`,
  'AGE-SECRET-KEY-1',
  `v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB${b64(180)}`,
  `{"kty":"RSA","n":"${bytesB64url(256)}","e":"AQAB","kid":"a","use":"sig","alg":"RS256"}`,
  `{"kty":"EC","crv":"P-256","x":"${bytesB64url(32)}","y":"${bytesB64url(32)}"}`,
  `{"keys":[{"kty":"OKP","crv":"Ed25519","x":"${bytesB64url(32)}"}]}`,
  'private key is encrypted',
  'invalid private key',
  'private_key_id',
  `PuTTY-User-Key-File-2: ssh-rsa`,
  `---- BEGIN SSH2 PUBLIC KEY ----\n${wrap(bytesB64(200))}\n---- END SSH2 PUBLIC KEY ----`,
  `MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A${b64(360)}`,
  'openssl genrsa -out private.pem 2048',
  'ssh-keygen -t ed25519 -f private_key',
);
keep(
  'private_key',
  { tls: { cert: pem('CERTIFICATE'), ca: [pem('CERTIFICATE')] } },
  { publicKey: pem('PUBLIC KEY') },
  { kty: 'RSA', n: bytesB64url(256), e: 'AQAB' },
  { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: bytesB64url(32), y: bytesB64url(32) }] } },
  { privateKeyPath: '/run/secrets/k.pem' },
  { private_key_id: hex(40) },
  { fingerprint: `SHA256:${b64(43)}` },
  { d: 'M0 0L10 10Z', k: 'v', q: 'search' },
  { kty: 'guest', d: 'note' },
);
