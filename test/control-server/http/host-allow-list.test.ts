import { describe, expect, it } from 'vitest';
import { createHostAllowList } from '../../../control-server/http/host-allow-list.ts';

describe('the Host allow-list', () => {
  it.each(['localhost', 'localhost:7070', 'LOCALHOST', 'localhost.', '127.0.0.1:1', '[::1]', '[::1]:7070'])(
    'allows %s always',
    (host) => {
      expect(createHostAllowList('127.0.0.1', [])(host)).toBe(true);
    },
  );

  it.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '127.0.0.2',
    'localhost:7070:7070',
    'user@localhost',
    'localhost/x',
    'localhost#',
    ' localhost',
    'localhost ',
    '::1',
    '0x7f.1',
    '2130706433',
  ])('refuses %s on a loopback server', (host) => {
    expect(createHostAllowList('127.0.0.1', [])(host)).toBe(false);
  });

  it('allows configured names and the bound host, in any case and with any port', () => {
    const allows = createHostAllowList('10.1.2.3', ['Stillframe.Example.com', 'fd00::1']);
    for (const host of [
      'stillframe.example.com',
      'STILLFRAME.example.com:443',
      '10.1.2.3:7070',
      '[fd00::1]:80',
    ]) {
      expect(allows(host)).toBe(true);
    }
    expect(allows('other.example.com')).toBe(false);
  });

  it('allows literal addresses, but no further names, when it listens on every address', () => {
    for (const bound of ['0.0.0.0', '::']) {
      const allows = createHostAllowList(bound, []);
      expect(allows('192.168.1.5:7070')).toBe(true);
      expect(allows('[2001:db8::1]:7070')).toBe(true);
      expect(allows('evil.example')).toBe(false);
      expect(allows('192.168.1')).toBe(false);
    }
  });
});
