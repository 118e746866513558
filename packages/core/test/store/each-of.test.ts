import { expect, it } from 'vitest';
import { eachOf } from '../../src/store/each-of.ts';

it('visits each of many, in a list or one after the other', async () => {
  async function* later(): AsyncGenerator<number> {
    for (let number = 0; number < 10; number++) yield number;
  }
  for (const items of [later(), [...Array(10).keys()]]) {
    const visited: number[] = [];
    await eachOf(items, async (number) => {
      await new Promise(setImmediate);
      visited.push(number);
    });
    expect(visited.sort()).toEqual([...Array(10).keys()]);
  }
});

it('begins no visit after one has failed, and ends what it walks', async () => {
  let isEnded = false;
  let visits = 0;
  async function* endless(): AsyncGenerator<number> {
    try {
      for (let number = 0; ; number++) yield number;
    } finally {
      isEnded = true;
    }
  }
  const visit = async (number: number): Promise<void> => {
    visits++;
    await new Promise(setImmediate);
    if (number === 9) throw new Error('nine');
  };
  await expect(eachOf(endless(), visit)).rejects.toThrow('nine');
  await new Promise(setImmediate);
  expect(visits).toBeLessThan(16);
  expect(isEnded).toBe(true);
});

it('fails as the walk does', async () => {
  async function* broken(): AsyncGenerator<number> {
    yield 1;
    throw new Error('broken');
  }
  await expect(eachOf(broken(), async () => undefined)).rejects.toThrow('broken');
});
