import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import type { BreakpointResource } from '../../../../src/protocol/api.ts';
import { Link } from 'wouter';
import { api } from '../api-client.ts';
import { ApiError } from '../api-request.ts';
import { WHOLE_AUDIT, writeAuditFilter } from '../audit/audit-filter.ts';
import type { ServiceAddress } from '../routes.ts';
import { useMayAdminister } from '../session/session-gate.tsx';
import { Button } from '../ui/button.tsx';
import { TextField, Toggle } from '../ui/field.tsx';
import { Modal } from '../ui/modal.tsx';
import { failureText } from '../ui/failure-text.ts';
import { useIsSettled } from '../ui/settled.ts';
import {
  EMPTY_DRAFT,
  breakpointPatchOf,
  copyDraftOf,
  draftOf,
  draftProblems,
  newBreakpointOf,
  refusedField,
} from './breakpoint-draft.ts';
import type { BreakpointDraft } from './breakpoint-draft.ts';
import { breakpointTitle } from './breakpoint-state.ts';
import { CaptureExpressions } from './capture-expressions.tsx';
import { ChangedMeanwhile } from './changed-meanwhile.tsx';
import { draftMistakes, isFaultless } from './expression-check.ts';
import type { DraftMistakes } from './expression-check.ts';
import { ExpressionField } from './expression-field.tsx';
import { LimitFields } from './limit-fields.tsx';
import { PlaceFields } from './place-fields.tsx';

/** What is half typed is not judged before a pause. */
const TYPING_PAUSE_MS = 500;
const NO_MISTAKES: DraftMistakes = { condition: null, logMessage: null, captureExpressions: [] };

/** Creates a breakpoint, or changes one that is there. */
export function BreakpointForm({
  service,
  breakpoint,
  copyOf = null,
  at = null,
  onClose,
}: {
  readonly service: ServiceAddress;
  /** The one to change; null for a new one. */
  readonly breakpoint: BreakpointResource | null;
  /** A new one begins with the settings of this one. */
  readonly copyOf?: BreakpointResource | null;
  /** File and line of a new one, `src/order.ts:42`. */
  readonly at?: string | null;
  readonly onClose: () => void;
}): ReactElement {
  const client = useQueryClient();
  const mayAdminister = useMayAdminister();
  const [draft, setDraft] = useState<BreakpointDraft>(() =>
    breakpoint !== null
      ? draftOf(breakpoint)
      : copyOf !== null
        ? copyDraftOf(copyOf)
        : at !== null
          ? { ...EMPTY_DRAFT, place: 'line', line: at }
          : EMPTY_DRAFT,
  );
  // What was there when the form was filled in.
  const [base, setBase] = useState(breakpoint);
  // Counted, so that what is wrong is shown anew each time.
  const [attempts, setAttempts] = useState(0);
  const wasSubmitted = attempts > 0;
  const isSettled = useIsSettled(draft, TYPING_PAUSE_MS);
  const save = useMutation({
    mutationFn: (version: number | null) =>
      base === null || version === null
        ? api.createBreakpoint(newBreakpointOf(draft, service, Date.now()))
        : api.changeBreakpoint(base.id, breakpointPatchOf(draft, Date.now()), version),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['breakpoints'] });
      onClose();
    },
  });
  const reload = useMutation({
    mutationFn: (id: string) => api.breakpoint(id),
    onError: () => save.reset(),
  });
  const isStale = save.error instanceof ApiError && save.error.status === 412;
  const refused = refusedField(save.error);
  const problems = { ...refused, ...(wasSubmitted && draftProblems(draft, base === null)) };
  const mistakes = useMemo(() => draftMistakes(draft), [draft]);
  const shownMistakes = isSettled || wasSubmitted ? mistakes : NO_MISTAKES;
  const change = (fields: Partial<BreakpointDraft>): void => {
    save.reset();
    setDraft((typed) => ({ ...typed, ...fields }));
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setAttempts(attempts + 1);
    if (Object.keys(draftProblems(draft, base === null)).length > 0 || !isFaultless(mistakes)) return;
    save.mutate(base?.version ?? null);
  };
  const error = reload.error ?? (isStale ? null : save.error);

  const expiresAt = base?.expireAt ?? null;
  const title = breakpoint === null ? 'New breakpoint' : `Change “${breakpointTitle(breakpoint)}”`;
  return (
    <Modal open onClose={onClose} title={title} keepOnOutsideClick>
      <form className="form" onSubmit={submit} aria-label={title} noValidate data-testid="breakpoint-form">
        {base === null && <PlaceFields draft={draft} problems={problems} onChange={change} />}
        <ExpressionField
          label="Condition (optional)"
          placeholder="cart.total > 100 && user.plan == 'pro'"
          hint="Comparisons, && || !, arithmetic, in and member access over the captured variables. No calls."
          mistake={shownMistakes.condition}
          refusal={problems.condition}
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
        <CaptureExpressions
          expressions={draft.captureExpressions}
          mistakes={shownMistakes.captureExpressions}
          refusal={problems.captureExpressions}
          onChange={(captureExpressions) => change({ captureExpressions })}
        />
        <ExpressionField
          label="Log message (optional)"
          placeholder="total {cart.total}"
          hint="Written with each hit; {expressions} are filled in."
          mistake={shownMistakes.logMessage}
          refusal={problems.logMessage}
          value={draft.logMessage}
          onChange={(event) => change({ logMessage: event.currentTarget.value })}
        />
        <Toggle
          label="Only the message, no variables and no stack (logpoint)"
          checked={draft.onlyLog}
          onChange={(onlyLog) => change({ onlyLog })}
        />
        <LimitFields draft={draft} problems={problems} onChange={change} />
        {isStale && base !== null && (
          <ChangedMeanwhile
            isBusy={reload.isPending || save.isPending}
            onTakeTheirs={() =>
              reload.mutate(base.id, {
                onSuccess: (now) => {
                  setBase(now);
                  setDraft(draftOf(now));
                  save.reset();
                },
              })
            }
            onKeepMine={() =>
              reload.mutate(base.id, {
                onSuccess: (now) => {
                  setBase(now);
                  save.mutate(now.version);
                },
              })
            }
          />
        )}
        {error !== null && Object.keys(refused).length === 0 && (
          <p className="field-problem" role="alert">
            {failureText(error)}
          </p>
        )}
        <div className="modal-actions">
          {base !== null && mayAdminister && (
            <Link
              href={`/audit${writeAuditFilter({ ...WHOLE_AUDIT, target: `breakpoint/${base.id}` })}`}
              className="button button-quiet modal-aside"
            >
              Who changed it
            </Link>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" disabled={save.isPending} data-testid="save-breakpoint">
            {save.isPending ? 'Saving…' : breakpoint === null ? 'Create breakpoint' : 'Save'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
