import { CARRIERS, HOLDERS } from './carriers.ts';
import { alnum, hex, b64 } from './random.ts';
import { createCases, mark } from './cases.ts';
import type { SecretCases } from './cases.ts';

export const STRIPE_KEY_CASES: SecretCases = createCases();
const { hit, hitAs, keep } = STRIPE_KEY_CASES;
const FORMS = [
  () => `sk_live_${alnum(24)}`,
  () => `sk_test_${alnum(24)}`,
  () => `sk_live_51${alnum(97)}`,
  () => `rk_live_${alnum(24)}`,
  () => `rk_test_51${alnum(97)}`,
  () => `whsec_${alnum(32)}`,
  () => `pi_${alnum(24)}_secret_${alnum(25)}`,
  () => `seti_${alnum(24)}_secret_${alnum(25)}`,
  () => `sk_org_live_${alnum(60)}`,
  () => `whsec_${hex(64)}`,
];
let i = 0;
const key = (): string => mark(FORMS[i++ % FORMS.length]!());
for (let round = 0; round < 3; round++)
  for (const carry of Object.values(CARRIERS)) hit('stripe_key', carry(key()));
for (const hold of Object.values(HOLDERS)) hit('stripe_key', hold(key()));
const live = (): string => mark(`sk_live_${alnum(24)}`);
hit('stripe_key', `STRIPE_SECRET_KEY=${live()}`);
hit('stripe_key', `stripe.api_key = "${live()}"`);
hit('stripe_key', `Stripe(\`${live()}\`)`);
hit('stripe_key', `curl https://api.stripe.com/v1/charges -u ${live()}:`);
hit('stripe_key', `Invalid API Key provided: ${live()}`);
hit('stripe_key', `stripe listen --api-key ${live()}`);
hit(
  'stripe_key',
  `{"client_secret":"${mark(`pi_${alnum(24)}_secret_${alnum(25)}`)}","id":"pi_${alnum(24)}"}`,
);
hit(
  'stripe_key',
  `https://shop.example.com/return?payment_intent=pi_${alnum(24)}&payment_intent_client_secret=${mark(`pi_${alnum(24)}_secret_${alnum(25)}`)}&redirect_status=succeeded`,
);
hit('stripe_key', `STRIPE_WEBHOOK_SECRET=${mark(`whsec_${alnum(32)}`)}`);
hit('stripe_key', `Authorization: Bearer ${live()}`);
hitAs('stripe_key', ['sensitive_name'], { stripeSecretKey: live() });
hitAs('stripe_key', ['sensitive_name'], { client_secret: mark(`pi_${alnum(24)}_secret_${alnum(25)}`) });
hitAs('stripe_key', ['sensitive_name'], { apiKey: live() });
hitAs('stripe_key', ['sensitive_name'], { authorization: `Bearer ${live()}` }, { authorization: '«x»' });
hit('stripe_key', `whsec_rotation: ${mark(`whsec_${b64(32).replace(/[+/]/g, 'k')}`)}`);
hit('stripe_key', `Clave de Stripe: ${live()}`);
hit('stripe_key', `https://${live()}@api.stripe.com/v1/charges`);
keep(
  'stripe_key',
  ...[
    'cus',
    'ch',
    'pi',
    'evt',
    'price',
    'prod',
    'sub',
    'in',
    'acct',
    'pm',
    're',
    'txn',
    'cs_test',
    'seti',
    'card',
    'tok',
    'src',
    'po',
    'si',
    'req',
    'we',
    'file',
    'dp',
    'tr',
    'py',
    'ii',
    'il',
    'plan',
    'link',
    'cs_live',
  ].map((p) => `${p}_${alnum(24)}`),
  ...['pk_live', 'pk_test'].flatMap((p) => [
    `${p}_${alnum(24)}`,
    `${p}_51${alnum(97)}`,
    `STRIPE_PUBLISHABLE_KEY=${p}_${alnum(24)}`,
    `loadStripe("${p}_${alnum(24)}")`,
  ]),
  'desk_live_chat_widget_v2_enabled',
  'task_live_update_1234567890',
  'risk_test_results_2024_final',
  'disk_test_performance_results',
  'kiosk_live_session_0123456789',
  `desk_live_${alnum(24)}`,
  `task_test_${alnum(24)}`,
  'sk_live_',
  'sk_test_...',
  `sk_live_${'x'.repeat(24)}`,
  `sk_live_${'*'.repeat(24)}`,
  'sk_live_<your key>',
  'sk_test_${STRIPE_KEY}',
  'sk_test_YOUR_KEY',
  'sk_live_{{ key }}',
  'keys begin with sk_live_ or rk_live_',
  'whsec_',
  'whsec_...',
  'whsec_<secret>',
  'webhook signing secrets start with whsec_',
  'pi_123_secret_',
  'stripe_key_id',
  'const stripe = new Stripe(process.env.STRIPE_SECRET_KEY)',
  'STRIPE_SECRET_KEY=${STRIPE_SECRET_KEY}',
  'STRIPE_SECRET_KEY=',
  'if (key.startsWith("sk_live_"))',
  "key.startsWith('sk_test_')",
  '/^sk_(live|test)_[0-9a-zA-Z]{24,}$/',
  'sk_SK locale',
  'rk_live',
  'locale=sk_SK',
  `Stripe-Signature: t=1714560000,v1=${hex(64)}`,
  'No such customer: cus_NffrFeUfNV2Hib',
  'mask_live_region_detector_v10',
  `pi_${alnum(24)}_secrets`,
);
keep(
  'stripe_key',
  { id: `pi_${alnum(24)}`, object: 'payment_intent', customer: `cus_${alnum(14)}` },
  { publishableKey: `pk_live_${alnum(24)}` },
  { livemode: true, type: 'charge.succeeded' },
  { price: `price_${alnum(24)}` },
  { stripeCustomerId: `cus_${alnum(14)}` },
  { mode: 'sk_test' },
  `{"id":"evt_${alnum(24)}","type":"invoice.paid"}`,
);
