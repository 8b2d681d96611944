import { expect, it } from 'vitest';
import { bySimilarity } from '../../../control-server/dashboard/src/service/similar-services.ts';
import { service } from './samples.ts';

const KNOWN = [
  service({ name: 'web', environment: 'staging' }),
  service({ name: 'shop-worker', environment: 'production' }),
  service({ name: 'Shop_API', environment: 'staging' }),
  service({ name: 'mail', environment: 'production' }),
];

it.each([
  ['production', 'shop-api', ['Shop_API', 'shop-worker', 'mail', 'web']],
  ['production', 'shop', ['shop-worker', 'Shop_API', 'mail', 'web']],
  ['staging', 'e-mail', ['mail', 'Shop_API', 'web', 'shop-worker']],
  ['staging', '', ['Shop_API', 'web', 'mail', 'shop-worker']],
])('shows to who looked in %s for %j first what may have been meant', (environment, serviceName, names) => {
  expect(bySimilarity(KNOWN, { environment, serviceName }).map(({ name }) => name)).toEqual(names);
});
