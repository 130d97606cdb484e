// What every bot here speaks: one JSON request on each line of its input, {id, act, args}, and one
// JSON answer on each line of its output, {id, result} or {id, code, error}. What happens to the
// bot comes as lines with "event".
import { createInterface } from 'node:readline';

export const say = (line) => process.stdout.write(JSON.stringify(line) + '\n');

// guarded reports what a listener throws as an event.
export const guarded = (listener) => async (...args) => {
  try {
    await listener(...args);
  } catch (error) {
    say({ event: 'error', message: String(error) });
  }
};

// serve carries out requests until the input ends.
export function serve(acts, close) {
  createInterface({ input: process.stdin }).on('line', async (line) => {
    const { id, act, args } = JSON.parse(line);
    try {
      say({ id, result: (await acts[act](...args)) ?? null });
    } catch (error) {
      say({ id, code: error.code, error: String(error) });
    }
  }).on('close', async () => {
    try {
      await close();
    } finally {
      process.exit(0);
    }
  });
}

// commands, buttons and form are what each bot registers and shows, as Discord's documentation has them.
export const commands = [
  {
    name: 'say', description: 'Say something', type: 1, options: [
      { type: 3, name: 'what', description: 'What', required: true, autocomplete: true },
      { type: 5, name: 'private', description: 'Only to you' },
    ],
  },
  { name: 'think', description: 'Think first', type: 1 },
];

export const buttons = (key) => [{ type: 1, components: [
  { type: 2, style: 1, label: 'More', [key]: 'more' }, { type: 2, style: 2, label: 'Form', [key]: 'form' },
] }];

export const form = (key, minimum) => ({ title: 'A form', [key]: 'form', components: [
  { type: 1, components: [{ type: 4, style: 1, label: 'Name', [key]: 'name', [minimum]: 1 }] },
] });

export const rule = { name: 'No spam', keywords: ['spamword'], message: 'Please be kind' };
