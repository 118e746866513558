import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createCopies } from '../../src/cache/copies.ts';
import type { PurgeTarget, Reachable } from '../../src/journal/journal.ts';
import { originalId } from '../../src/origin/identity.ts';
import { files } from '../../src/store/files/files.ts';
import { encodeFrame } from '../../src/store/frame.ts';
import { type GuardedStore, guarded } from '../../src/store/guarded.ts';
import { memory } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';

const body = new Uint8Array(100).fill(7);

function original(path: string, tags: readonly string[] = [], origin = 'photos'): Reachable {
  return { ...originalId(origin, path), tags };
}

const cat = original('/cats/1.jpg', ['fluffy']);
const tiger = original('/cats/big/2.jpg', ['wild']);
const dog = original('/dogs/1.jpg', ['fluffy']);
const logo = original('/logo.png');
const elsewhere = original('/cats/1.jpg', ['fluffy'], 'other');

const exact = ({ origin, hash }: Reachable): PurgeTarget => ({ kind: 'exact', origin, hash });
const prefix = (text: string): PurgeTarget => ({ kind: 'prefix', origin: 'photos', prefix: text });
const tag = (name: string): PurgeTarget => ({ kind: 'tag', origin: 'photos', tag: name });
const all: PurgeTarget = { kind: 'all', origin: 'photos' };

interface Entry {
  readonly key: string;
  readonly frame: Uint8Array;
  readonly inputs: readonly string[];
}

function entry(key: string, header: object, inputs: readonly Reachable[]): Entry {
  return { key, frame: encodeFrame(key, header, body), inputs: inputs.map(({ hash }) => hash) };
}

const recordOf = (of: Reachable, version = 'v'): Entry =>
  entry(`p:${of.hash}:${version}`, { origin: of.origin, path: of.path, tags: of.tags, status: 200 }, [of]);
const originalOf = (of: Reachable, content = 'c'): Entry =>
  entry(`o:${of.hash}:${content}`, { origin: of.origin, path: of.path, tags: of.tags }, [of]);
const derivativeOf = (name: string, own: Reachable, ...over: readonly Reachable[]): Entry =>
  entry(['d', own.hash, name, ...over.map(({ hash }) => hash)].join(':'), { inputs: [own, ...over] }, [own, ...over]);

/** What a zoo of an origin keeps: records, an original, derivatives, composites. */
const zoo: readonly Entry[] = [
  ...[cat, tiger, dog, logo, elsewhere].map((each) => recordOf(each)),
  recordOf(cat, 'v2'),
  originalOf(cat),
  derivativeOf('small', cat),
  derivativeOf('marked', cat, logo),
  derivativeOf('small', tiger),
  derivativeOf('marked', tiger, logo),
  derivativeOf('small', dog),
  derivativeOf('beside', dog, cat),
  derivativeOf('small', elsewhere),
  derivativeOf('marked', elsewhere, elsewhere),
];
const keysWhere = (isMeant: (entry: Entry) => boolean): readonly string[] =>
  zoo
    .filter(isMeant)
    .map(({ key }) => key)
    .sort();
const without = (...originals: readonly Reachable[]): readonly string[] =>
  keysWhere(({ inputs }) => !originals.some(({ hash }) => inputs.includes(hash)));

/** Records as one process remembers them. */
function remembering(...originals: readonly Reachable[]) {
  const records = new Map(originals.map((each) => [`p:${each.hash}:v`, each]));
  return {
    keys: () => [...records.keys()],
    originals: () => records.values(),
    drop(isReached: (reachable: Reachable) => boolean): readonly string[] {
      const dropped = [...records].filter(([, each]) => isReached(each)).map(([key]) => key);
      for (const key of dropped) records.delete(key);
      return dropped;
    },
  };
}

async function createFiles(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'tintype-copies-'));
  const store = files(join(folder, 'cache'));
  onTestFinished(async () => {
    await store.close?.();
    await rm(folder, { recursive: true, force: true });
  });
  return store;
}

async function setup(store: Store | undefined, entries: readonly Entry[], nearEntries: readonly Entry[] = []) {
  const near = memory();
  const far: GuardedStore | undefined = store === undefined ? undefined : guarded(store);
  for (const { key, frame, inputs } of entries) await far?.set(key, frame, inputs);
  for (const { key, frame } of nearEntries) near.set(key, frame);
  const records = remembering();
  const keys = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const key of far?.index?.keys() ?? []) found.push(key);
    return found.sort();
  };
  return { near, far, keys, copies: createCopies({ store: far, memory: near, records }) };
}

const layers: ReadonlyArray<readonly [string, () => Promise<Store>]> = [
  ['memory', async () => memory()],
  ['files', createFiles],
];

describe.each(layers)('the copies in a store that is %s', (_name, createStore) => {
  it.each([
    ['one original', [exact(cat)], [cat], { records: 2, originals: 1, derivatives: 3 }],
    ['an overlay', [exact(logo)], [logo], { records: 1, originals: 0, derivatives: 2 }],
    ['several', [exact(cat), exact(tiger), exact(cat)], [cat, tiger], { records: 3, originals: 1, derivatives: 5 }],
    ['a folder', [prefix('/cats/')], [cat, tiger], { records: 3, originals: 1, derivatives: 5 }],
    ['part of a name', [prefix('/cats/b')], [tiger], { records: 1, originals: 0, derivatives: 2 }],
    ['a tag', [tag('fluffy')], [cat, dog], { records: 3, originals: 1, derivatives: 4 }],
    ['all of an origin', [all], [cat, tiger, dog, logo], { records: 5, originals: 1, derivatives: 6 }],
    ['one and a tag', [exact(logo), tag('wild')], [logo, tiger], { records: 2, originals: 0, derivatives: 3 }],
    [
      'nothing that is there',
      [exact(original('/x')), prefix('/x'), tag('x')],
      [],
      { records: 0, originals: 0, derivatives: 0 },
    ],
  ] as const)(
    'are counted and deleted where a purge reaches %s, and no others',
    async (_what, targets, gone, count) => {
      const { copies, keys, near } = await setup(await createStore(), zoo, zoo.slice(8));
      expect(await copies.count(targets)).toEqual(count);
      expect(await keys()).toEqual(without());
      expect(await copies.delete(targets)).toBe(count.records + count.originals + count.derivatives);
      expect(await keys()).toEqual(without(...gone));
      const nearKeys = zoo.slice(8).map(({ key }) => key);
      expect([...near.keys()].sort()).toEqual(without(...gone).filter((key) => nearKeys.includes(key)));
      expect(await copies.count(targets)).toEqual({ records: 0, originals: 0, derivatives: 0 });
      expect(await copies.delete(targets)).toBe(0);
    },
  );

  it.each([
    ['a record alone', [recordOf(cat)]],
    ['a copy of an original alone', [originalOf(cat)]],
    ['a derivative alone', [derivativeOf('small', cat)]],
    ['a composite that it is laid over', [derivativeOf('marked', tiger, cat)]],
    ['a composite that it is under', [derivativeOf('marked', cat, logo)]],
  ])('tell what is reached by %s', async (_what, entries) => {
    for (const target of [prefix('/cats/1'), tag('fluffy')]) {
      const { copies, keys } = await setup(await createStore(), [...entries, recordOf(tiger), recordOf(logo)]);
      expect(await copies.delete([target]), target.kind).toBe(1);
      expect(await keys()).toEqual([recordOf(tiger).key, recordOf(logo).key].sort());
    }
  });

  it('are reached by the tags in a derivative, though the record has others now', async () => {
    const retagged = { ...cat, tags: ['bald'] };
    const entries = [recordOf(retagged), derivativeOf('small', cat), derivativeOf('large', retagged)];
    for (const name of ['fluffy', 'bald']) {
      const { copies, keys } = await setup(await createStore(), entries);
      expect(await copies.delete([tag(name)]), name).toBe(3);
      expect(await keys()).toEqual([]);
    }
  });

  it('leave entries of other kinds alone', async () => {
    const foreign = [entry('x:1:2', {}, []), entry('journal', {}, []), entry(`x:${cat.hash}:1`, {}, [])];
    const { copies, keys, near } = await setup(await createStore(), [...foreign, recordOf(cat)], foreign);
    expect(await copies.delete([exact(cat)])).toBe(1);
    for (const targets of [[all], [prefix('/')]]) expect(await copies.delete(targets)).toBe(0);
    copies.forget('everything');
    expect(await keys()).toHaveLength(3);
    expect(near.keys()).toHaveLength(3);
  });

  it('that say nothing of themselves are deleted with any folder or tag: nobody can use them', async () => {
    const torn = { ...recordOf(cat), frame: Buffer.from(recordOf(cat).frame) };
    torn.frame[torn.frame.length - 1] = 0;
    const store = await createStore();
    const { copies, keys } = await setup(store, [torn, entry(`d:${dog.hash}:1`, {}, [dog]), recordOf(tiger)]);
    expect(await copies.delete([prefix('/nothing/')])).toBe(2);
    expect(await keys()).toEqual([recordOf(tiger).key]);
  });
});

describe('the copies of an endpoint', () => {
  it('count once what both layers and the records remembered have', async () => {
    const near = memory();
    const far = guarded(memory());
    const both = [derivativeOf('a', cat), derivativeOf('b', cat)];
    for (const { key, frame, inputs } of [...both, recordOf(cat)]) await far.set(key, frame, inputs);
    for (const { key, frame } of [...both, derivativeOf('c', cat)]) near.set(key, frame);
    const records = remembering(cat, tiger, dog);
    const copies = createCopies({ store: far, memory: near, records });
    expect(await copies.count([prefix('/cats/')])).toEqual({ records: 2, originals: 0, derivatives: 3 });
    expect(records.keys()).toHaveLength(3);
    expect(await copies.delete([prefix('/cats/')])).toBe(5);
    expect(records.keys()).toEqual([`p:${dog.hash}:v`]);
    expect(near.keys()).toEqual([]);
  });

  it('are deleted from the store where only a remembered record knows that they are reached', async () => {
    const far = guarded(memory());
    const { key, frame, inputs } = derivativeOf('a', { ...cat, tags: [] });
    await far.set(key, frame, inputs);
    const copies = createCopies({ store: far, memory: memory(), records: remembering(cat) });
    expect(await copies.delete([tag('fluffy')])).toBe(2);
    expect(await far.get(key)).toBeUndefined();
  });

  it('are all in memory where there is no store', async () => {
    const { copies, near } = await setup(undefined, [], zoo);
    expect(copies.isComplete).toBe(true);
    expect(await copies.count([exact(logo)])).toEqual({ records: 1, originals: 0, derivatives: 2 });
    expect(await copies.delete([exact(logo)])).toBe(3);
    expect(await copies.delete([tag('fluffy')])).toBe(7 - 1 + 2 - 1);
    expect([...near.keys()].sort()).toEqual(without(logo, cat, dog));
  });

  it('are neither counted nor deleted in a store without an index, but forgotten', async () => {
    const { keys: _, ...store } = memory();
    const { copies, far, near } = await setup(store, zoo, zoo);
    expect(copies.isComplete).toBe(false);
    expect(await copies.count([exact(cat)])).toBeUndefined();
    await expect(copies.delete([exact(cat)])).rejects.toThrow('The memory store has no index');
    for (const { key } of zoo) expect(await far?.get(key)).toBeDefined();
    expect(near.keys()).toHaveLength(zoo.length);
    copies.forget([exact(cat)]);
    expect([...near.keys()].sort()).toEqual(without(cat));
  });

  it('are forgotten at once, from memory alone', async () => {
    const records = remembering(cat, tiger, dog, elsewhere);
    const near = memory();
    const far = guarded(memory());
    for (const { key, frame, inputs } of zoo) {
      near.set(key, frame);
      await far.set(key, frame, inputs);
    }
    const copies = createCopies({ store: far, memory: near, records });
    copies.forget([exact(tiger), tag('fluffy')]);
    expect([...near.keys()].sort()).toEqual(without(tiger, cat, dog));
    expect(records.keys()).toEqual([`p:${elsewhere.hash}:v`]);
    copies.forget('everything');
    expect(near.keys()).toEqual([]);
    expect(records.keys()).toEqual([]);
    for (const { key } of zoo) expect(await far.get(key)).toBeDefined();
  });

  it('are known by what their reader made of them', async () => {
    const { copies, near } = await setup(undefined, [], [derivativeOf('a', cat)]);
    const found = near.peek(derivativeOf('a', cat).key);
    if (found !== undefined) found.decoded = { inputs: [{ ...cat, tags: ['decoded'] }] };
    copies.forget([tag('fluffy')]);
    expect(near.keys()).toHaveLength(1);
    copies.forget([tag('decoded')]);
    expect(near.keys()).toEqual([]);
  });

  it('are not used by being looked at', async () => {
    const near = memory();
    const entries = ['a', 'b', 'c'].map((name) => derivativeOf(name, dog));
    for (const { key, frame } of entries) near.set(key, frame);
    const order = near.keys();
    expect(order).toHaveLength(3);
    createCopies({ store: undefined, memory: near, records: remembering() }).forget([tag('none')]);
    expect(near.keys()).toEqual(order);
  });

  it('are read once for each original where the path alone matters', async () => {
    const get = vi.fn();
    const inner = memory();
    const counting: Store = {
      ...inner,
      get: (key) => {
        get(key);
        return inner.get(key);
      },
    };
    const { copies } = await setup(counting, zoo);
    await copies.count([prefix('/cats/'), all]);
    expect(get).toHaveBeenCalledTimes(5);
    for (const [key] of get.mock.calls) expect(key).toMatch(/^p:/);
  });

  it('are deleted from the farthest to the nearest: records, originals, derivatives, memory', async () => {
    const inner = memory();
    const order: string[] = [];
    const near = memory();
    const logging: Store = {
      ...inner,
      delete: async (key) => {
        order.push(`${key.slice(0, 1)}${near.keys().length}`);
        await new Promise(setImmediate);
        inner.delete(key);
      },
    };
    const far = guarded(logging);
    for (const { key, frame, inputs } of zoo) {
      await far.set(key, frame, inputs);
      near.set(key, frame);
    }
    await createCopies({ store: far, memory: near, records: remembering() }).delete([exact(cat)]);
    const held = zoo.length;
    expect(order).toEqual([`p${held}`, `p${held}`, `o${held}`, `d${held}`, `d${held}`, `d${held}`]);
    expect(near.keys()).toHaveLength(without(cat).length);
  });
});

describe('a deletion of copies', () => {
  const many = Array.from({ length: 200 }, (_, index) => derivativeOf(String(index), cat, logo));

  it('does at most four at once', async () => {
    const inner = memory();
    let running = 0;
    let most = 0;
    const slow: Store = {
      ...inner,
      delete: async (key) => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        inner.delete(key);
        running--;
      },
    };
    const { copies } = await setup(slow, many);
    expect(await copies.delete([exact(logo)])).toBe(200);
    expect(most).toBe(4);
  });

  it('tries all where some fail, drops all from memory, and is loud', async () => {
    const inner = memory();
    const isStubborn = (key: string): boolean => Number(key.split(':')[2]) % 2 === 1;
    const stubborn: Store = {
      ...inner,
      delete: (key) => {
        if (isStubborn(key)) throw new Error(`no ${key}`);
        inner.delete(key);
      },
    };
    const { copies, near, keys } = await setup(stubborn, many, many);
    const failure = await copies.delete([exact(cat)]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AggregateError);
    expect(failure).toMatchObject({ message: 'Not all of 200 copies could be deleted from the memory store' });
    expect((failure as AggregateError).errors[0]).toMatchObject({ message: expect.stringMatching(/^no d:/) });
    expect((failure as AggregateError).errors).toHaveLength(10);
    expect(await keys()).toEqual(
      many
        .map(({ key }) => key)
        .filter(isStubborn)
        .sort(),
    );
    expect(near.keys()).toEqual([]);
  });

  it('ends, loudly, where everything fails', async () => {
    const remove = vi.fn(async () => Promise.reject(new Error('gone')));
    const { copies } = await setup({ ...memory(), delete: remove }, many);
    await expect(copies.delete([exact(cat)])).rejects.toThrow(AggregateError);
    expect(remove.mock.calls.length).toBeLessThan(80);
  });

  it.each([
    ['what is linked', { linked: () => Promise.reject(new Error('lost')) }, exact(cat)],
    ['its keys', { keys: () => Promise.reject(new Error('lost')) as never }, prefix('/cats/')],
    ['an entry', { get: () => Promise.reject(new Error('lost')) }, prefix('/cats/')],
  ])('is loud where the store cannot say %s, and deletes nothing', async (_what, parts, target) => {
    const inner = memory();
    const others = [derivativeOf('a', dog)];
    const { copies, near } = await setup({ ...inner, ...parts } as Store, many, others);
    await expect(copies.delete([target, exact(dog)])).rejects.toThrow('lost');
    await expect(copies.count([target])).rejects.toThrow('lost');
    expect(inner.keys()).toHaveLength(200);
    expect(near.keys()).toHaveLength(1);
  });

  it('leaves nothing of an image on the disk but empty links, and those to a sweep', async () => {
    const store = await createFiles();
    const { copies } = await setup(store, [...many, recordOf(cat), originalOf(cat)]);
    expect(await copies.delete([exact(logo)])).toBe(200);
    expect(await copies.delete([exact(cat)])).toBe(2);
    const { directory } = store as ReturnType<typeof files>;
    const paths = (await readdir(directory, { recursive: true })).map((name) => join(directory, name));
    const found = await Promise.all(paths.map(async (path) => ({ path, stats: await stat(path) })));
    const full = found.filter(({ stats }) => stats.isFile() && stats.size > 0).map(({ path }) => path);
    expect(full).toEqual([join(directory, 'ledger')]);
  });
});
