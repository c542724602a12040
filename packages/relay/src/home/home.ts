import { createHash } from 'node:crypto';
import { hasConsole } from '../console/serve-console.ts';
import packageJson from '../../package.json' with { type: 'json' };

const docs = 'https://github.com/tracklayer/sdk/blob/main/docs/wire.md';

/** `GET /`: says to a person what this is, and to a program where to read on. Needs no key and tells no secret. */
export function home(request: Request): Response {
  const accepts = request.headers.get('accept') ?? '';
  return accepts.includes('text/html') ? page() : Response.json(description);
}

const description = {
  name: 'TrackLayer relay',
  version: packageJson.version,
  health: '/api/health',
  openapi: '/api/openapi.json',
  schemas: '/api/schema',
  docs,
};

const style = `:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 10vh auto; padding: 0 1rem }
pre { overflow-x: auto; padding: 1rem; border: 1px solid; border-radius: 6px }`;

const html = (): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>TrackLayer relay</title>
<style>${style}</style>
</head>
<body>
<h1>TrackLayer relay ${packageJson.version}</h1>
<p>This server accepts events, each <code>event_id</code> once, and says <code>accepted</code> when an event is on disk.
It is running.</p>
<pre><code>curl -X POST /api/capture -H "Authorization: Bearer $KEY" -H 'content-type: application/json' -d '{
  "event": "purchase", "event_id": "ord_10492_purchase", "user_id": "cust_2048",
  "properties": { "order_id": "ord_10492", "value": 129.95, "currency": "EUR" } }'</code></pre>
<ul>
${hasConsole() ? '<li><a href="/console">The console</a>: events live, the registry, the report</li>\n' : ''}<li><a href="/api/health">Health</a></li>
<li><a href="/api/openapi.json">OpenAPI description</a> of every path</li>
<li><a href="/api/schema">JSON Schemas</a> of events, requests and the registry</li>
<li><a href="${docs}">The HTTP contract</a></li>
</ul>
</body>
</html>
`;

const styleHash = createHash('sha256').update(style).digest('base64');
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const page = (): Response =>
  new Response(html(), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
  });
