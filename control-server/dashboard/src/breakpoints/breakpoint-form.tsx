import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import type { BreakpointResource } from '../../../../src/protocol/api.ts';
import { api } from '../api-client.ts';
import type { ServiceAddress } from '../routes.ts';
import { Button } from '../ui/button.tsx';
import { TextField, Toggle } from '../ui/field.tsx';
import { Modal } from '../ui/modal.tsx';
import { failureText } from '../ui/notice.tsx';
import {
  EMPTY_DRAFT,
  breakpointPatchOf,
  draftOf,
  draftProblems,
  newBreakpointOf,
  refusedField,
} from './breakpoint-draft.ts';
import type { BreakpointDraft } from './breakpoint-draft.ts';
import { breakpointName } from './breakpoint-state.ts';

const PLACES = [
  ['label', 'At a label'],
  ['line', 'At a line'],
] as const;

/** Creates a breakpoint, or changes one that is there. */
export function BreakpointForm({
  service,
  breakpoint,
  onClose,
}: {
  readonly service: ServiceAddress;
  readonly breakpoint: BreakpointResource | null;
  readonly onClose: () => void;
}): ReactElement {
  const client = useQueryClient();
  const [draft, setDraft] = useState<BreakpointDraft>(() =>
    breakpoint === null ? EMPTY_DRAFT : draftOf(breakpoint),
  );
  const [wasSubmitted, setWasSubmitted] = useState(false);
  const save = useMutation({
    mutationFn: () =>
      breakpoint === null
        ? api.createBreakpoint(newBreakpointOf(draft, service, Date.now()))
        : api.changeBreakpoint(breakpoint.id, breakpointPatchOf(draft, Date.now()), breakpoint.version),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['breakpoints'] });
      onClose();
    },
  });
  const refused = refusedField(save.error);
  const problems = { ...refused, ...(wasSubmitted && draftProblems(draft, breakpoint === null)) };
  const change = (fields: Partial<BreakpointDraft>): void => {
    save.reset();
    setDraft((typed) => ({ ...typed, ...fields }));
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setWasSubmitted(true);
    if (Object.keys(draftProblems(draft, breakpoint === null)).length === 0) save.mutate();
  };

  const expiresAt = breakpoint?.expireAt ?? null;
  const title = breakpoint === null ? 'New breakpoint' : `Change “${breakpointName(breakpoint)}”`;
  return (
    <Modal open onClose={onClose} title={title} keepOnOutsideClick>
      <form className="form" onSubmit={submit} aria-label={title} noValidate data-testid="breakpoint-form">
        {breakpoint === null && (
          <div className="segments" role="radiogroup" aria-label="Where">
            {PLACES.map(([place, words]) => (
              <label key={place} className="segment">
                <input
                  type="radio"
                  name="breakpoint-place"
                  checked={draft.place === place}
                  onChange={() => change({ place })}
                />
                {words}
              </label>
            ))}
          </div>
        )}
        {breakpoint === null && draft.place === 'line' && (
          <TextField
            label="File and line"
            mono
            autoFocus
            placeholder="src/order.ts:42"
            hint="The end of the path is enough. No code has to call anything: the running service looks at the line when it is reached."
            problem={problems.line}
            value={draft.line}
            onChange={(event) => change({ line: event.currentTarget.value })}
          />
        )}
        {breakpoint === null && draft.place === 'label' && (
          <TextField
            label="Label"
            mono
            autoFocus
            placeholder="checkout"
            hint="As the code passes it to captureSnapshot('checkout', …)."
            problem={problems.label}
            value={draft.label}
            onChange={(event) => change({ label: event.currentTarget.value })}
          />
        )}
        <TextField
          label="Condition (optional)"
          mono
          placeholder="cart.total > 100 && user.plan == 'pro'"
          hint="Comparisons, && || !, arithmetic, in and member access over the captured variables. No calls."
          problem={problems.condition}
          value={draft.condition}
          onChange={(event) => change({ condition: event.currentTarget.value })}
        />
        <div className="field-pair">
          <TextField
            label="Captures at most"
            inputMode="numeric"
            hint="Over all agents; 0 means no limit."
            problem={problems.maxCaptures}
            value={draft.maxCaptures}
            onChange={(event) => change({ maxCaptures: event.currentTarget.value })}
          />
          <TextField
            label={expiresAt === null ? 'Expires after' : 'New expiry, from now'}
            inputMode="decimal"
            placeholder={expiresAt === null ? 'never' : 'unchanged'}
            problem={problems.expiryAmount}
            value={draft.expiryAmount}
            onChange={(event) => change({ expiryAmount: event.currentTarget.value })}
            trailing={
              <select
                className="input select"
                aria-label="Unit of the expiry"
                value={draft.expiryUnit}
                onChange={(event) =>
                  change({ expiryUnit: event.currentTarget.value === 'minutes' ? 'minutes' : 'hours' })
                }
              >
                <option value="minutes">minutes</option>
                <option value="hours">hours</option>
              </select>
            }
          />
        </div>
        <TextField
          label="Log message (optional)"
          mono
          placeholder="total {cart.total}"
          hint="Written with each hit; {expressions} are filled in."
          problem={problems.logMessage}
          value={draft.logMessage}
          onChange={(event) => change({ logMessage: event.currentTarget.value })}
        />
        <Toggle
          label="Only the message, no variables and no stack (logpoint)"
          checked={draft.onlyLog}
          onChange={(onlyLog) => change({ onlyLog })}
        />
        {save.isError && Object.keys(refused).length === 0 && (
          <p className="field-problem" role="alert">
            {failureText(save.error)}
          </p>
        )}
        <div className="modal-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" disabled={save.isPending} data-testid="save-breakpoint">
            {save.isPending ? 'Saving…' : breakpoint === null ? 'Create breakpoint' : 'Save'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
