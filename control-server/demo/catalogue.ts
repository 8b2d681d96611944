/** Something that the shop sells. */
export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly priceCents: number;
  stock: number;
  readonly tags: readonly string[];
}

/** What the shop sells. Stock goes down with each order and is filled up again at night, as it were. */
export class Catalogue {
  readonly #products: ReadonlyMap<string, Product>;

  constructor(products: readonly Product[] = createProducts()) {
    this.#products = new Map(products.map((product) => [product.sku, product]));
  }

  /** Products of a tag; all without one. */
  list(tag?: string): Product[] {
    return [...this.#products.values()].filter((product) => tag === undefined || product.tags.includes(tag));
  }

  find(sku: string): Product | null {
    return this.#products.get(sku) ?? null;
  }

  /** Takes so many from the shelf; false when there are not enough. */
  take(sku: string, quantity: number): boolean {
    const product = this.#products.get(sku);
    if (product === undefined || product.stock < quantity) return false;
    product.stock -= quantity;
    return true;
  }

  /** Fills shelves that are nearly empty. What is sold out stays so. */
  restock(): void {
    for (const product of this.#products.values()) {
      if (product.stock > 0 && product.stock < 20) product.stock += 200;
    }
  }
}

function createProducts(): Product[] {
  return [
    { sku: 'KEY-87', name: 'Mechanical keyboard, 87 keys', priceCents: 12_900, stock: 240, tags: ['desk'] },
    { sku: 'LAMP-2', name: 'Reading lamp', priceCents: 4_950, stock: 120, tags: ['desk', 'light'] },
    { sku: 'MUG-01', name: 'Enamel mug', priceCents: 1_490, stock: 800, tags: ['kitchen'] },
    { sku: 'CHAIR-9', name: 'Office chair', priceCents: 38_900, stock: 60, tags: ['desk'] },
    { sku: 'BEANS-1', name: 'Coffee beans, 1 kg', priceCents: 2_190, stock: 500, tags: ['kitchen', 'food'] },
    { sku: 'VINYL-3', name: 'Record player', priceCents: 24_900, stock: 0, tags: ['sound'] },
  ];
}
