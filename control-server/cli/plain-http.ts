/** What somebody should know who opens plain http to a network, and which machines it then serves. */
export function describePlainHttp(host: string, isSignInAllowed: boolean): string {
  const safer = '--tls-cert and --tls-key, or a proxy that ends TLS and --public-url https://…';
  return isSignInAllowed
    ? `Plain http on ${host}, where --insecure-http lets people sign in from other machines: passwords, cookies, keys and snapshots travel unencrypted. Safer: ${safer}`
    : `Plain http on ${host}: passwords, cookies, keys and snapshots would travel unencrypted, so people sign in and tokens work on this machine only. From other machines that needs ${safer}; agents are served over plain http all the same.`;
}
