import { randomBytes } from 'node:crypto';

/** Somebody who buys. Every value is made up; numbers are those that payment providers publish for tests. */
export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly password: string;
  readonly card: Card;
  readonly address: { readonly street: string; readonly city: string; readonly country: string };
  readonly memberSince: Date;
}

/** A card for payments. */
export interface Card {
  readonly number: string;
  readonly expiry: string;
  readonly cvc: string;
}

/** A customer who signed in. */
export interface Session {
  readonly customer: Customer;
  /** A JSON web token, as browsers keep it. */
  readonly token: string;
  readonly startedAt: Date;
}

/** Everybody who has an account. */
export class Customers {
  readonly #customers: readonly Customer[];

  constructor(customers: readonly Customer[] = createCustomers()) {
    this.#customers = customers;
  }

  all(): readonly Customer[] {
    return this.#customers;
  }

  find(id: string): Customer | null {
    return this.#customers.find((customer) => customer.id === id) ?? null;
  }

  /** A session for the right password, else null. */
  signIn(email: string, password: string): Session | null {
    const customer = this.#customers.find((known) => known.email === email && known.password === password);
    return customer === undefined ? null : { customer, token: createToken(customer), startedAt: new Date() };
  }
}

function createToken(customer: Customer): string {
  const claims = { sub: customer.id, email: customer.email, iat: Math.floor(Date.now() / 1_000) };
  return `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}.${randomBytes(32).toString('base64url')}`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function createCustomers(): Customer[] {
  return [
    {
      id: 'cus_ada',
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      phone: '+1 202-555-0143',
      password: 'analytical-engine',
      card: { number: '4242 4242 4242 4242', expiry: '12/29', cvc: '314' },
      address: { street: '12 St James Square', city: 'London', country: 'GB' },
      memberSince: new Date('2019-12-10T09:00:00Z'),
    },
    {
      id: 'cus_grace',
      name: 'Grace Hopper',
      email: 'grace@example.org',
      phone: '(202) 555-0178',
      password: 'nanoseconds-matter',
      card: { number: '5555555555554444', expiry: '03/28', cvc: '271' },
      address: { street: '1 Harbor Road', city: 'Arlington', country: 'US' },
      memberSince: new Date('2021-04-02T12:30:00Z'),
    },
    {
      id: 'cus_alan',
      name: 'Alan Turing',
      email: 'alan@example.net',
      phone: '+44 20 7946 0958',
      password: 'halting-problem',
      // The number that test systems decline.
      card: { number: '4000 0000 0000 0002', expiry: '08/27', cvc: '161' },
      address: { street: '43 Adlington Road', city: 'Wilmslow', country: 'GB' },
      memberSince: new Date('2022-06-23T08:15:00Z'),
    },
  ];
}
