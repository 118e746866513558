import { describe, expect, it } from 'vitest';
import { createLine, type Line, type QueueBounds, type Room } from '../../src/load/line.ts';

const bounds: QueueBounds = { queue: 10, wait: 60 };

/** Someone in front of a line, with as much room as a test says. */
function arrive(line: Line, first: Room, given: { bounds?: QueueBounds; signal?: AbortSignal } = {}) {
  const state = { room: first, isIn: false };
  const take = () => void Object.assign(state, { isIn: true });
  const turn = line.enter({ bounds: given.bounds ?? bounds, room: () => state.room, take, signal: given.signal });
  turn?.catch(() => undefined);
  return Object.assign(state, { turn });
}

describe('a line', () => {
  it('lets nobody pass who waits for what is everybody’s', () => {
    const line = createLine();
    const large = arrive(line, 'full');
    const small = arrive(line, 'free');
    expect(small.isIn).toBe(false);
    line.advance();
    expect([large.isIn, small.isIn]).toEqual([false, false]);
    large.room = 'free';
    line.advance();
    expect([large.isIn, small.isIn]).toEqual([true, true]);
  });

  it('lets others pass who waits for something of its own, but none of its own', () => {
    const line = createLine();
    const busy = arrive(line, 'later');
    const other = arrive(line, 'free', { bounds: { queue: 0, wait: 60 } });
    const own = arrive(line, 'free');
    expect([busy.isIn, other.isIn, own.isIn]).toEqual([false, true, false]);
  });

  it('moves up when somebody gives up', async () => {
    const line = createLine();
    const gone = new AbortController();
    const first = arrive(line, 'full', { signal: gone.signal });
    const second = arrive(line, 'free');
    gone.abort(new Error('gone'));
    expect([first.isIn, second.isIn]).toEqual([false, true]);
    await expect(first.turn).rejects.toThrow('gone');
    expect(line.stats()).toEqual({ waiting: 0, refused: 0 });
  });

  it('has nobody wait who has gone already, and takes in who need not', () => {
    const line = createLine();
    const signal = AbortSignal.abort(new Error('gone'));
    expect(arrive(line, 'free', { signal }).isIn).toBe(true);
    expect(() => arrive(line, 'full', { signal })).toThrow('gone');
  });

  it('counts what was refused, of one endpoint and of all', async () => {
    const line = createLine();
    const strict = { queue: 0, wait: 60 };
    const other = { queue: 0, wait: 60 };
    expect(() => arrive(line, 'full', { bounds: strict })).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    expect(() => arrive(line, 'full', { bounds: strict })).toThrow();
    expect(() => arrive(line, 'full', { bounds: other })).toThrow();
    expect([line.stats(strict).refused, line.stats(other).refused, line.stats().refused]).toEqual([2, 1, 3]);
  });
});
