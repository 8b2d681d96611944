import { useQuery } from '@tanstack/react-query';
import { settingsQuery } from '../queries.ts';
import { useMayChange } from './session-gate.tsx';

/** Whether this person sees captured values: viewers only where an administrator says so. Until that is known: no. */
export function useMaySeeValues(): boolean {
  const mayChange = useMayChange();
  const { data: settings } = useQuery({ ...settingsQuery, enabled: !mayChange });
  return mayChange || settings?.viewersSeeValues === true;
}
