/** What one request holds of the budget. */
export interface BudgetShare {
  /** False when the budget is spent, or what its owner may have of it: nothing is taken then, and the request is to be refused. */
  take(amount: number): boolean;
  /** Gives everything back. Again: does nothing. */
  release(): void;
}

/** Something that all requests together may hold, such as memory, counted as it is used: what a header promises is nothing yet. */
export interface FairBudget {
  /** @param owner the key of the request: no key alone takes more than half, so that others come through */
  open(owner: string): BudgetShare;
}

/** A budget of which nothing is taken yet. */
export function createFairBudget(total: number): FairBudget {
  const perOwner = total / 2;
  const usedBy = new Map<string, number>();
  let used = 0;

  function add(owner: string, amount: number): void {
    used += amount;
    const ofOwner = (usedBy.get(owner) ?? 0) + amount;
    if (ofOwner > 0) usedBy.set(owner, ofOwner);
    else usedBy.delete(owner);
  }

  return {
    open(owner) {
      let held = 0;
      return {
        take(amount) {
          if (used + amount > total || (usedBy.get(owner) ?? 0) + amount > perOwner) return false;
          add(owner, amount);
          held += amount;
          return true;
        },
        release() {
          add(owner, -held);
          held = 0;
        },
      };
    },
  };
}
