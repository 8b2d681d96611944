/** Holds the data folder of its first argument until it is killed; with `leave` after it, does nothing more. */
import { openDataFolder } from '../../control-server/data-folder.ts';

const [, , path = '', then] = process.argv;
const folder = await openDataFolder(path);
folder.writeServerInfo({ url: 'http://127.0.0.1:7070', pid: process.pid, localToken: 'secret' });
process.stdout.write('held\n');
if (then !== 'leave') setInterval(() => folder.path, 1_000);
