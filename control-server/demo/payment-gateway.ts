import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { captureSnapshot } from '../../src/index.ts';
import type { Card, Customer } from './customers.ts';

/** Money that was taken. */
export interface Payment {
  readonly id: string;
  readonly amountCents: number;
  readonly authorisedAt: Date;
}

/** The bank said no. */
export class PaymentDeclined extends Error {
  readonly declineCode: string;

  constructor(declineCode: string) {
    super(`The bank declined the payment: ${declineCode}`);
    this.name = 'PaymentDeclined';
    this.declineCode = declineCode;
  }
}

const DECLINED_CARD = '4000000000000002';

/** Talks to the bank, or would. */
export class PaymentGateway {
  readonly #merchantKey: string;

  constructor(merchantKey: string) {
    this.#merchantKey = merchantKey;
  }

  async charge(customer: Customer, card: Card, amountCents: number): Promise<Payment> {
    const request = {
      idempotencyKey: randomUUID(),
      amount: amountCents,
      currency: 'EUR',
      card: { ...card, number: card.number.replaceAll(' ', '') },
      receiptEmail: customer.email,
      headers: { authorization: `Bearer ${this.#merchantKey}` },
    };
    captureSnapshot('charge-card', { customer, request });

    // A bank takes its time.
    await wait(20 + Math.random() * 60);
    if (request.card.number === DECLINED_CARD) {
      const error = new PaymentDeclined('insufficient_funds');
      captureSnapshot('payment-declined', { error, request, customer });
      throw error;
    }
    return { id: `pay_${randomUUID()}`, amountCents, authorisedAt: new Date() };
  }
}
