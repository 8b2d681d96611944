export interface OidcSignIn {
  readonly issuer: string;
}
