import { createShelf } from './shelf.js';

/** Locations of a CDN in front of the fleet, perhaps with a shield through which all of them ask. Purged as the fleet is. */
export function createCdn({ edges, edgeBytes, shield, lifetime }, catalogue, fleet) {
  const locations = Array.from({ length: edges }, () => createShelf(edgeBytes));
  const shieldShelf = shield ? createShelf(edgeBytes * 4) : undefined;
  const counts = { edgeHits: 0, shieldLookups: 0, shieldHits: 0 };

  const held = (shelf, original, derivative) => {
    const entry = shelf.get(derivative);
    return entry !== undefined && entry.since >= catalogue.purgedAt(original) ? entry : undefined;
  };

  const keep = (shelf, derivative, record) => {
    shelf.set(derivative, record, catalogue.derivativeBytes[derivative]);
    return record;
  };

  const throughShield = (original, derivative, now, heldContent) => {
    if (shieldShelf === undefined) return fleet.handle(original, derivative, now, heldContent);
    counts.shieldLookups++;
    const entry = held(shieldShelf, original, derivative);
    if (entry !== undefined && now < entry.expiresAt) {
      counts.shieldHits++;
      return entry;
    }
    return keep(shieldShelf, derivative, fleet.handle(original, derivative, now, entry?.content));
  };

  const answer = (edge, original, derivative, now) => {
    const entry = held(edge, original, derivative);
    if (entry !== undefined && now < entry.expiresAt) counts.edgeHits++;
    else keep(edge, derivative, throughShield(original, derivative, now, entry?.content));
  };

  return {
    counts,
    handle: (original, derivative, now) =>
      answer(locations[Math.floor(catalogue.random() * edges)], original, derivative, now),
    /** Has every location asked for everything once. */
    fill() {
      for (const edge of locations) {
        catalogue.all((original, derivative) => {
          answer(edge, original, derivative, -catalogue.random() * lifetime);
        });
      }
    },
  };
}
