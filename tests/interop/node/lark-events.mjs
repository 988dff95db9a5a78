// The official Node SDK's EventDispatcher behind its own HTTP adaptor, as a receiver of the sandbox's events: challenge,
// decryption and signature are the SDK's. The directory is changed on the way, so the sandbox is this script's alone.
// node lark-events.mjs --sandbox http://127.0.0.1:8090
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import lark from '@larksuiteoapi/node-sdk';
import { all, clientOf, data } from './sdk.mjs';
import { args, control, readTruth, report } from './truth.mjs';

const { sandbox } = args('sandbox');
const { app, staff } = await readTruth(sandbox, 'default');
const [tenant] = app.tenant_keys;
const encryptKey = 'an encrypt key';
const token = 'a verification token';
const types = ['contact.user.created_v3', 'contact.user.updated_v3', 'contact.user.deleted_v3',
  'contact.department.created_v3', 'contact.department.deleted_v3', 'contact.scope.updated_v3'];

/** Events as the SDK handed them out, each taken once by who waits for it. */
class Inbox {
  #events = [];
  #waiting = new Map();

  add(event) {
    assert.equal(event.token, token);
    assert.equal(event.app_id, app.app_id);
    assert.equal(event.tenant_key, tenant);
    const take = this.#waiting.get(event.event_type);
    this.#waiting.delete(event.event_type);
    if (take) take(event);
    else this.#events.push(event);
  }

  next(type) {
    const at = this.#events.findIndex((event) => event.event_type === type);
    if (at >= 0) return this.#events.splice(at, 1)[0];
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${type} came`)), 15_000);
      this.#waiting.set(type, (event) => {
        clearTimeout(timer);
        resolve(event);
      });
    });
  }

  get left() {
    return this.#events.length;
  }
}

const inbox = new Inbox();
const warnings = [];
const logger = { error: (...m) => warnings.push(m.flat()), warn: (...m) => warnings.push(m.flat()), info() {}, debug() {}, trace() {} };
const dispatcher = new lark.EventDispatcher({ encryptKey, verificationToken: token, logger, loggerLevel: lark.LoggerLevel.warn })
  .register(Object.fromEntries(types.map((type) => [type, (event) => inbox.add(event)])));
const adaptor = lark.adaptDefault('/events', dispatcher, { autoChallenge: true });
const deliveries = [];
const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => deliveries.push({ headers: request.headers, body: Buffer.concat(chunks).toString() }));
  adaptor(request, response);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}/events`;

async function userEvents() {
  const created = await control(sandbox, 'POST', 'users', { tenant_key: tenant, name: '新同事', email: 'new.one@sandbox.example', user_id: 'new-one' });
  const first = await inbox.next('contact.user.created_v3');
  assert.equal(first.object.open_id, created.open_ids.default);
  assert.equal(first.object.union_id, created.union_ids[app.provider]);
  assert.equal(first.object.user_id, 'new-one');
  assert.equal(first.object.name, '新同事');

  // R14: the id changes, by the app's own hand (U25), and the event says which it was.
  const client = clientOf(sandbox, app);
  data(await client.contact.user.updateUserId({ path: { user_id: 'new-one' }, params: { user_id_type: 'user_id' }, data: { new_user_id: 'newer-one' } }));
  const second = await inbox.next('contact.user.updated_v3');
  assert.equal(second.object.open_id, created.open_ids.default);
  assert.deepEqual([second.old_object.user_id, second.object.user_id], ['new-one', 'newer-one']);

  await control(sandbox, 'PATCH', `users/${tenant}/newer-one`, { status: 'resigned' });
  const third = await inbox.next('contact.user.deleted_v3');
  assert.equal(third.object.open_id, created.open_ids.default);
  assert.equal(third.object.status.is_resigned, true);
}

async function departmentEvents() {
  const made = await control(sandbox, 'POST', 'departments', { tenant_key: tenant, name: 'Newly made', parent_open_department_id: '0' });
  const created = await inbox.next('contact.department.created_v3');
  assert.equal(created.object.open_department_id, made.open_department_id);
  await control(sandbox, 'DELETE', `departments/${made.open_department_id}`);
  const deleted = await inbox.next('contact.department.deleted_v3');
  assert.equal(deleted.object.open_department_id, made.open_department_id);
}

async function scopeEvent() {
  const [user] = staff;
  await control(sandbox, 'PUT', 'apps/default', { contact_scope: { user_ids: [user.user_id] } });
  const { added } = await inbox.next('contact.scope.updated_v3');
  assert(added.users.some((one) => one.open_id === user.open_ids.default));
  // R34: in the scope, and none of their departments is.
  const independent = await all(await clientOf(sandbox, app).contact.user.listWithIterator({ params: { page_size: 1 } }));
  assert.deepEqual(independent.map((one) => one.open_id), [user.open_ids.default]);
}

/** What the SDK refuses: it answers, and hands nothing out. */
async function forgeries() {
  const genuine = deliveries.findLast(({ body, headers }) => body.includes('"encrypt"') && headers['x-lark-signature']);
  const post = (headers, body) => fetch(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body });
  const signed = Object.fromEntries(['x-lark-request-timestamp', 'x-lark-request-nonce', 'x-lark-signature'].map((name) => [name, genuine.headers[name]]));
  const before = inbox.left;
  await post({ ...signed, 'x-lark-request-nonce': 'another' }, genuine.body);
  await post({ ...signed, 'x-lark-signature': '0'.repeat(64) }, genuine.body);
  await post({}, genuine.body);
  assert.equal(inbox.left, before);
  assert.equal(warnings.filter((message) => message.includes('verification failed event')).length, 3);
  await post(signed, genuine.body);
  assert.equal(inbox.left, before + 1, 'the genuine one, once more, is taken');
}

await report(async () => {
  // The subscription stands only where the SDK has answered the challenge.
  await control(sandbox, 'PUT', 'subscriptions/default', { url, encrypt_key: encryptKey, token });
  assert.equal(deliveries.length, 1);
  assert(deliveries[0].body.includes('"encrypt"'), 'a challenge is encrypted like an event');
  await userEvents();
  await departmentEvents();
  await scopeEvent();
  assert.deepEqual(warnings, []);
  const signed = deliveries.slice(1).filter(({ headers }) => headers['x-lark-signature']).length;
  assert.equal(signed, deliveries.length - 1);
  await forgeries();
  server.close();
  server.closeAllConnections();
  return { events: signed };
});
