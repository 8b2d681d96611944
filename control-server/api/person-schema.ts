import { Type } from 'typebox';
import type { TString, TUnion, TLiteral } from 'typebox';

/** Name of an account: without control characters, which a terminal would obey. */
export const personName: TString = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
});

/** A new password: long enough to be worth hashing slowly, short enough that hashing stays cheap. */
export const newPassword: TString = Type.String({ minLength: 12, maxLength: 1024 });

/** A password that is only compared. */
export const password: TString = Type.String({ minLength: 1, maxLength: 1024 });

/** What a person may do. */
export const role: TUnion<[TLiteral<'viewer'>, TLiteral<'operator'>, TLiteral<'admin'>]> = Type.Union([
  Type.Literal('viewer'),
  Type.Literal('operator'),
  Type.Literal('admin'),
]);
