import { describe } from 'vitest';
import { describeAccess } from './access-contract.ts';
import { describeBreakpointLimits } from './breakpoint-limits-contract.ts';
import { describeBreakpoints } from './breakpoints-contract.ts';
import { describeControlState } from './control-state-contract.ts';
import { describeKillSwitches } from './kill-switch-contract.ts';
import type { OpenStore } from './opened-store.ts';
import { describeImport } from './import-contract.ts';
import { describePins } from './pins-contract.ts';
import { describeRetention } from './retention-contract.ts';
import { describeSearch } from './search-contract.ts';
import { describeSnapshotList } from './snapshot-list-contract.ts';
import { describeSettings } from './settings-contract.ts';
import { describeSnapshots } from './snapshots-contract.ts';
import { describeWebhooks } from './webhooks-contract.ts';

/** What every store promises, whatever database is behind it. */
export function describeStoreContract(name: string, open: OpenStore): void {
  describe(name, () => {
    describeControlState(open);
    describeKillSwitches(open);
    describeBreakpoints(open);
    describeBreakpointLimits(open);
    describeSnapshots(open);
    describeSnapshotList(open);
    describeSearch(open);
    describeRetention(open);
    describePins(open);
    describeImport(open);
    describeAccess(open);
    describeSettings(open);
    describeWebhooks(open);
  });
}
