import type { App } from '../http/app.ts';
import type { ApiDependencies } from './dependencies.ts';

export function registerOidc(_api: App, _deps: ApiDependencies): void {}
