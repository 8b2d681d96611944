/**
 * `node --import stillframe/register app.js`: starts the agent from the environment (`STILLFRAME_API_KEY`,
 * `STILLFRAME_ENDPOINT`, …) before the application loads, without a change of its code.
 * @module
 */
import { init } from './index.ts';

init();
