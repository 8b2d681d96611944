/** Types of the modules that `undici.ts` takes from inside the package, which types only its entry point. */

declare module 'undici/lib/dispatcher/pool.js' {
  import type { Pool } from 'undici';

  const PoolClass: typeof Pool;
  export default PoolClass;
}

declare module 'undici/lib/dispatcher/proxy-agent.js' {
  import type { ProxyAgent } from 'undici';

  const ProxyAgentClass: typeof ProxyAgent;
  export default ProxyAgentClass;
}

declare module 'undici/lib/api/api-connect.js' {
  import type { Dispatcher } from 'undici';

  const connect: Dispatcher['connect'];
  export default connect;
}

declare module 'undici/lib/core/connect.js' {
  import type { Socket } from 'node:net';
  import type { buildConnector as Build } from 'undici';

  function buildConnector(
    options: Build.BuildOptions,
  ): (target: Build.Options, callback: Build.Callback) => Socket;
  export default buildConnector;
}

declare module 'undici/lib/core/errors.js' {
  import type { errors } from 'undici';

  const all: Pick<typeof errors, 'UndiciError'>;
  export default all;
}

declare module 'undici/lib/core/util.js';
declare module 'undici/lib/dispatcher/client-h1.js';
declare module 'undici/lib/dispatcher/client-h2.js';
