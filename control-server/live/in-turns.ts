/** Items after which the event loop gets its turn: bytes leave, and requests are served in between. */
const ITEMS_PER_TURN = 1_000;

/** Visits all items in order. The first thousand are done when the call comes back, before anything is awaited. */
export async function visitInTurns<Item>(items: readonly Item[], visit: (item: Item) => void): Promise<void> {
  for (let start = 0; start < items.length; start += ITEMS_PER_TURN) {
    if (start > 0) await new Promise((resolve) => setImmediate(resolve));
    for (const item of items.slice(start, start + ITEMS_PER_TURN)) visit(item);
  }
}
