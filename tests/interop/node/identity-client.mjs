// Calls the three RPCs with @grpc/grpc-js and compares every answer with the sandbox's truth.
// node identity-client.mjs --grpc 127.0.0.1:50051 --sandbox http://127.0.0.1:8090
import assert from 'node:assert/strict';
import path from 'node:path';
import { promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import { args, readTruth, report } from './truth.mjs';

const root = path.resolve(import.meta.dirname, '../../..');
const options = { keepCase: true, enums: String, longs: Number, oneofs: true, arrays: true, includeDirs: [path.join(root, 'protos')] };
const { identity } = grpc.loadPackageDefinition(protoLoader.loadSync('identity/v1/identity_service.proto', options));
const rpc = protobuf.loadSync(path.join(root, 'tests/interop/protos/rpc_status.proto'));

const { grpc: target, sandbox } = args('grpc', 'sandbox');
const client = new identity.v1.IdentityService(target, grpc.credentials.createInsecure());
const resolve = promisify(client.ResolveByContact.bind(client));
const convert = promisify(client.ConvertId.bind(client));

const idsOf = (identity) => ({ open_id: identity?.open_id, union_id: identity?.union_id, user_id: identity?.user_id });

async function resolveContacts(truth, expected) {
  const asked = truth.staff.flatMap((user) => [
    ...(user.email ? [[user, { email: user.email.toUpperCase() }]] : []),
    ...(user.mobile ? [[user, { mobile: user.mobile }]] : []),
  ]);
  const contacts = [...asked.map(([, contact]) => contact), { email: 'nobody@sandbox.example' }, { mobile: '12' }];
  const { resolutions } = await resolve({ app: 'default', contacts });
  assert.equal(resolutions.length, contacts.length);
  asked.forEach(([user], i) => assert.deepEqual(idsOf(resolutions[i].identity), expected(user)));
  assert.equal(resolutions.at(-2).unresolved.reason, 'UNRESOLVED_REASON_NOT_FOUND_OR_NOT_VISIBLE');
  assert.equal(resolutions.at(-1).unresolved.reason, 'UNRESOLVED_REASON_INVALID_INPUT');
  assert.equal(resolutions.at(-1).outcome, 'unresolved');
  return asked.length;
}

async function convertIds(truth, expected) {
  const ids = truth.staff.flatMap((user) => Object.values(expected(user)));
  const foreign = truth.staff[0].open_ids.stranger;
  const { conversions } = await convert({ app: 'default', ids: [foreign, ...ids] });
  assert.equal(conversions.length, ids.length + 1);
  assert.equal(conversions[0].unresolved.reason, 'UNRESOLVED_REASON_CROSS_APP_ID');
  truth.staff.forEach((user, i) => {
    for (const k of [1, 2, 3]) assert.deepEqual(idsOf(conversions[3 * i + k].identity), expected(user));
  });
  return ids.length;
}

async function streamMembers(truth, expected) {
  const seen = new Map();
  let summary;
  const request = { app: 'default', department_id: '0', recursive: true, distinct: true, batch_size: 30 };
  for await (const message of client.StreamDepartmentMembers(request)) {
    assert.equal(summary, undefined, 'nothing follows the summary');
    for (const member of message.members) {
      assert(!seen.has(member.identity.open_id), 'nobody is sent twice');
      seen.set(member.identity.open_id, member);
    }
    summary = message.summary ?? undefined;
  }
  for (const user of truth.staff) {
    const member = seen.get(user.open_ids.default);
    assert.deepEqual(idsOf(member?.identity), expected(user));
    assert.deepEqual([...member.department_ids].sort(), [...user.department_ids].sort());
  }
  assert.equal(seen.size, truth.staff.length);
  assert.equal(summary.complete, true);
  assert.equal(summary.members, truth.staff.length);
  assert.equal(summary.departments, truth.departments.length + 1);
  return seen.size;
}

async function decodeErrorDetails() {
  const error = await resolve({ app: 'default', contacts: [], id_types: [99] }).then(() => assert.fail('must fail'), (e) => e);
  assert.equal(error.code, grpc.status.INVALID_ARGUMENT);
  const status = rpc.lookupType('google.rpc.Status').decode(error.metadata.get('grpc-status-details-bin')[0]);
  assert.equal(status.code, grpc.status.INVALID_ARGUMENT);
  const detail = (type) => {
    const { value } = status.details.find((any) => any.type_url === `type.googleapis.com/google.rpc.${type}`);
    return rpc.lookupType(`google.rpc.${type}`).decode(value);
  };
  const info = detail('ErrorInfo');
  assert.deepEqual([info.reason, info.domain], ['INVALID_ARGUMENT', 'identity.v1']);
  return detail('BadRequest').fieldViolations.map((violation) => violation.field).sort();
}

await report(async () => {
  const truth = await readTruth(sandbox, 'default');
  const expected = (user) => ({ open_id: user.open_ids.default, union_id: user.union_ids[truth.app.provider], user_id: user.user_id });
  const verified = {
    contacts: await resolveContacts(truth, expected),
    ids: await convertIds(truth, expected),
    members: await streamMembers(truth, expected),
    violations: await decodeErrorDetails(),
  };
  client.close();
  return verified;
});
