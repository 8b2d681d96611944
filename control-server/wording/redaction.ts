/** A piece of a text: what the program wrote, or a marker that the scrubber left. */
export type TextPiece =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'redacted'; readonly type: string };

const MARKER = /\[REDACTED:([a-z_]{1,40})\]/g;

/** The text in pieces, so that markers can be shown apart from what the program wrote. */
export function splitRedactions(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKER)) {
    if (match.index > end) pieces.push({ kind: 'text', text: text.slice(end, match.index) });
    pieces.push({ kind: 'redacted', type: match[1] ?? '' });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ kind: 'text', text: text.slice(end) });
  return pieces;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  email: 'email',
  ssn: 'SSN',
  credit_card: 'card number',
  phone: 'phone',
  aws_key: 'AWS key',
  aws_secret: 'AWS secret',
  oauth_token: 'OAuth token',
  stripe_key: 'Stripe key',
  password: 'password',
  jwt: 'JWT',
  private_key: 'private key',
  api_key: 'API key',
  sensitive_name: 'sensitive name',
  error: 'could not be scrubbed',
};

/** The scrub types that this version knows. */
export const REDACTION_TYPES: readonly string[] = Object.keys(TYPE_NAMES);

/** A scrub type in words; an unknown one as it came, with spaces. */
export function redactionName(type: string): string {
  return Object.hasOwn(TYPE_NAMES, type) ? (TYPE_NAMES[type] ?? type) : type.replaceAll('_', ' ');
}
