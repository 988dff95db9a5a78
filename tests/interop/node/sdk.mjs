// The official SDK, unchanged, with its domain pointed at the sandbox, and how its answers are read.
import assert from 'node:assert/strict';
import lark from '@larksuiteoapi/node-sdk';

/** A client of the SDK for an app of the sandbox. */
export function clientOf(sandbox, app, options = {}) {
  const domain = sandbox.replace(/\/$/, '');
  return new lark.Client({ appId: app.app_id, appSecret: app.app_secret, domain, loggerLevel: lark.LoggerLevel.warn, ...options });
}

/** The data of an answer, which must be a success. */
export function data(response) {
  assert.equal(response.code, 0, response.msg);
  return response.data;
}

/** All items of one of the SDK's own paging iterators. */
export async function all(iterator, read = (page) => page?.items ?? []) {
  const items = [];
  for await (const page of iterator) items.push(...read(page));
  return items;
}

/** A list in parts of at most `size`. */
export function chunks(list, size) {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}
