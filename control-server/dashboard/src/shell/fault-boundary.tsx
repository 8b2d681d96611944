import { Component } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';

interface FaultState {
  readonly fault: Error | null;
}

/** Shows what to do instead of an empty page when drawing one fails. React offers this only to classes. */
export class FaultBoundary extends Component<{ readonly children: ReactNode }, FaultState> {
  override state: FaultState = { fault: null };

  static getDerivedStateFromError(fault: Error): FaultState {
    return { fault };
  }

  override render(): ReactNode {
    if (this.state.fault === null) return this.props.children;
    return (
      <div className="page">
        <div className="notice notice-stop" role="alert">
          <p>
            This page could not be drawn: {this.state.fault.message}. Reload it; if it happens again, report
            it with the address of the page.
          </p>
          <Button onClick={() => location.reload()}>Reload</Button>
        </div>
      </div>
    );
  }
}
