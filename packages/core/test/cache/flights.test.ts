import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createFlights, type Passenger } from '../../src/cache/flights.ts';
import { TintypeError } from '../../src/errors.ts';
import type { Hand } from '../../src/load/hand.ts';

const handOf = (isHeld: boolean, crew: Pick<Hand, 'signal'> = { signal: undefined }): Hand => ({
  isHeld: () => isHeld,
  enter: async () => undefined,
  admit: async () => undefined,
  count: () => undefined,
  drop: () => undefined,
  leave: () => undefined,
  get signal() {
    return crew.signal;
  },
  within: (others) => handOf(isHeld, others),
});
const without: Passenger = { hand: handOf(false) };
const cutOff: Passenger = { ...without, isCutOff: true };

interface Starts {
  readonly started: readonly string[];
  start(name: string): () => Promise<string>;
  land(name: string, error?: Error): void;
}

function createStarts(): Starts {
  const started: string[] = [];
  const landings = new Map<string, (error?: Error) => void>();
  return {
    started,
    start: (name) => () =>
      new Promise((resolve, reject) => {
        started.push(name);
        landings.set(name, (error) => (error === undefined ? resolve(name) : reject(error)));
      }),
    land: (name, error) => landings.get(name)?.(error),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('flights of a process that is cut off', () => {
  it('begin when the one before has landed, and carry all who came meanwhile', async () => {
    const { started, start, land } = createStarts();
    const flights = createFlights<string>();
    const first = flights.run('a', start('first'), cutOff);
    const second = flights.run('a', start('second'), cutOff);
    const third = flights.run('a', start('third'), cutOff);
    expect([first.joined, second.joined, third.joined]).toEqual([false, false, true]);
    expect(started).toEqual(['first']);
    land('first');
    await turn();
    const fourth = flights.run('a', start('fourth'), cutOff);
    expect(started).toEqual(['first', 'second']);
    land('second');
    await turn();
    land('fourth');
    expect(await Promise.all([first, second, third, fourth].map(({ result }) => result))).toEqual([
      'first',
      'second',
      'second',
      'fourth',
    ]);
  });

  it('begin also where the one before fails', async () => {
    const { start, land } = createStarts();
    const flights = createFlights<string>();
    const first = flights.run('a', start('first'), cutOff);
    const second = flights.run('a', start('second'), cutOff);
    land('first', new Error('down'));
    await expect(first.result).rejects.toThrow('down');
    await turn();
    land('second');
    expect(await second.result).toBe('second');
  });

  it('do not wait for each other while the places of their process may run out over it', async () => {
    const { started, start } = createStarts();
    const flights = createFlights<string>();
    flights.run('a', start('first'), cutOff);
    flights.run('a', start('second'), { hand: handOf(true), isCutOff: true });
    expect(started).toEqual(['first', 'second']);
  });

  it('of other keys begin at once', () => {
    const { started, start } = createStarts();
    const flights = createFlights<string>();
    flights.run('a', start('first'), cutOff);
    flights.run('b', start('second'), cutOff);
    expect(started).toEqual(['first', 'second']);
  });
});

describe('other flights', () => {
  it.each<[string, Partial<Passenger>, Partial<Passenger>, boolean]>([
    ['that began after the newest purge', { position: 5, epoch: 'e' }, { needed: 5, epoch: 'e' }, true],
    ['that began before it', { position: 4, epoch: 'e' }, { needed: 5, epoch: 'e' }, false],
    ['of another epoch', { position: 9, epoch: 'd' }, { needed: 5, epoch: 'e' }, false],
  ])('%s', (_name, before, after, joined) => {
    const { start } = createStarts();
    const flights = createFlights<string>();
    flights.run('a', start('first'), { ...without, ...before });
    expect(flights.run('a', start('second'), { ...without, ...after }).joined).toBe(joined);
  });
});

describe('a flight whose passengers leave', () => {
  const passenger = () => {
    const gone = new AbortController();
    return { gone, hand: handOf(false, gone) };
  };
  /** Starts flights that tell whether anybody is aboard. */
  function watched() {
    const hands: Hand[] = [];
    const start = (hand: Hand): Promise<string> => {
      hands.push(hand);
      return new Promise(() => undefined);
    };
    return { start, abandoned: () => hands.map(({ signal }) => signal?.aborted) };
  }

  it('is given up when the last has left', () => {
    const flights = createFlights<string>();
    const { start, abandoned } = watched();
    const [first, second] = [passenger(), passenger()];
    flights.run('a', start, first);
    expect(flights.run('a', start, second).joined).toBe(true);
    first.gone.abort();
    expect(abandoned()).toEqual([false]);
    second.gone.abort();
    expect(abandoned()).toEqual([true]);
  });

  it('goes on for who comes after all have left', () => {
    const flights = createFlights<string>();
    const { start, abandoned } = watched();
    const first = passenger();
    flights.run('a', start, first);
    first.gone.abort();
    expect(flights.run('a', start, passenger()).joined).toBe(true);
    expect(abandoned()).toEqual([false]);
  });

  it('is begun anew for who came as it was given up', async () => {
    const flights = createFlights<string>();
    let giveUp: (error: Error) => void = () => undefined;
    const early = passenger();
    flights.run('a', () => new Promise((_, reject) => (giveUp = reject)), early).result.catch(() => undefined);
    early.gone.abort();
    const passage = flights.run('a', async () => 'anew', passenger());
    expect(passage.joined).toBe(true);
    giveUp(new TintypeError('CLIENT_GONE'));
    expect(await passage.result).toBe('anew');
    expect(passage.joined).toBe(false);
  });

  it('goes on for who cannot leave', () => {
    const flights = createFlights<string>();
    const { start, abandoned } = watched();
    const first = passenger();
    flights.run('a', start, first);
    flights.run('a', start, without);
    first.gone.abort();
    expect(abandoned()).toEqual([false]);
  });

  it('is given up at once where they have left before they come, and not while another is there', () => {
    const flights = createFlights<string>();
    const { start, abandoned } = watched();
    const [gone, stays] = [passenger(), passenger()];
    gone.gone.abort();
    flights.run('a', start, gone).result.catch(() => undefined);
    expect(abandoned()).toEqual([true]);
    flights.run('a', start, stays);
    flights.run('a', start, gone);
    expect(abandoned()).toEqual([false]);
    stays.gone.abort();
    expect(abandoned()).toEqual([true]);
  });

  it('hears nothing of them any more once it has landed', async () => {
    const flights = createFlights<string>();
    const { gone, hand } = passenger();
    const { result } = flights.run('a', async () => 'made', { hand });
    expect(getEventListeners(gone.signal, 'abort')).toHaveLength(1);
    await result;
    await turn();
    expect(getEventListeners(gone.signal, 'abort')).toEqual([]);
  });

  it('is not given up after it has landed', async () => {
    const flights = createFlights<string>();
    const hands: Hand[] = [];
    const first = passenger();
    const { result } = flights.run(
      'a',
      async (hand) => {
        hands.push(hand);
        return 'made';
      },
      first,
    );
    await result;
    await turn();
    first.gone.abort();
    expect(hands[0]?.signal?.aborted).toBe(false);
  });
});
