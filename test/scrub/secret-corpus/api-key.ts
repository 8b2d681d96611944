import { CARRIERS, HOLDERS } from './carriers.ts';
import { API } from './bodies.ts';
import {
  alnum,
  b64,
  b64url,
  bytesB64,
  digits,
  hex,
  lowerDigits,
  upperDigits,
  uuid,
  random,
} from './random.ts';
import { createCases, mark } from './cases.ts';
import type { SecretCases } from './cases.ts';

export const API_KEY_CASES: SecretCases = createCases();
const { hit, hitAs, keep } = API_KEY_CASES;
const carriers = Object.entries(CARRIERS);
const holders = Object.values(HOLDERS);
let turn = 0;
for (const make of Object.values(API)) {
  for (let i = 0; i < 4; i++) {
    const token = make();
    const [name, carry] = carriers[turn++ % carriers.length]!;
    if (/[/=]/.test(token) && ['path', 'query', 'fragment', 'urlEncoded'].includes(name)) continue;
    hitAs('api_key', ['oauth_token'], carry(mark(token)));
  }
  hitAs('api_key', ['oauth_token'], holders[turn % holders.length]!(mark(make())));
}
const expectKey = (v: unknown, ...a: unknown[]): void => hit('api_key', v, ...a);
const key = (): string => mark(alnum(32));
const hexKey = (): string => mark(hex(32));
for (const name of [
  'api_key',
  'apiKey',
  'API_KEY',
  'apikey',
  'api-key',
  'x-api-key',
  'X-API-Key',
  'DATADOG_API_KEY',
  'dd_api_key',
  'openai_api_key',
  'algoliaApiKey',
  'appKey',
  'MAILGUN_API_KEY',
  'api_secret',
]) {
  const also = ['password', 'oauth_token'] as const;
  hitAs('api_key', name === 'api_secret' ? also : [], `${name}=${key()}`);
  hitAs('api_key', name === 'api_secret' ? also : [], `"${name}": "${hexKey()}"`);
  hitAs('api_key', name === 'api_secret' ? also : [], `${name}: ${key()}`);
  hitAs(
    'api_key',
    name === 'api_secret' ? also : [],
    `https://api.example.com/v1?${name}=${hexKey()}&q=berlin`,
  );
}
expectKey(`curl -H "X-API-Key: ${key()}" https://api.example.com`);
expectKey(`curl -H 'apikey: ${key()}' https://x.example.com`);
expectKey(`Authorization: ApiKey ${mark(bytesB64(30))}`);
hitAs('api_key', ['oauth_token'], `Authorization: GenieKey ${mark(uuid())}`);
hitAs('api_key', ['oauth_token'], `Authorization: Api-Key ${key()}`);
expectKey(`https://maps.googleapis.com/maps/api/geocode/json?address=x&key=${mark(API.google!())}`);
expectKey(`https://api.example.com/data?key=${mark(alnum(40))}&lang=en`);
expectKey(
  `DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=${mark(bytesB64(64))};EndpointSuffix=core.windows.net`,
);
expectKey(
  `Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=${mark(bytesB64(32))}`,
);
expectKey(`HostName=h.azure-devices.net;DeviceId=d1;SharedAccessKey=${mark(bytesB64(32))}`);
expectKey(`AccountEndpoint=https://x.documents.azure.com:443/;AccountKey=${mark(bytesB64(64))};`);
expectKey(`InstrumentationKey=${mark(uuid())};IngestionEndpoint=https://x.example.com/`);
expectKey(
  `https://acme.blob.core.windows.net/c/b?sv=2022-11-02&se=2024-05-01T00%3A00%3A00Z&sr=b&sp=r&sig=${mark(encodeURIComponent(bytesB64(32)))}`,
);
expectKey(
  `https://acme.blob.core.windows.net/c?sp=r&sig=${mark(encodeURIComponent(bytesB64(32)))}&sv=2022-11-02`,
);
expectKey(
  `https://hooks.slack.com/services/${mark(`T${upperDigits(8)}/B${upperDigits(10)}/${alnum(24)}`)}`,
  `«x»`,
  `https://hooks.slack.com/«x»`,
  `https://hooks.slack.com/services/T/B/«x»`,
);
expectKey(
  `https://discord.com/api/webhooks/${digits(18)}/${mark(b64url(67) + 'x')}`,
  '«x»',
  'https://discord.com/api/webhooks/«x»',
  'https://discord.com/api/«x»',
);
expectKey(
  `https://acme.webhook.office.com/webhookb2/${mark(`${uuid()}@${uuid()}/IncomingWebhook/${hex(32)}/${uuid()}`)}`,
  '«x»',
  'https://acme.webhook.office.com/«x»',
);
expectKey(
  `https://api.telegram.org/bot${mark(API.telegram!())}/sendMessage?chat_id=1`,
  `https://api.telegram.org/«bot»/sendMessage?chat_id=1`,
);
expectKey(`cloudinary://${digits(15)}:${mark(b64url(27))}@demo`);
expectKey(`AZURE_CLIENT_SECRET=${mark(API.azureAd!())}`);
expectKey(`openai.api_key = "${mark(API.openaiLegacy!())}"`);
expectKey(`new OpenAI({ apiKey: '${mark(API.openaiProject!())}' })`);
expectKey(`Incorrect API key provided: ${mark(API.openaiLegacy!())}.`);
expectKey(`DD-API-KEY: ${hexKey()}`);
expectKey(`DD-APPLICATION-KEY: ${mark(hex(40))}`);
expectKey(`x-goog-api-key: ${mark(API.google!())}`);
expectKey(`Ocp-Apim-Subscription-Key: ${hexKey()}`);
expectKey(`api-key: ${hexKey()}`);
expectKey(`X-Algolia-API-Key: ${hexKey()}`);
expectKey(`TWILIO_AUTH_TOKEN=${hexKey()}`);
hitAs('api_key', ['password', 'oauth_token', 'sensitive_name'], `clientSecret: "${key()}"`);
expectKey(`<add key="ApiKey" value="${key()}" />`);
expectKey(`<apiKey>${key()}</apiKey>`);
expectKey(`- name: API_KEY\n  value: "${key()}"`);
expectKey(`--api-key ${key()}`);
expectKey(`--api-key=${key()}`);
expectKey(`define('API_KEY', '${key()}');`);
expectKey(`api_key => '${key()}'`);
expectKey(`Dim apiKey As String = "${key()}"`);
expectKey(`String API_KEY = "${key()}";`);
expectKey(`apiKey := "${key()}"`);
expectKey(`let api_key: &str = "${key()}";`);
expectKey(`private const string ApiKey = "${key()}";`);
expectKey(`the api key is ${key()}`);
expectKey(`API key: ${key()}`);
expectKey(`Clé API : ${key()}`);
expectKey(`API-Schlüssel: ${key()}`);
expectKey(`clave de API: ${key()}`);
expectKey(`API密钥：${key()}`);
const expectNamed = (v: unknown, ...a: unknown[]): void => hitAs('api_key', ['sensitive_name'], v, ...a);
expectNamed({ apiKey: key() });
expectNamed({ headers: { 'x-api-key': key() } });
expectNamed(new Map([['apiKey', key()]]));
expectNamed({ config: { openai: { api_key: mark(API.openaiLegacy!()) } } });
expectNamed([['x-api-key', key()]]);
expectNamed({ rawHeaders: ['X-Api-Key', key(), 'Host', 'x'] });
expectNamed({ query: { key: mark(API.google!()), q: 'x' } });
expectNamed({ params: new Map([['api_key', key()]]) });
expectNamed({ body: Buffer.from(`{"api_key":"${key()}"}`) });
expectNamed({ connection: `AccountName=a;AccountKey=${mark(bytesB64(64))};` });
expectNamed({ headers: [{ key: 'api-key', value: key() }] });
keep(
  'api_key',
  uuid(),
  uuid().toUpperCase(),
  hex(32),
  hex(40),
  hex(64),
  hex(128),
  `sha256:${hex(64)}`,
  `sha512-${bytesB64(64)}`,
  `sha384-${bytesB64(48)}`,
  `md5:${hex(32)}`,
  `W/"${hex(32)}"`,
  `commit ${hex(40)}`,
  `key=${uuid()}`,
  'key=name',
  'key=user:1234',
  'key=primary',
  'sort=asc&key=created_at',
  `cache key user:${uuid()}:profile`,
  `key: ${hex(64)}`,
  'key=en-US',
  'api_key=<API_KEY>',
  'api_key=${API_KEY}',
  'api_key=YOUR_API_KEY',
  'api_key=your-api-key-here',
  'apiKey: process.env.API_KEY',
  'apiKey: string',
  'apiKey: config.get("openai.apiKey")',
  'const apiKey = getApiKey();',
  'api_key=null',
  'api_key=',
  '{"apiKey":""}',
  '{"apiKey":null}',
  'x-api-key: ********',
  'API key is missing',
  'invalid api key',
  'API key not found',
  'api_key_id=42',
  'apiKeyName=ci',
  'sk-',
  'sk-...',
  'sk-proj-...',
  'sk-ant-xxxxxxxx',
  'sk-learn-contrib-project-extension',
  'task-force-0123456789abcdef0123456789',
  'risk-assessment-report-2024-q3-final-version',
  'hf_hub_download',
  'hf_transformers_model_cache_directory_x',
  'SG.com',
  'AIza',
  'AIzaShort',
  'key-value',
  'key-0123456789',
  'primary-key-1',
  'dapi',
  'npm_config_registry=https://registry.npmjs.org/',
  'npm_lifecycle_event',
  'npm_package_json',
  'gsk_',
  're_render',
  're_export_default_from',
  'r8_',
  'pul-',
  'xai-labs',
  'pat-na1',
  'patent.pdf',
  'hvs.example',
  'SG.',
  'dp.pt.',
  'glc_',
  'rnd_seed_123456',
  'rnd_',
  `data:image/png;base64,iVBORw0KGgoAAAANSUhEUg${b64(200)}`,
  `"integrity": "sha512-${bytesB64(64)}"`,
  `//# sourceMappingURL=app.${hex(20)}.js.map`,
  `/static/js/main.${hex(8)}.chunk.js`,
  `https://cdn.example.com/a.${hex(20)}.css?v=${hex(10)}`,
  `https://${hex(32)}@o123.ingest.sentry.io/456`,
  'signature=v1',
  'sig=1',
  'sig: SIGTERM',
  `x-hub-signature-256: sha256=${hex(64)}`,
  `ETag: "${hex(32)}-12"`,
  `docker pull registry.example.com/app@sha256:${hex(64)}`,
  'gpt-4o-mini-2024-07-18',
  'claude-3-5-sonnet-20241022',
  'text-embedding-3-small',
  'org-abcdefghijklmnopqrstuvwx',
  `chatcmpl-${alnum(29)}`,
  `msg_${alnum(24)}`,
  `asst_${alnum(24)}`,
  `thread_${alnum(24)}`,
  `call_${alnum(24)}`,
  `run_${alnum(24)}`,
  `req_${hex(32)}`,
  `file-${alnum(24)}`,
  `ft:gpt-4o:acme::${alnum(8)}`,
  `cl${lowerDigits(23)}`,
  `01${random.text('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 24)}`,
  `kube-api-access-${lowerDigits(5)}`,
  `web-7d4b9c6f5-${lowerDigits(5)}`,
  `tsconfig.${hex(8)}.tsbuildinfo`,
  '@babel/plugin-proposal-decorators@7.24.1',
  'react-dom/cjs/react-dom-server-legacy.browser.production.min.js',
  'org.springframework.boot.autoconfigure.SpringBootApplication',
  'AbstractSingletonProxyFactoryBeanConfigurationAdapter',
  `G-${upperDigits(10)}`,
  `UA-${digits(8)}-1`,
  `GTM-${upperDigits(7)}`,
  `ca-pub-${digits(16)}`,
  `0x${hex(40)}`,
  `0x${hex(64)}`,
  `bc1q${lowerDigits(38)}`,
  `https://hooks.slack.com/services/`,
  'https://discord.com/api/webhooks/',
  `https://discord.com/channels/${digits(18)}/${digits(18)}`,
  `https://app.slack.com/client/T${upperDigits(8)}/C${upperDigits(10)}`,
  `AccountKey=<key>`,
  'AccountName=acme',
  'SharedAccessKeyName=RootManageSharedAccessKey',
  `InstanceId=${uuid()}`,
  'KEY=VALUE',
  'keys=12',
  'foreign key (user_id) references users (id)',
  'PRIMARY KEY (id)',
  'Key: ctrl+shift+p',
  'partition key tenant#42',
  'idempotency-key: order-2024-0001',
  `Idempotency-Key: ${uuid()}`,
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'publicKey: pk',
  'public_api_key=no',
  'sitekey: visible',
);
keep(
  'api_key',
  { key: 'value' },
  { primaryKey: 'id' },
  { sortKey: 'createdAt' },
  { cacheKey: `user:${uuid()}` },
  { partitionKey: 'tenant#42' },
  { foreignKey: 'user_id' },
  { publicKey: 'abc' },
  { apiKeyId: 42 },
  { apiKeyName: 'ci' },
  { keyCount: 3 },
  { keys: ['a', 'b'] },
  { monkey: 'banana' },
  { keyboard: 'qwerty' },
  { hotkey: 'ctrl+k' },
  { objectKey: 'uploads/a.png' },
  { Key: 'uploads/2024/a.png', Bucket: 'b' },
  { hasApiKey: true },
  { apiKey: null },
  { apiKeyStatus: 'active' },
  { routeKey: 'GET /x' },
  { i18nKey: 'home.title' },
  { key: hex(64) },
  { etag: `"${hex(32)}"` },
  { idempotencyKey: uuid() },
);
