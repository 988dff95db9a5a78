// The official Node SDK as a custom app: what it reads with its tenant token must be the sandbox's truth.
// node lark-sdk.mjs --sandbox http://127.0.0.1:8090
import assert from 'node:assert/strict';
import { args, readTruth, report } from './truth.mjs';
import { all, chunks, clientOf, data } from './sdk.mjs';

const { sandbox } = args('sandbox');
const { app, users, staff, departments } = await readTruth(sandbox, 'default');
const client = clientOf(sandbox, app);
const unionIdOf = (user) => user.union_ids[app.provider];

async function token() {
  const answer = await client.auth.tenantAccessToken.internal({ data: { app_id: app.app_id, app_secret: app.app_secret } });
  assert.equal(answer.code, 0, answer.msg);
  assert.match(answer.tenant_access_token, /^t-/);
  assert(answer.expire > 1800 && answer.expire <= 7200, 'seconds that remain');
  assert.equal(await client.tokenManager.getTenantAccessToken(), answer.tenant_access_token, 'above 30 minutes it is the same token');
  const refused = await client.auth.tenantAccessToken.internal({ data: { app_id: app.app_id, app_secret: 'wrong' } });
  assert.equal(refused.code, 10014);
  return 1;
}

async function batchGetId() {
  const reachable = users.filter((user) => user.email || user.mobile);
  let rows = 0;
  for (const [type, idOf] of [['open_id', (u) => u.open_ids.default], ['union_id', unionIdOf], ['user_id', (u) => u.user_id]]) {
    for (const part of chunks(reachable, 50)) {
      const emails = part.map((user) => user.email).filter(Boolean);
      const mobiles = part.map((user) => user.mobile).filter(Boolean);
      const answer = data(await client.contact.user.batchGetId({ params: { user_id_type: type }, data: { emails, mobiles } }));
      assert.equal(answer.user_list.length, emails.length + mobiles.length, 'R41: one row for each contact');
      for (const row of answer.user_list) {
        const user = part.find((u) => (row.email ? u.email === row.email : u.mobile === row.mobile));
        // R27: the resigned are found on request only.
        assert.equal(row.user_id, user.status === 'resigned' ? undefined : idOf(user));
        rows += 1;
      }
    }
  }
  const gone = users.find((user) => user.status === 'resigned' && user.email);
  const answer = data(await client.contact.user.batchGetId({ params: { user_id_type: 'open_id' }, data: { emails: [gone.email], include_resigned: true } }));
  assert.equal(answer.user_list[0].user_id, gone.open_ids.default);
  assert.equal(answer.user_list[0].status.is_resigned, true);
  return rows;
}

function assertSame(item, user) {
  assert.deepEqual([item.open_id, item.union_id, item.user_id], [user.open_ids.default, unionIdOf(user), user.user_id]);
  assert.equal(item.name, user.name);
  assert.equal(item.email || undefined, user.email);
  assert.equal(item.mobile || undefined, user.mobile);
}

async function usersBatch() {
  let read = 0;
  for (const part of chunks(staff, 50)) {
    const { items } = data(await client.contact.user.batch({ params: { user_ids: part.map((user) => user.user_id), user_id_type: 'user_id' } }));
    for (const item of items) assertSame(item, part.find((user) => user.user_id === item.user_id));
    read += items.length;
  }
  assert.equal(read, staff.length);
  return read;
}

async function userGet() {
  const [first] = staff;
  const gone = users.find((user) => user.status === 'resigned');
  for (const user of [first, gone]) {
    const answer = data(await client.contact.user.get({ path: { user_id: user.open_ids.default }, params: { user_id_type: 'open_id' } }));
    assertSame(answer.user, user);
    assert.equal(answer.user.status.is_resigned, user === gone);
  }
  return 2;
}

async function readDepartments() {
  const params = { fetch_child: true, page_size: 7, department_id_type: 'open_department_id' };
  const items = await all(await client.contact.department.childrenWithIterator({ path: { department_id: '0' }, params }));
  const custom = new Map(items.map((item) => [item.open_department_id, item.department_id]));
  assert.equal(custom.size, items.length, 'no page repeats a department');
  assert.deepEqual(custom, new Map(departments.map((d) => [d.open_department_id, d.department_id])), 'order does not matter to a map');
  for (const item of items) {
    const expected = departments.find((d) => d.open_department_id === item.open_department_id);
    assert.equal(item.parent_department_id, expected.parent_open_department_id);
  }
  return items.length;
}

async function departmentDetails() {
  const deepest = departments.find((d) => !departments.some((child) => child.parent_open_department_id === d.open_department_id)
    && d.parent_open_department_id !== '0');
  const { department } = data(await client.contact.department.get({ path: { department_id: deepest.department_id }, params: { department_id_type: 'department_id' } }));
  assert.deepEqual([department.open_department_id, department.name], [deepest.open_department_id, deepest.name]);

  let read = 0;
  for (const part of chunks(departments, 50)) {
    const params = { department_ids: part.map((d) => d.open_department_id), department_id_type: 'open_department_id' };
    const { items } = data(await client.contact.department.batch({ params }));
    for (const item of items) assert.equal(item.department_id, part.find((d) => d.open_department_id === item.open_department_id).department_id);
    read += items.length;
  }
  assert.equal(read, departments.length);

  const parents = await all(await client.contact.department.parentWithIterator({ params: { department_id: deepest.open_department_id, page_size: 1 } }));
  const expected = [];
  for (let id = deepest.parent_open_department_id; id !== '0';) {
    expected.push(id);
    id = departments.find((d) => d.open_department_id === id).parent_open_department_id;
  }
  assert.deepEqual(parents.map((parent) => parent.open_department_id), expected, 'from child to parent, without the root');

  // R36: all staff and no parent named: the root alone.
  const roots = await all(await client.contact.department.listWithIterator({ params: {} }));
  assert.deepEqual(roots.map((one) => one.open_department_id), ['0']);
  const listed = await all(await client.contact.department.listWithIterator({ params: { parent_department_id: '0', fetch_child: true, page_size: 9 } }));
  assert.deepEqual(listed.map((d) => d.open_department_id).sort(), departments.map((d) => d.open_department_id).sort());
  return read;
}

async function listUsers() {
  // R34: with a department its members; without one independent members only, of whom an app that sees everybody has none.
  const { open_department_id: department } = departments[0];
  const members = await all(await client.contact.user.listWithIterator({ params: { department_id: department, page_size: 4 } }));
  const expected = staff.filter((user) => user.department_ids.includes(department));
  assert.deepEqual(members.map((item) => item.open_id).sort(), expected.map((user) => user.open_ids.default).sort());
  assert.deepEqual(await all(await client.contact.user.listWithIterator({ params: {} })), []);
  return members.length;
}

async function findByDepartment() {
  let memberships = 0;
  for (const department of ['0', ...departments.map((d) => d.open_department_id)]) {
    const params = { department_id: department, page_size: 10, user_id_type: 'open_id', department_id_type: 'open_department_id' };
    const items = await all(await client.contact.user.findByDepartmentWithIterator({ params }));
    const expected = staff.filter((user) => user.department_ids.includes(department));
    assert.deepEqual(items.map((item) => item.open_id).sort(), expected.map((user) => user.open_ids.default).sort());
    for (const item of items) assertSame(item, expected.find((user) => user.user_id === item.user_id));
    memberships += items.length;
  }
  return memberships;
}

async function scopes() {
  const params = { page_size: 2, user_id_type: 'open_id', department_id_type: 'open_department_id' };
  const listed = await all(await client.contact.scope.listWithIterator({ params }),
    (page) => [...(page?.department_ids ?? []), ...(page?.user_ids ?? [])]);
  const expected = [
    ...departments.filter((d) => d.parent_open_department_id === '0').map((d) => d.open_department_id),
    ...staff.filter((user) => user.department_ids.includes('0')).map((user) => user.open_ids.default),
  ];
  assert.deepEqual(listed.sort(), expected.sort(), 'all staff: the first level and the root\'s own people');
  return listed.length;
}

await report(async () => ({
  tokens: await token(),
  contacts: await batchGetId(),
  batch: await usersBatch(),
  gets: await userGet(),
  departments: await readDepartments(),
  details: await departmentDetails(),
  listed: await listUsers(),
  memberships: await findByDepartment(),
  scopes: await scopes(),
}));
