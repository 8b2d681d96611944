/** Takes a kill from the stream and prints what Node had to load of its own for it: `lean-stream-process.ts <endpoint> <key>`. */
import { init } from '../../src/index.ts';
import { until } from '../helpers/until.ts';

const [, , endpoint = '', apiKey = ''] = process.argv;
const agent = init({ endpoint, apiKey, serviceName: 'shop', env: false, logger: { warn() {} } });
await until('the kill', () => agent.status().state === 'killed');
const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] };
process.stdout.write(JSON.stringify(moduleLoadList.filter((name) => name.includes('undici'))));
await agent.shutdown(0);
