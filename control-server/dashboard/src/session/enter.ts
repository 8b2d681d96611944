import { useQueryClient } from '@tanstack/react-query';
import type { Me } from '../../../../src/protocol/api.ts';
import { goTo } from '../navigation.ts';
import { meQuery } from '../queries.ts';
import { pathAfterLogin } from '../routes.ts';

/** Goes to where the person came for, now signed in. */
export function useEnter(): (me: Me) => void {
  const client = useQueryClient();
  return (me) => {
    client.setQueryData(meQuery.queryKey, me);
    goTo(pathAfterLogin(location.search), { replace: true });
  };
}
