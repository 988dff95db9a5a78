// Posts as the platform makes them, each held genuine by the official Node SDK's own decryption and signature check before the
// service is asked to take it; and posts that the SDK and the service both refuse.
// node service-events.mjs --url http://127.0.0.1:8080/feishu/events/hr --key K --token T --appid cli_… --tenant T
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import lark from '@larksuiteoapi/node-sdk';
import { args, report } from './truth.mjs';

const { url, key, token, appid, tenant } = args('url', 'key', 'token', 'appid', 'tenant');
const type = 'contact.user.updated_v3';
const quiet = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };

function encrypt(content, encryptKey = key) {
  const vector = crypto.randomBytes(16);
  const cipher = crypto.createCipheriv('aes-256-cbc', crypto.createHash('sha256').update(encryptKey).digest(), vector);
  const sealed = Buffer.concat([vector, cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]).toString('base64');
  // The SDK's own reading of it.
  assert.deepEqual(JSON.parse(new lark.AESCipher(encryptKey).decrypt(sealed)), content);
  return { encrypt: sealed };
}

function sign(body, encryptKey = key) {
  const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), crypto.randomBytes(8).toString('hex')];
  const signature = crypto.createHash('sha256').update(timestamp + nonce + encryptKey + JSON.stringify(body)).digest('hex');
  return { 'x-lark-request-timestamp': timestamp, 'x-lark-request-nonce': nonce, 'x-lark-signature': signature };
}

function event(openId, changes = {}) {
  const header = { event_id: `e-${openId}`, event_type: type, create_time: '1767225600000', token, app_id: appid, tenant_key: tenant, ...changes };
  return { schema: '2.0', header, event: { object: { open_id: openId, name: '艾达' }, old_object: {} } };
}

/** Whether the SDK hands the event out. */
async function sdkTakes(headers, body) {
  let taken = false;
  const dispatcher = new lark.EventDispatcher({ encryptKey: key, verificationToken: token, logger: quiet })
    .register({ [type]: () => { taken = true; } });
  await dispatcher.invoke(Object.assign(Object.create({ headers }), body));
  return taken;
}

async function post(headers, body) {
  const response = await fetch(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body });
  return { status: response.status, text: await response.text() };
}

async function take(content) {
  const body = encrypt(content);
  const headers = sign(body);
  assert(await sdkTakes(headers, body), 'the SDK holds the post genuine');
  return [headers, JSON.stringify(body)];
}

await report(async () => {
  // The challenge, which the SDK answers the same way.
  const challenge = { challenge: 'c-1', token, type: 'url_verification' };
  const sealed = encrypt(challenge);
  const expected = lark.generateChallenge(sealed, { encryptKey: key });
  assert.equal(expected.isChallenge, true);
  const echoed = await post({}, JSON.stringify(sealed));
  assert.deepEqual([echoed.status, JSON.parse(echoed.text)], [200, expected.challenge]);

  const statuses = {};
  const genuine = await take(event('ou_genuine'));
  statuses.genuine = [(await post(...genuine)).status, (await post(...genuine)).status];

  const [headers, body] = await take(event('ou_refused'));
  const wrong = { ...headers, 'x-lark-signature': '0'.repeat(64) };
  assert.equal(await sdkTakes(wrong, JSON.parse(body)), false);
  statuses.forged = (await post(wrong, body)).status;
  statuses.unsigned = (await post({}, body)).status;
  statuses.truncated = (await post(headers, body.slice(0, -30))).status;
  const foreign = encrypt(event('ou_refused'), 'another key');
  statuses.otherKey = (await post(sign(foreign, 'another key'), JSON.stringify(foreign))).status;
  statuses.wronglyEncrypted = (await post(sign(foreign), JSON.stringify(foreign))).status;
  statuses.plain = (await post({}, JSON.stringify(event('ou_refused')))).status;
  for (const [name, changes] of [['wrongToken', { token: 'another' }], ['otherApp', { app_id: 'cli_another' }], ['otherTenant', { tenant_key: 'another' }]]) {
    const other = encrypt(event('ou_refused', changes));
    statuses[name] = (await post(sign(other), JSON.stringify(other))).status;
  }
  statuses.oversized = (await post(headers, JSON.stringify({ encrypt: 'A'.repeat(5 << 20) }))).status;
  statuses.last = (await post(...await take(event('ou_last')))).status;
  return statuses;
});
