// Looks e-mails up with the official SDK, key by key or 50 by hand, as a careful back end would: it retries a
// throttled call after the time that the platform names. Prints one JSON line.
// usage: node sdk-lookups.mjs SANDBOX_URL APP_ID APP_SECRET each|fifty FILE
import { readFileSync } from 'node:fs';
import lark from '@larksuiteoapi/node-sdk';

const [, , domain, appId, appSecret, mode, file] = process.argv;
const emails = readFileSync(file, 'utf8').split('\n').filter(Boolean);
const size = mode === 'each' ? 1 : 50;
const chunks = [];
for (let i = 0; i < emails.length; i += size) chunks.push(emails.slice(i, i + size));

const client = new lark.Client({ appId, appSecret, domain: domain.replace(/\/$/, ''), loggerLevel: lark.LoggerLevel.fatal });
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

async function lookUp(chunk) {
  for (;;) {
    try {
      const reply = await client.contact.user.batchGetId({ data: { emails: chunk }, params: { user_id_type: 'open_id' } });
      return reply.data.user_list.filter((row) => row.user_id).length;
    } catch (error) {
      if (error.response?.status !== 429) throw error;
      await wait(Number(error.response.headers['x-ogw-ratelimit-reset'] ?? 1));
    }
  }
}

const start = performance.now();
let answered = 0;
let next = 0;
await Promise.all(Array.from({ length: 32 }, async () => {
  while (next < chunks.length) {
    const found = await lookUp(chunks[next++]);
    answered += found;
  }
}));
console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, answered }));
