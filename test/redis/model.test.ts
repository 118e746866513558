import { describe, expect, it } from 'vitest';
import { changingUpstream } from '../model/changing-upstream.ts';
import { fleetSubject } from '../model/fleet-subject.ts';
import { type ModelReport, type ModelRun, runModel } from '../model/model.ts';
import { createRandom } from '../model/random.ts';
import { entriesWith, type RedisFault, strikesAt } from '../model/redis-faults.ts';
import { type RedisFleetOptions, startRedisFleet } from '../model/redis-fleet.ts';
import { takeDownUnderLoad } from '../model/residue.ts';
import { hasRedisServer } from '../support/redis-server.ts';

const seed = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 32);
const seconds = Number(process.env.MODEL_SECONDS ?? 4);
const patience = { timeout: seconds * 1000 + 90_000 };
/** All takedowns of a run are repeated when it ends. */
const longPatience = { timeout: seconds * 4000 + 120_000 };

function tell(name: string, { violations, ...seen }: ModelReport, more: object): void {
  console.log(`${name}, MODEL_SEED=${seed}: ${JSON.stringify({ ...seen, ...more, violations: violations.length })}`);
}

const toProcesses: readonly RedisFault[] = ['journal cut', 'freeze', 'entries evicted', 'kill', 'journal stalled'];
const toRedis: readonly RedisFault[] = [
  'connections killed',
  'listeners killed',
  'Redis paused',
  'journal key deleted',
  'Redis frozen',
  'tail lost',
  'database emptied',
];
const all = [...toProcesses, ...toRedis];

describe.skipIf(!hasRedisServer)('three processes on one Redis serve nothing older after purge() resolved', () => {
  it.each<[string, readonly RedisFault[], RedisFleetOptions]>([
    ['while each of them, their connections and Redis suffer', all, { redis: { lease: 0.4, maxRecords: 40 } }],
    [
      'with a journal of three purges, hardly any memory',
      toProcesses,
      { redis: { lease: 0.4, maxRecords: 3 }, memory: 1 },
    ],
    ['without hints', [...toProcesses, 'Redis paused'], { redis: { lease: 0.6, hints: false } }],
  ])('%s', patience, async (name, faults, options) => {
    const random = createRandom(seed);
    await using source = await changingUpstream(random, 60);
    await using fleet = await startRedisFleet(source.url, options);
    await using strikes = strikesAt(fleet, random);
    const subject = fleetSubject(fleet, random, { faults, strike: strikes.strike, disturbMs: 600 });
    const { struck, epochs } = subject;
    const isEnough: ModelRun['isEnough'] = ({ purges, composites, overtaken }) =>
      faults.every((fault) => (struck[fault] ?? 0) > 0) &&
      Math.min(purges, composites) > 10 &&
      overtaken > 1 &&
      epochs.size > (faults.includes('database emptied') ? 1 : 0);
    const report = await runModel({ subject, random, source, seconds, rate: 0.1, purgeMs: 60, isEnough });
    tell(name, report, { ...struck, epochs: epochs.size });
    expect(report.violations, `MODEL_SEED=${seed}`).toEqual([]);
    expect(isEnough(report), 'a model that saw nothing proves nothing').toBe(true);
    expect((report.statuses[200] ?? 0) * 2).toBeGreaterThan(report.requests - report.lost);
  });
});

describe.skipIf(!hasRedisServer)('after takedowns under load', () => {
  it('no key and no memory holds the images, frozen and idle processes included', longPatience, async () => {
    const random = createRandom(seed);
    const { residue, seen } = await takeDownUnderLoad(random, seconds, async (url) => {
      const fleet = await startRedisFleet(url, { redis: { lease: 0.4 } });
      return { fleet, stored: (hashes) => entriesWith(fleet.admin, hashes) };
    });
    console.log(`takedowns, MODEL_SEED=${seed}: ${JSON.stringify(seen)}`);
    expect(residue, `MODEL_SEED=${seed}`).toEqual([]);
    const { freezes, kills, ...others } = seen;
    expect(Math.min(...Object.values(others))).toBeGreaterThan(5);
    expect(Math.min(freezes, kills)).toBeGreaterThan(0);
  });
});
