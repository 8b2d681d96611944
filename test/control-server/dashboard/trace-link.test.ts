import { describe, expect, it } from 'vitest';
import { traceLink } from '../../../control-server/dashboard/src/snapshot/trace-link.ts';

const TEMPLATE = 'https://traces.example.com/trace/{traceId}?span={spanId}';

describe('the link to a trace', () => {
  it('fills the template in', () => {
    expect(traceLink(TEMPLATE, 'abc', '1f')).toBe('https://traces.example.com/trace/abc?span=1f');
    expect(traceLink(TEMPLATE, 'abc', null)).toBe('https://traces.example.com/trace/abc?span=');
  });

  it('lets no id change where the link leads', () => {
    expect(traceLink(TEMPLATE, '../../x?y#z', null)).toBe(
      'https://traces.example.com/trace/..%2F..%2Fx%3Fy%23z?span=',
    );
    expect(traceLink('https://a.example/{traceId}', '$&$1{spanId}', null)).toBe(
      'https://a.example/%24%26%241%7BspanId%7D',
    );
  });

  it.each([null, 'javascript:alert(1)//{traceId}', 'data:text/html,{traceId}', '/{traceId}', '{traceId}'])(
    'is none for the template %s',
    (template) => {
      expect(traceLink(template, 'https://evil.example', null)).toBeNull();
    },
  );
});
