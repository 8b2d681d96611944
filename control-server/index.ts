export { ControlServerError } from './control-server-error.ts';
export type { ControlServerErrorCode } from './control-server-error.ts';
export type { ControlServerOptions, LogLevel } from './options.ts';
export type { OidcOptions } from './oidc-options.ts';
export { createControlServer } from './server.ts';
export type { ControlServer } from './server.ts';
export type { WantedKey } from './api/sdk-keys.ts';
