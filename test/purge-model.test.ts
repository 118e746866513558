import { createTintype } from '@tintype/core';
import { describe, expect, it } from 'vitest';
import {
  forgetful,
  journalFile,
  onDisk,
  photos,
  runSetting,
  type Setting,
  seed,
  slowly,
  tell,
  upstream,
} from './model/settings.ts';

const seconds = Number(process.env.MODEL_SECONDS ?? 1);

/** All that the runs below have seen, by what it was. */
const seen: Record<string, number> = {};

describe('after purge() resolves nothing older is served', () => {
  it.each<[string, Setting]>([
    ['a web origin, memory alone', upstream],
    ['a web origin, memory alone, a journal of three records', { ...upstream, ...forgetful }],
    ['a web origin, files, a journal in a file', { ...upstream, ...onDisk, ...journalFile }],
    ['a web origin, a slow store, hardly any memory', { ...upstream, ...slowly, memory: 1 }],
    ['a web origin, a slow store, no copies of originals', { ...upstream, ...slowly, originals: false }],
    ['a folder, memory alone', photos],
    ['a folder, files', { ...photos, ...onDisk }],
    ['a folder, a slow store, hardly any memory, copies', { ...photos, ...slowly, memory: 1, originals: true }],
  ])('with %s', { timeout: seconds * 1000 + 30_000 }, async (name, setting) => {
    const report = await runSetting(createTintype, { seconds, ...setting });
    tell(name, report);
    const { statuses, violations, ...counts } = report;
    for (const [what, count] of Object.entries({ ...statuses, ...counts })) seen[what] = (seen[what] ?? 0) + count;
    expect(violations, `MODEL_SEED=${seed}`).toEqual([]);
  });

  it('and the model has seen all that it must see', () => {
    // A model that saw nothing proves nothing.
    const { requests = 0, 200: found = 0, 304: notModified = 0, 404: absent = 0 } = seen;
    expect(found + notModified + absent, JSON.stringify(seen)).toBeGreaterThan(requests * 0.85);
    // The origin has failed now and then, and what may stand in for it has.
    expect(seen[502], JSON.stringify(seen)).toBeGreaterThan(0);
    const { purges = 0, refused = 0, immediate = 0, overtaken = 0, stale = 0, composites = 0, stored = 0 } = seen;
    expect(refused, JSON.stringify(seen)).toBeLessThan(purges / 10);
    expect(
      Math.min(found, notModified, absent, purges, immediate, overtaken, stale, composites, stored),
      JSON.stringify(seen),
    ).toBeGreaterThan(5);
  });
});
