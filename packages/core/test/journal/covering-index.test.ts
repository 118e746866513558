import { describe, expect, it } from 'vitest';
import { createCoveringIndex } from '../../src/journal/covering-index.ts';
import { originalId } from '../../src/origin/identity.ts';

const cat = originalId('photos', '/cat.jpg');
const dog = originalId('photos', '/dog.jpg');
const logo = originalId('assets', '/cat.jpg');

describe('a covering index', () => {
  it('covers nothing before the first purge', () => {
    const index = createCoveringIndex(10);
    expect(index.covering(cat)).toBe(0);
    expect(index.floor()).toBe(0);
  });

  it('covers with an exact purge that original, of that origin', () => {
    const index = createCoveringIndex(10);
    index.add({ kind: 'exact', id: cat }, 1);
    expect([cat, dog, logo].map(index.covering)).toEqual([1, 0, 0]);
  });

  it('covers with a purge of all each original of that origin, whether known or not', () => {
    const index = createCoveringIndex(10);
    index.add({ kind: 'exact', id: cat }, 1);
    index.add({ kind: 'all', origin: 'photos' }, 2);
    expect([cat, dog, logo].map(index.covering)).toEqual([2, 2, 0]);
  });

  it('names the newest purge that covers, exact or all', () => {
    const index = createCoveringIndex(10);
    index.add({ kind: 'all', origin: 'photos' }, 1);
    index.add({ kind: 'exact', id: cat }, 2);
    index.add({ kind: 'exact', id: cat }, 3);
    expect([cat, dog].map(index.covering)).toEqual([3, 1]);
    index.add({ kind: 'all', origin: 'photos' }, 4);
    expect([cat, dog].map(index.covering)).toEqual([4, 4]);
  });

  it('forgets the oldest exact purge beyond its limit, and raises the floor to it', () => {
    const index = createCoveringIndex(2);
    index.add({ kind: 'exact', id: cat }, 1);
    index.add({ kind: 'exact', id: dog }, 2);
    expect(index.floor()).toBe(0);
    index.add({ kind: 'exact', id: logo }, 3);
    expect(index.floor()).toBe(1);
    expect([cat, dog, logo].map(index.covering)).toEqual([0, 2, 3]);
  });

  it('counts a repeated purge once, as its latest', () => {
    const index = createCoveringIndex(2);
    index.add({ kind: 'exact', id: cat }, 1);
    index.add({ kind: 'exact', id: dog }, 2);
    index.add({ kind: 'exact', id: cat }, 3);
    expect(index.floor()).toBe(0);
    index.add({ kind: 'exact', id: logo }, 4);
    expect(index.floor()).toBe(2);
    expect([cat, dog, logo].map(index.covering)).toEqual([3, 0, 4]);
  });

  it('never forgets a purge of all', () => {
    const index = createCoveringIndex(1);
    index.add({ kind: 'all', origin: 'photos' }, 1);
    index.add({ kind: 'all', origin: 'assets' }, 2);
    index.add({ kind: 'exact', id: cat }, 3);
    expect(index.floor()).toBe(0);
    expect([cat, dog, logo].map(index.covering)).toEqual([3, 1, 2]);
  });

  it('leaves no purge unnoticed: each is covered or below the floor', () => {
    const index = createCoveringIndex(3);
    const ids = Array.from({ length: 8 }, (_, path) => originalId('photos', `/${path}.jpg`));
    for (let position = 1; position <= 100; position += 1) {
      index.add({ kind: 'exact', id: ids[(position * position) % 8] ?? cat }, position);
      for (let purged = 1; purged <= position; purged += 1) {
        const id = ids[(purged * purged) % 8] ?? cat;
        expect(index.covering(id) >= purged || index.floor() >= purged).toBe(true);
      }
    }
  });
});
