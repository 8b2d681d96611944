import { describe, expect, it } from 'vitest';
import { createTemporaryFolder, startServer } from './a-running-server.ts';
import { startCli } from './cli-process.ts';

describe('stillframe tail', () => {
  it('prints one line for each new snapshot and nothing else on stdout', async () => {
    using folder = createTemporaryFolder();
    await using running = await startServer(folder.path);
    await running.capture({ label: 'old' });
    await using tail = startCli(['tail'], { STILLFRAME_DATA_DIR: folder.path });
    await tail.waitForLine('stderr', /^Waiting for new snapshots of all services at http:/);
    await running.capture({ label: 'first', variables: { note: 'two\nlines' } });
    await running.capture({ label: 'second', serviceName: 'payments' });
    await tail.waitForLine('stdout', /second/);
    expect(tail.stdout).toHaveLength(2);
    expect(tail.stdout[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}shop {2}first {2}placeOrder order\.ts:7 {2}/);
    expect(tail.stdout[1]).toMatch(/ {2}payments {2}second {2}/);
    expect(tail.stderr).toHaveLength(1);
  });

  it('follows a server that has no snapshot yet', async () => {
    using folder = createTemporaryFolder();
    await using running = await startServer(folder.path);
    await using tail = startCli(['tail', '--json'], { STILLFRAME_DATA_DIR: folder.path });
    await tail.waitForLine('stderr', /^Waiting/);
    await running.capture({ label: 'first' });
    expect(JSON.parse(await tail.waitForLine('stdout', /first/))).toMatchObject({
      serviceName: 'shop',
      label: 'first',
      filePath: '/app/src/order.ts',
      lineNumber: 7,
    });
  });

  it('begins with the ids that stillframe snapshots show takes, when they are asked for', async () => {
    using folder = createTemporaryFolder();
    await using running = await startServer(folder.path);
    await using tail = startCli(['tail', '--ids'], { STILLFRAME_DATA_DIR: folder.path });
    await tail.waitForLine('stderr', /^Waiting/);
    await running.capture({ label: 'first' });
    expect(await tail.waitForLine('stdout', /first/)).toMatch(
      /^[0-9a-f-]{18} {2}20\S+Z {2}shop {2}first {2}/,
    );
  });

  it('shows only the service and the label that were asked for', async () => {
    using folder = createTemporaryFolder();
    await using running = await startServer(folder.path);
    await using tail = startCli(['tail', '--service', 'shop', '--label', 'wanted'], {
      STILLFRAME_DATA_DIR: folder.path,
    });
    await tail.waitForLine('stderr', /^Waiting for new snapshots of shop, label wanted/);
    await running.capture({ label: 'other' });
    await running.capture({ label: 'wanted', serviceName: 'payments' });
    await running.capture({ label: 'wanted', variables: { number: 1 } });
    await running.capture({ label: 'wanted', variables: { number: 2 } });
    await tail.waitForLine('stdout', /2/, 1);
    expect(tail.stdout).toHaveLength(2);
  });

  it('comes back to a server that was restarted, says so once, and shows what it missed', async () => {
    using folder = createTemporaryFolder();
    const first = await startServer(folder.path);
    await using tail = startCli(['tail'], { STILLFRAME_DATA_DIR: folder.path });
    await tail.waitForLine('stderr', /^Waiting/);
    await first.capture({ label: 'before' });
    await tail.waitForLine('stdout', /before/);
    await first.close();
    await tail.waitForLine('stderr', /^Connection lost: (?!\w*Error: ).+\. Trying again …$/);
    // Another port and another token: only the data folder is the same.
    await using second = await startServer(folder.path);
    await second.capture({ label: 'meanwhile' });
    await tail.waitForLine('stderr', /^Connected again\.$/);
    await tail.waitForLine('stdout', /meanwhile/);
    await second.capture({ label: 'after' });
    await tail.waitForLine('stdout', /after/);
    expect(tail.stdout.map((line) => line.split('  ')[2])).toEqual(['before', 'meanwhile', 'after']);
    expect(tail.stderr.filter((line) => line.startsWith('Connection lost'))).toHaveLength(1);
  });

  it('ends quietly when the reader of its output goes away', async () => {
    using folder = createTemporaryFolder();
    await using running = await startServer(folder.path);
    await using tail = startCli(['tail'], { STILLFRAME_DATA_DIR: folder.path });
    await tail.waitForLine('stderr', /^Waiting/);
    tail.closeStdout();
    await running.capture({});
    await running.capture({});
    expect(await tail.ended).toBe(0);
    expect(tail.stderr).toHaveLength(1);
  });

  it('ends at SIGTERM', async () => {
    using folder = createTemporaryFolder();
    await using running = await startServer(folder.path);
    await using tail = startCli(['tail'], { STILLFRAME_DATA_DIR: folder.path });
    await tail.waitForLine('stderr', new RegExp(running.server.url));
    tail.kill('SIGTERM');
    expect(await tail.ended).toBe('SIGTERM');
  });

  it('fails when the token is refused', async () => {
    using folder = createTemporaryFolder();
    await using running = await startServer(folder.path);
    await using tail = startCli(['tail', '--url', running.server.url, '--token', 'wrong'], {});
    expect(await tail.ended).toBe(1);
    expect(tail.stdout).toEqual([]);
    expect(tail.stderr).toEqual([
      `stillframe: The server at ${running.server.url} does not take this token (not_signed_in). ` +
        'Give a personal token by --token or STILLFRAME_TOKEN, or on its machine the one in server.json of its data folder, which is new at each start.',
    ]);
  });
});
