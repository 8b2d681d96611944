import { connect } from 'node:net';

/** All that the server answers to bytes on a fresh connection, until it hangs up. */
export function exchange(port: number, ...sent: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8');
    let answer = '';
    socket.on('data', (chunk: string) => (answer += chunk));
    // A server that hangs up while we still write resets the connection; what it said before counts.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
    for (const part of sent) socket.write(part);
  });
}
