import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProblemError } from '../http/problem.ts';

/** True for a browser that a person looks at, which came by itself and not by a script. */
export function wantsPage(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/html') === true;
}

/** Sends a refusal as a page with the way back: a person who comes from elsewhere has nothing of ours open. */
export function sendRefusalPage(reply: FastifyReply, problem: ProblemError): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type('text/html; charset=utf-8')
    .send(toPage(problem));
}

/** No style and no script: the policy of every answer forbids what is inline. */
function toPage({ code, message }: ProblemError): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Not signed in · Stillframe</title>
</head>
<body>
<main>
<h1>You are not signed in</h1>
<p>${escapeMarkup(message)}</p>
<p><a href="/login">Back to the sign-in page</a></p>
<p><small>Code for an administrator: ${escapeMarkup(code)}</small></p>
</main>
</body>
</html>
`;
}

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
