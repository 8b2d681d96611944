/** With two lines in the program, or by environment variables alone. */
export type InstallWay = 'code' | 'environment';

/** One thing to run or write. */
export interface InstallStep {
  readonly title: string;
  readonly code: string;
}

/** Stands where the secret belongs while there is none. */
export const SECRET_PLACE = 'sf_…';

/** The steps that connect a service to this server. */
export function installSteps(
  way: InstallWay,
  server: { readonly secret: string | null; readonly endpoint: string },
): readonly InstallStep[] {
  const key = server.secret ?? SECRET_PLACE;
  const install = { title: 'Install', code: 'npm install stillframe' };
  // The key is a secret: it belongs into the environment, not into the code.
  const environment = [`STILLFRAME_API_KEY=${key}`, `STILLFRAME_ENDPOINT=${server.endpoint}`];
  if (way === 'environment') {
    return [
      install,
      { title: 'Run', code: [...environment, 'node --import stillframe/register app.js'].join(' \\\n  ') },
    ];
  }
  return [
    install,
    {
      title: 'First thing in your program',
      code: [
        "import { init, captureSnapshot } from 'stillframe';",
        '',
        "init({ serviceName: 'my-service' });",
        '',
        '// wherever you want to look',
        "captureSnapshot('checkout', { cart, user });",
      ].join('\n'),
    },
    { title: 'Run', code: [...environment, 'node app.js'].join(' \\\n  ') },
  ];
}
