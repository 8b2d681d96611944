/** One number of an exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One metric: what is declared of it, and its numbers. */
export interface Family {
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly samples: Sample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*/;
const NUMBER = /^(?:[+-]?Inf|NaN|[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i;
const SUFFIXES = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

/**
 * Reads Prometheus text as its specification has it, and throws at anything else: HELP and TYPE once before the samples of
 * a metric, no sample without them, names and escapes as they must be, no series twice, buckets that add up.
 */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, Family>();
  const series = new Set<string>();
  let help: { name: string; text: string } | null = null;
  let current: { name: string; family: Family } | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const wrong = (why: string): Error => new Error(`${why}: ${JSON.stringify(line)}`);
    // oxlint-disable-next-line no-control-regex -- what must not be there
    if (/[\u0000-\u001f\u007f]/.test(line)) throw wrong('a control character');
    if (line === '') continue;
    if (line.startsWith('# HELP ')) {
      const [, name = '', rest = ''] = /^# HELP (\S+) (.+)$/.exec(line) ?? [];
      if (NAME.exec(name)?.[0] !== name || /\\(?![\\n])/.test(rest)) throw wrong('a bad HELP');
      if (families.has(name)) throw wrong('a metric twice');
      help = { name, text: rest };
    } else if (line.startsWith('# TYPE ')) {
      const [, name = '', type] = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line) ?? [];
      if (help?.name !== name) throw wrong('a TYPE that does not follow its HELP');
      const family: Family = { help: help.text, type: type as Family['type'], samples: [] };
      families.set(name, family);
      current = { name, family };
      help = null;
    } else {
      if (help !== null || current === null || line.startsWith('#')) throw wrong('a line out of place');
      const sample = parseSample(line, wrong);
      const { name, family } = current;
      if (!SUFFIXES[family.type].some((suffix) => sample.name === name + suffix)) {
        throw wrong(`not of ${name}`);
      }
      const key = JSON.stringify([sample.name, Object.entries(sample.labels).toSorted()]);
      if (series.has(key)) throw wrong('a series twice');
      series.add(key);
      if (family.type === 'counter' && !(sample.value >= 0)) throw wrong('a counter below zero');
      family.samples.push(sample);
    }
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkBuckets(name, family);
  return families;
}

/** The value of one series; throws when there is none. */
export function valueOf(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const found = [...families.values()]
    .flatMap(({ samples }) => samples)
    .find(
      (sample) =>
        sample.name === name &&
        Object.keys(sample.labels).length === Object.keys(labels).length &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
  if (found === undefined) throw new Error(`there is no ${name} ${JSON.stringify(labels)}`);
  return found.value;
}

function parseSample(line: string, wrong: (why: string) => Error): Sample {
  const name = NAME.exec(line)?.[0];
  if (name === undefined) throw wrong('a bad name');
  let rest = line.slice(name.length);
  const labels: Record<string, string> = {};
  if (rest.startsWith('{')) {
    rest = rest.slice(1);
    while (!rest.startsWith('}')) {
      const label = LABEL_NAME.exec(rest)?.[0];
      if (label === undefined || label in labels) throw wrong('a bad label');
      const quoted = /^="((?:[^"\\]|\\[\\"n])*)"(,(?!\})|(?=\}))/.exec(rest.slice(label.length));
      if (quoted === null) throw wrong('a bad label value');
      labels[label] = (quoted[1] ?? '').replace(/\\(.)/g, (_, escaped: string) =>
        escaped === 'n' ? '\n' : escaped,
      );
      rest = rest.slice(label.length + quoted[0].length);
    }
    rest = rest.slice(1);
  }
  const [, value = ''] = /^ (\S+)$/.exec(rest) ?? [];
  if (!NUMBER.test(value)) throw wrong('a bad number');
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
}

function checkBuckets(name: string, { samples }: Family): void {
  const without = ({ labels }: Sample): string => {
    const { le: _, ...others } = labels;
    return JSON.stringify(others);
  };
  for (const [labels, ofLabels] of Map.groupBy(samples, without)) {
    const buckets = ofLabels.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels: { le = '' } }) => Number(le.replace('Inf', 'Infinity')));
    const counts = buckets.map(({ value }) => value);
    const count = ofLabels.find((sample) => sample.name === `${name}_count`)?.value;
    const rises = (numbers: readonly number[]) =>
      numbers.every((n, i) => i === 0 || n >= (numbers[i - 1] ?? 0));
    if (bounds.at(-1) !== Infinity || !rises(bounds) || !rises(counts) || counts.at(-1) !== count) {
      throw new Error(`the buckets of ${name}${labels} do not add up`);
    }
  }
}
