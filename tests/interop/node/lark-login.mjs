// The official Node SDK with tokens of logged-in users, and as a store app that lives on tickets which come by event.
// node lark-login.mjs --sandbox http://127.0.0.1:8090
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import lark from '@larksuiteoapi/node-sdk';
import { args, control, readTruth, report } from './truth.mjs';
import { all, clientOf, data } from './sdk.mjs';

const { sandbox } = args('sandbox');
const { app, users, staff, departments } = await readTruth(sandbox, 'default');
const [tenant] = app.tenant_keys;
const someone = staff.find((user) => user.email && user.mobile && user.status === 'activated');

async function userInfo() {
  const client = clientOf(sandbox, app);
  const login = await control(sandbox, 'POST', 'logins', { app: 'default', user_id: someone.user_id });
  for (const token of [login.user_access_token, login.oidc_user_access_token]) {
    const info = data(await client.authen.userInfo.get({}, lark.withUserAccessToken(token)));
    // R12, R13
    assert.deepEqual([info.open_id, info.union_id, info.user_id, info.tenant_key, info.email, info.mobile],
      [someone.open_ids.default, someone.union_ids[app.provider], someone.user_id, tenant, someone.email, someone.mobile]);
  }
  const [answer] = await Promise.allSettled([client.authen.userInfo.get({}, lark.withUserAccessToken('u-unknown'))]);
  assert.notEqual(answer.value?.code ?? answer.reason.response.data.code, 0);
  return login.user_access_token;
}

async function searchUsers(token) {
  const client = clientOf(sandbox, app);
  const request = { method: 'GET', url: '/open-apis/search/v1/user', params: { query: someone.name, page_size: 200 } };
  const found = data(await client.request(request, lark.withUserAccessToken(token))).users;
  // R40: no resigned people.
  const expected = users.filter((user) => user.name.includes(someone.name) && user.status !== 'resigned').map((user) => user.open_ids.default);
  assert(expected.length > 0);
  for (const id of expected) assert(found.some((user) => user.open_id === id));
  assert(!found.some((user) => users.find((one) => one.open_ids.default === user.open_id).status === 'resigned'));
  return found.length;
}

async function searchDepartments(token) {
  const client = clientOf(sandbox, app);
  const [wanted] = departments;
  const found = await all(await client.contact.department.searchWithIterator({ data: { query: wanted.name }, params: { page_size: 1 } }, lark.withUserAccessToken(token)));
  assert(found.some((item) => item.open_department_id === wanted.open_department_id));
  return found.length;
}

/** The ticket comes as an event; the SDK keeps it, and takes its tokens with it. */
async function storeApp() {
  const { app: store } = await readTruth(sandbox, 'store');
  let arrived;
  const ticket = new Promise((resolve) => { arrived = resolve; });
  const cache = new Map();
  const kept = {
    get: async (key, options) => cache.get(`${options?.namespace}/${String(key)}`),
    set: async (key, value, _, options) => {
      cache.set(`${options?.namespace}/${String(key)}`, value);
      arrived();
      return true;
    },
  };
  const dispatcher = new lark.EventDispatcher({ encryptKey: 'store key', verificationToken: 'vt', cache: kept, loggerLevel: lark.LoggerLevel.error });
  const server = http.createServer(lark.adaptDefault('/events', dispatcher, { autoChallenge: true }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await control(sandbox, 'PUT', 'subscriptions/store', { url: `http://127.0.0.1:${server.address().port}/events`, encrypt_key: 'store key', token: 'vt' });
  await ticket;

  const client = clientOf(sandbox, store, { appType: lark.AppType.ISV, cache: kept });
  let read = 0;
  for (const key of store.tenant_keys) {
    const truth = await readTruth(sandbox, 'store', key);
    const user = truth.staff[0];
    const answer = data(await client.contact.user.get({ path: { user_id: user.open_ids.store }, params: {} }, lark.withTenantKey(key)));
    assert.deepEqual([answer.user.open_id, answer.user.union_id], [user.open_ids.store, user.union_ids[store.provider]]);
    read += 1;
  }
  server.close();
  server.closeAllConnections();
  return read;
}

await report(async () => {
  const token = await userInfo();
  return { users: await searchUsers(token), departments: await searchDepartments(token), tenants: await storeApp() };
});
