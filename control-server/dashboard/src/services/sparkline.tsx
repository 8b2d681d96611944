import type { ReactElement } from 'react';
import { sparklineWords } from './sparkline-words.ts';

const STEP_PX = 6;
const BAR_PX = 4;
const HEIGHT_PX = 20;
/** A few snapshots stay low: the highest bar is worth this many at least. */
const LEAST_SCALE = 4;

/** How the last hour went, a bar for each five minutes; the number of all stands beside it. */
export function Sparkline({ steps }: { readonly steps: readonly number[] }): ReactElement {
  const most = Math.max(0, ...steps);
  const width = steps.length * STEP_PX - (STEP_PX - BAR_PX);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${HEIGHT_PX}`}
      width={width}
      height={HEIGHT_PX}
      role="img"
      aria-label={sparklineWords(steps)}
      data-testid="sparkline"
    >
      {steps.map((count, index) => {
        const height = barHeight(count, most);
        return (
          <rect
            key={index}
            className={count === 0 ? 'sparkline-none' : undefined}
            x={index * STEP_PX}
            y={HEIGHT_PX - height}
            width={BAR_PX}
            height={height}
          />
        );
      })}
    </svg>
  );
}

/** Something is always seen of what is not nothing. */
function barHeight(count: number, most: number): number {
  return count === 0 ? 1 : Math.max(3, Math.round((count / Math.max(most, LEAST_SCALE)) * HEIGHT_PX));
}
