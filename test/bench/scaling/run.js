import { createCatalogue } from './catalogue.js';
import { createCdn } from './cdn.js';
import { createFleet } from './fleet.js';

/** What happens at the end of the warm-up. */
const events = {
  nothing: () => undefined,
  restart: (fleet) => fleet.restart(),
  allChanged: (_fleet, catalogue, now) => catalogue.purgeAll(now),
};

/** Runs one set-up: a warm-up, then what is counted. */
export function run(settings) {
  const catalogue = createCatalogue(settings);
  const fleet = createFleet(settings, catalogue);
  const cdn = settings.edges > 0 ? createCdn(settings, catalogue, fleet) : undefined;
  const front = cdn ?? fleet;
  const clock = createTraffic(settings, catalogue, front);
  fleet.fill();
  cdn?.fill();
  clock.requests(settings.warmUp);
  const before = snapshot(fleet, front);
  events[settings.event](fleet, catalogue, clock.now());
  const began = clock.now();
  clock.requests(settings.requests);
  return report(settings, difference(snapshot(fleet, front), before), clock.now() - began, fleet);
}

function createTraffic({ rate, purgesPerHour, changed }, catalogue, front) {
  const { random, drawOriginal, drawDerivative } = catalogue;
  const gap = (perSecond) => -Math.log(1 - random()) / perSecond;
  let now = 0;
  let nextPurge = gap(purgesPerHour / 3600);
  return {
    now: () => now,
    requests(count) {
      for (let left = count; left > 0; left--) {
        now += gap(rate);
        for (; nextPurge < now; nextPurge += gap(purgesPerHour / 3600)) {
          catalogue.purge(drawOriginal(), nextPurge, random() < changed);
        }
        const original = drawOriginal();
        front.handle(original, drawDerivative(original), now);
      }
    },
  };
}

function snapshot(fleet, front) {
  const stores = { reads: 0, writes: 0, bytesRead: 0, bytesWritten: 0 };
  for (const store of fleet.stores) {
    for (const name of Object.keys(stores)) stores[name] += store?.counts[name] ?? 0;
  }
  return { edgeHits: 0, shieldLookups: 0, shieldHits: 0, ...front.counts, ...fleet.counts, ...stores };
}

function difference(after, before) {
  return Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - before[name]]));
}

/** Counts per million requests of users, or of the time after an event; shares, and bytes a second. */
function report({ requests, event }, counts, seconds, fleet) {
  const perMillion = (count) => (event === 'nothing' ? Math.round((count / requests) * 1e6) : count);
  const share = (part, whole) => (whole === 0 ? undefined : part / whole);
  return {
    edge: share(counts.edgeHits, requests),
    shield: share(counts.shieldHits, counts.shieldLookups),
    memory: share(counts.memoryHits, counts.lookups),
    store: share(counts.storeHits, counts.lookups - counts.memoryHits),
    asked: perMillion(counts.requests),
    renders: perMillion(counts.renders),
    full: perMillion(counts.full),
    conditional: perMillion(counts.conditional),
    locks: perMillion(counts.locks),
    reads: perMillion(counts.reads),
    writes: perMillion(counts.writes),
    megabytesRead: counts.bytesRead / seconds / 1e6,
    megabytesWritten: counts.bytesWritten / seconds / 1e6,
    storeBytes: fleet.stores.reduce((total, store) => total + (store?.shelf.bytes ?? 0), 0),
    counted: { ...counts, seconds },
  };
}
