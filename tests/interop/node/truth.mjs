// What every script here needs: its arguments, the sandbox's truth over HTTP, and one line of JSON at the end.
import { parseArgs } from 'node:util';

/** Reads `--name value` arguments, all of which are required. */
export function args(...names) {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  const { values } = parseArgs({ options });
  for (const name of names) if (!values[name]) throw new Error(`--${name} is required`);
  return values;
}

/** A call of the sandbox's control API, which must succeed. */
export async function control(sandbox, method, path, body) {
  const response = await fetch(new URL(`/sandbox/v1/${path}`, sandbox), { method, body: body && JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** The app, and the people and departments of one of its tenants. */
export async function readTruth(sandbox, appName, tenant) {
  const { apps } = await control(sandbox, 'GET', 'apps');
  const app = apps.find((candidate) => candidate.name === appName);
  const key = tenant ?? app.tenant_keys[0];
  const { users } = await control(sandbox, 'GET', `users?limit=10000&tenant_key=${key}`);
  const { departments } = await control(sandbox, 'GET', `departments?tenant_key=${key}`);
  return { app, users, staff: users.filter((user) => user.status !== 'resigned'), departments };
}

/** Runs the script's work and prints what it verified. */
export async function report(work) {
  try {
    console.log(JSON.stringify(await work()));
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}
