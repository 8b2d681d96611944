import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { api } from '../api-client.ts';
import { goTo } from '../navigation.ts';
import { meQuery } from '../queries.ts';
import { useMe } from '../session/session-gate.tsx';
import { IconButton } from '../ui/button.tsx';
import { failureText } from '../ui/failure-text.ts';
import { useToasts } from '../ui/toasts.tsx';
import { useShortcutHelp } from './shortcut-help.tsx';

/** Who is signed in, the way to the own account, the keyboard shortcuts, and the way out. */
export function AccountMenu(): ReactElement {
  const me = useMe();
  const client = useQueryClient();
  const toasts = useToasts();
  const showShortcuts = useShortcutHelp();
  const menu = useRef<HTMLDivElement>(null);
  const signOut = useMutation({
    mutationFn: api.signOut,
    onSuccess: (answer) => {
      // Nothing that this person saw stays behind for the next one.
      client.clear();
      client.setQueryData(meQuery.queryKey, null);
      if (answer === undefined) goTo('/login', { replace: true });
      else location.assign(answer.signOutUrl);
    },
    onError: (error) =>
      toasts.show({
        id: 'sign-out',
        tone: 'failure',
        text: `You are still signed in. ${failureText(error)}`,
      }),
  });
  const closeMenu = (): void => menu.current?.hidePopover();
  // The browser's own popover: Escape and a click elsewhere close it, and the focus goes back to the button.
  return (
    <>
      <IconButton
        icon="user"
        label={`Account: ${me.name}`}
        popoverTarget="account-menu"
        data-testid="account-menu"
      />
      <div ref={menu} id="account-menu" popover="auto" className="menu">
        <div className="menu-head">
          <strong>{me.name}</strong>
          <span className="muted">
            {me.role} · server {me.serverVersion}
          </span>
        </div>
        <Link href="/account" className="menu-item" onClick={closeMenu} data-testid="to-account">
          Your account
        </Link>
        <button
          type="button"
          className="menu-item"
          onClick={() => {
            closeMenu();
            showShortcuts();
          }}
        >
          Keyboard shortcuts <kbd>?</kbd>
        </button>
        <button type="button" className="menu-item" onClick={() => signOut.mutate()} data-testid="sign-out">
          Sign out
        </button>
      </div>
    </>
  );
}
